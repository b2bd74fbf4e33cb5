"""`python -m fuzz TARGET SECONDS`: let atheris look for bytes that end badly; `all` for one target after another.

Everything that is imported after atheris is instrumented, so that is the order here. Each target runs in a process of
its own, with thirty seconds of the processor and two gigabytes for an input; the corpus that it grows stays in
`build/fuzz/TARGET/`; `python -m fuzz keep TARGET` writes its small inputs to `tests/data/fuzz/TARGET.json`.

libFuzzer's own limit is time on the wall, which a busy machine stretches sixfold: it stands far off, for what hangs
below Python, where no signal is heard.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

BUILD = Path(__file__).parents[2] / "build" / "fuzz"
KEPT = Path(__file__).parents[1] / "data" / "fuzz"
SECONDS_EACH = 30
HANGING = 600
MEGABYTES = 2048
COUNTS_ITSELF = ["codegen.spec.ambiguity"]
"""Not instrumented: it runs patterns by the million steps and stops by itself; lines reached there tell nothing."""
LONGEST_KEPT, MOST_KEPT = 300, 100


class TooSlow(BaseException):
    """An input took more of the processor than it may; nothing on the way can take it for an error of its own."""


def main(arguments: list[str]) -> int:
    """Fuzz one target in this process, or each in its own."""
    if arguments[:1] == ["keep"]:
        return _keep(arguments[1])
    name, seconds = (*arguments, "all", "60")[:2] if len(arguments) < 2 else arguments
    if name != "all":
        return _fuzz(name, int(seconds))
    from fuzz.targets import TARGETS

    ends = [subprocess.run([sys.executable, "-m", "fuzz", each, seconds], check=False).returncode for each in TARGETS]
    return 1 if any(ends) else 0


def _keep(name: str) -> int:
    """Put what a run has grown, as far as it is small, where every run of the tests reads it."""
    grown = sorted((path.read_bytes() for path in (BUILD / name / "corpus").iterdir()), key=lambda one: (len(one), one))
    small = [data.decode("latin-1") for data in grown if len(data) <= LONGEST_KEPT][:MOST_KEPT]
    (KEPT / f"{name}.json").write_text(json.dumps(small, indent=0) + "\n", encoding="utf-8")
    return 0


def _fuzz(name: str, seconds: int) -> int:
    import atheris  # type: ignore[import-not-found,unused-ignore]

    with atheris.instrument_imports(include=["codegen", "_speccast_runtime"], exclude=COUNTS_ITSELF):
        from fuzz.targets import TARGETS
    from fuzz.mutating import mutated

    target, folder = TARGETS[name], BUILD / name
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (folder / "corpus" / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)

    def changed(data: bytes, max_size: int, seed: int) -> bytes:
        return mutated(data, seed)[:max_size] if seed % 2 else atheris.Mutate(data, max_size)

    options = [
        f"-max_total_time={seconds}",
        f"-timeout={HANGING}",
        f"-report_slow_units={HANGING}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={folder}/",
        "-max_len=65536",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    more = {"custom_mutator": changed} if target.is_json else {}
    atheris.Setup([sys.argv[0], *options, str(folder / "corpus")], limited(target.run), **more)
    atheris.Fuzz()  # ends the process
    return 0


def limited(run: Callable[[bytes], None], seconds: float = SECONDS_EACH) -> Callable[[bytes], None]:
    """Wrap what is fuzzed, so that an input that takes longer than it may ends in `TooSlow`."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} seconds of the processor")

    def within(data: bytes) -> None:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            run(data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    signal.signal(signal.SIGPROF, interrupt)
    return within


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main(sys.argv[1:]))
