"""Time patterns on texts made to hurt: is the engine we chose linear, and what would `re` have done?

In: the patterns of this service, or with `--aws` those of the installed botocore that need a backtracking engine.
Out, for each: its engines, the CPU time at 20 kB and at 100 kB of the worst text found and their ratio (5 is linear),
and the shortest text that `re` takes more than 5 ms over. Length bounds are left
aside: they would refuse such texts at once. `tables` adds up the worst texts of the service's patterns by their length.

    python -m bench.patterns [--aws]
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from bench.growth import MOST, NOISE, exponent
from bench.results import Curve
from codegen.spec.ambiguity import Attack, attacks
from codegen.spec.patterns import Engine, Lowered, Piece, accepts, lower, superlinear, write
from codegen.spec.regex import END, START, Node, RegexError, parse, sequence

PARTNERCENTRAL = Path(__file__).parent.parent / "tests" / "data" / "partnercentral-patterns.json"
PEERS = ()
ROUNDS = 1
SMALL, LARGE = 20_000, 100_000
SIZES = (100_000, 200_000, 400_000, 800_000)
ATTACKS = 60
PATIENCE = 0.005  # seconds: a backtracking engine is given a longer text only while it stays below


def seconds(action: Callable[[], object]) -> float:
    """The best of three: whatever else the machine does only adds."""
    times = []
    for _ in range(3):
        begin = time.process_time()
        action()
        times.append(time.process_time() - begin)
    return min(times)


def sized(attack: Attack, size: int) -> str:
    return attack.text(max(1, size // len(attack.pump)))


def run(piece: Piece, text: str) -> float:
    return seconds(lambda: accepts(Lowered(None, None, (piece,)), text))


def worst(node: Node, pieces: list[Piece]) -> tuple[float, Piece, Attack] | None:
    """Find the text that takes longest; None where there is no loop to attack."""
    hostile = list(islice(attacks(node), ATTACKS))
    friendly = [replace(each, ending="") for each in hostile]  # Rust may refuse a bad ending without reading the rest
    timed = [(run(piece, sized(each, SMALL)), piece, each) for each in (*hostile, *friendly) for piece in pieces]
    return max(timed, key=lambda row: row[0], default=None)


def linear(node: Node, pieces: list[Piece]) -> str:
    """Run the worst text for these pieces at both sizes."""
    found = worst(node, pieces)
    if not found:
        return "no loop to attack"
    small, piece, attack = found
    large = run(piece, sized(attack, LARGE))
    return f"{small * 1e3:8.3f} ms {large * 1e3:8.3f} ms  x{large / max(small, 1e-6):4.1f}"


def survived(node: Node, search: Callable[[str], object]) -> str:
    """Lengthen each text until it takes longer than our patience; the shortest that does is the worst."""
    shortest, took = SMALL, 0.0
    for attack in islice(attacks(node), ATTACKS):
        rounds, text, spent = 4, "", 0.0
        while spent < PATIENCE and len(text) < shortest:
            rounds += max(1, rounds // 12)
            text = attack.text(rounds)
            spent = seconds(partial(search, text))
        if spent >= PATIENCE:
            shortest, took = len(text), spent
    return f"{shortest:6} characters: {took * 1e3:6.1f} ms" if took else f"nothing slow up to {SMALL} characters"


def python(node: Node) -> str:
    try:
        return survived(node, re.compile(write(node, Engine.RE)).search)
    except (RegexError, re.error) as error:
        return f"cannot run it ({error})"


def corpus() -> Iterator[tuple[str, str]]:
    found = importlib.util.find_spec("botocore")
    assert found is not None and found.origin is not None
    for path in sorted((Path(found.origin).parent / "data").glob("*/*/service-2.json.gz")):
        for name, shape in json.loads(gzip.decompress(path.read_bytes()))["shapes"].items():
            if "pattern" in shape:
                yield shape["pattern"], f"{path.parts[-3]}.{name}"


def tables(rounds: int) -> Iterator[Curve]:
    """Search the worst text for each pattern of the service, at sizes that double."""
    found = list(filter(None, (worst(node, pieces) for _, node, pieces in of_service())))
    points = tuple((float(size), sum(run(piece, sized(each, size)) for _, piece, each in found)) for size in SIZES)
    name = f"search the worst texts for {len(found)} patterns"
    yield Curve(
        name=name, sizes="characters", unit="CPU s", points=points, exponent=exponent(points, noise=NOISE), most=MOST
    )


def of_service() -> Iterator[tuple[str, Node, list[Piece]]]:
    """Give the patterns of the service that an engine runs: as they are written, as they are meant, in pieces."""
    for entry in json.loads(PARTNERCENTRAL.read_text(encoding="utf-8")):
        lowered = lower(entry["pattern"], match="full", ascii=True)
        if isinstance(lowered, Lowered) and lowered.pieces:
            node = sequence(START, parse(entry["pattern"], ascii=True), END)
            yield entry["pattern"], node, list(lowered.pieces)


def report_linear() -> None:
    for pattern, node, pieces in of_service():
        engines = ",".join(sorted({piece.engine for piece in pieces}))
        print(f"{engines:5} {linear(node, pieces)}  | re {python(node)}  | {pattern[:70]}")


def report_backtracking() -> None:
    """List what needs a backtracking engine, with the worst time a search for bad input found."""
    for pattern, name in dict(corpus()).items():
        lowered = lower(pattern, match="full", ascii=True)
        pieces = lowered.pieces if isinstance(lowered, Lowered) else ()
        for piece in (piece for piece in pieces if piece.engine is not Engine.RUST):
            alone = Lowered(None, None, (piece,))
            found = survived(parse(piece.text, ascii=True), partial(accepts, alone))
            print(f"{piece.engine:5} {found}  | {superlinear(alone) or 'linear'}  | {name}")


def main() -> None:
    report_backtracking() if "--aws" in sys.argv else report_linear()


if __name__ == "__main__":
    main()
