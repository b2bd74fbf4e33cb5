"""LocalStack's server from PyPI, where there is a Python that it runs on.

In: a folder for what it keeps. Out: what starts it; or SystemExit with the reason why it cannot be. It wants Python
3.13 whatever its package says, a certificate that it would download, and folders that its container has.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.measure import environment
from bench.peers import peer
from bench.servers import Server

LOCALSTACK, QUEUE = "localstack", "q"
VERSIONS = ("3.13",)
"""Of Python, that the lock is for."""

_CERTIFICATE = """
import datetime, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
key, now = rsa.generate_private_key(65537, 2048), datetime.datetime.now(datetime.timezone.utc)
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
made = made.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(
    now + datetime.timedelta(days=7)
).sign(key, hashes.SHA256())
form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
with open(sys.argv[1], "wb") as file:
    file.write(key.private_bytes(serialization.Encoding.PEM, *form))
    file.write(made.public_bytes(serialization.Encoding.PEM))
"""
"""Run by its own interpreter: what it would use to make one is gone from the pyOpenSSL that it asks for."""


def localstack(folder: Path) -> Server:
    python, certificate = peer("localstack", _base()), str(folder / "localstack.pem")
    subprocess.run([python, "-c", _CERTIFICATE, certificate], check=True, env=environment())

    def command(port: int) -> Sequence[str]:
        return [python, "-m", "localstack.runtime.main"]

    def settings(port: int) -> Mapping[str, str]:
        return {
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "FILESYSTEM_ROOT": str(folder / "localstack"),
            "SERVICES": "sqs",
            "EAGER_SERVICE_LOADING": "0",
            "CUSTOM_SSL_CERT_PATH": certificate,
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DISABLE_EVENTS": "1",
            "PYTHONPATH": "",
        }

    return Server(command, settings, "/_localstack/health")


def _base() -> str:
    """Find a Python that it runs on. Raises SystemExit where there is none."""
    for python in _pythons():
        done = subprocess.run([python, "-m", "venv", "--help"], capture_output=True)
        if done.returncode == 0:
            return python
    raise SystemExit(f"no Python {' or '.join(VERSIONS)} was found")


def _pythons() -> Iterator[str]:
    for version in VERSIONS:
        named = shutil.which(f"python{version}")
        yield from [named] if named else []
        yield from map(str, sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python")))
