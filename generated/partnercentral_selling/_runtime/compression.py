"""Bodies of requests as they are sent: compressed where a service takes them so, then with the checksum it asks for.

AWS_DISABLE_REQUEST_COMPRESSION and AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES are obeyed, as botocore does.
"""

import os
import zlib
from base64 import b64encode
from collections.abc import Mapping
from hashlib import md5

from .errors import ConfigurationError
from .messages import Message

LEAST = 10240
"""Bytes; shorter bodies are sent as they are."""
MOST = 10485760
_GZIP = 31
"""Window bits of zlib for the largest window and the header of gzip, which then says no time."""


def compressed(message: Message, environment: Mapping[str, str] | None = None) -> Message:
    """Compress a body that is long enough. Raises ConfigurationError for a variable that is no number in range."""
    variables = os.environ if environment is None else environment
    if variables.get("AWS_DISABLE_REQUEST_COMPRESSION", "").strip().lower() == "true":
        return message
    if not message.body or len(message.body) < _least(variables.get("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES")):
        return message
    packer = zlib.compressobj(wbits=_GZIP)
    body = packer.compress(message.body) + packer.flush()
    name = next((name for name in message.headers if name.lower() == "content-encoding"), "Content-Encoding")
    before = message.headers.get(name)
    encoding = f"{before}, gzip" if before else "gzip"
    return message._replace(headers={**message.headers, name: encoding}, body=body)


def summed(message: Message) -> Message:
    """Add the Content-MD5 of a body that has to come with it: nothing may change the body any more."""
    if not message.checksum:
        return message
    found = b64encode(md5(message.body, usedforsecurity=False).digest()).decode()
    return message._replace(headers={**message.headers, "Content-MD5": found}, checksum=False)


def _least(text: str | None) -> int:
    if not text:
        return LEAST
    if not text.isdecimal() or not text.isascii() or len(text) > len(str(MOST)) or int(text) > MOST:
        raise ConfigurationError(f"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES is to be a whole number from 0 to {MOST}")
    return int(text)
