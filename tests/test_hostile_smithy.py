"""The hostile vectors of `data/hostile-groups.json` as Smithy models: what is sound is cast, the rest is refused.

`must_hold` says of this form what it says of the others. What is refused is told by name, at its place in the model.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hostile_claims import assert_contained, assert_diagnostics
from hostile_smithy import model
from hostile_specs import Vector, smaller
from sizes import FULL
from test_hostile import assert_inert
from test_hostile_commands import run_heard
from test_hostile_groups import EXACT, NOT_ENFORCED, VECTORS, assert_imports, read, verdict

from codegen.diagnostics import Diagnostics, Level
from codegen.exporters.spec_files import spec_files
from codegen.importers.smithy import read_smithy
from codegen.pipeline import generate
from codegen.spec import ir
from codegen.spec.check import check_model
from codegen.spec.parse import parse_model
from codegen.spec.source import read_source

SOUND = [vector for vector in VECTORS if vector["must_hold"]["smithy"] == "cast"]
REFUSED = [vector for vector in VECTORS if vector["must_hold"]["smithy"].startswith("refused")]
EVERY = 1 if FULL else 12
"""Of what is cast; everything is read in every run."""


def outcome_of(vector: Vector) -> ir.Model | Diagnostics | None:
    """Read and check a vector's model."""
    try:
        made = read(smaller(vector), "smithy")
    except Diagnostics as fault:
        return fault
    found = [one for one in check_model(made) if one.level is Level.ERROR] if made else []
    return Diagnostics(found) if found else made


def test_every_vector_is_sound_or_refused_at_its_place() -> None:
    assert len(SOUND) > 100 and len(REFUSED) > 60
    for vector in VECTORS:
        outcome = outcome_of(vector)
        told = verdict(outcome) if outcome is None or isinstance(outcome, Diagnostics) else "cast"
        assert told == vector["must_hold"]["smithy"], vector["id"]
        if isinstance(outcome, Diagnostics):
            assert_diagnostics(outcome.text())
            places = [line for line in outcome.text().splitlines() if not line.startswith("  ")]
            assert all(re.match(r"model\.json(?::\d+:\d+)?: error: ", line) for line in places), places


@pytest.mark.parametrize("vector", SOUND[::EVERY], ids=lambda vector: vector["id"])
def test_what_is_sound_compiles_and_reads_back(vector: Vector) -> None:
    made = outcome_of(vector)
    assert isinstance(made, ir.Model)
    written = spec_files(made, docs=True)
    assert parse_model(tuple(read_source(name, text.encode()) for name, text in sorted(written.items()))) == made
    product = generate(made)
    assert_contained(product.files)
    assert_inert(smaller(vector), product)
    exact = vector["where"] in EXACT and vector["where"] != "error" and vector["id"] not in NOT_ENFORCED
    assert_imports(product.files, smaller(vector) if exact else None)


# ---------------------------------------------------------------------------------------------------------- commands

HEARD = """
import json, sys
from pathlib import Path
from commands import speccast
from hostile_claims import assert_diagnostics, assert_quiet
from hostile_hook import listen
from hostile_smithy import content_of, model
from hostile_specs import smaller
from test_hostile_groups import VECTORS

here = Path.cwd()
wanted = json.loads(sys.argv[1])
Path("good.json").write_text(json.dumps(model()))
for command in (["generate", "good.json", "--out", "warm"], ["import", "smithy", "good.json", "--out", "warm-specs"]):
    assert speccast(*command).code == 0  # what is loaded at first use is loaded now
heard = listen([here], [here])
counts = {"cast": 0, "refused": 0}

def held(done, refused, folder):
    assert_quiet(done.out + done.err)
    assert done.code == (2 if refused else 0), (done.code, done.err)
    if refused:
        assert_diagnostics(done.err)
        assert not [path for path in folder.rglob("*") if path.is_file()]

for vector in VECTORS:
    if vector["id"] in wanted:
        try:
            name = f"{vector['id']}.json"
            Path(name).write_bytes(content_of(smaller(vector)))
            # what a model says against itself is told, and left out
            refused = vector["must_hold"]["smithy"] not in ("cast", "refused:pattern-unsupported")
            held(speccast("import", "smithy", name, "--out", f"specs-{name}"), refused, Path(f"specs-{name}"))
            held(speccast("generate", name, "--out", f"out-{name}"), refused, Path(f"out-{name}"))
            counts["refused" if refused else "cast"] += 1
        except AssertionError as fault:
            raise AssertionError(vector["id"]) from fault
print(json.dumps([heard, counts]))
"""


def test_the_commands_open_start_and_write_nothing_that_a_model_names(tmp_path: Path) -> None:
    wanted = [*REFUSED, *SOUND] if FULL else [*REFUSED[::3], *SOUND[:: EVERY * 2]]
    done = run_heard(HEARD, tmp_path, json.dumps([vector["id"] for vector in wanted]))
    assert done.returncode == 0, done.stderr[-4000:]
    heard, counts = json.loads(done.stdout)
    assert heard == []
    assert sum(counts.values()) == len(wanted)


# -------------------------------------------------------------------------------------------------- what was found once


def refusal(shapes: dict[str, object]) -> str:
    made = model()
    made["shapes"] |= shapes
    with pytest.raises(Diagnostics) as caught:
        read_smithy(read_source("model.json", json.dumps(made, indent=1).encode()))
    return caught.value.text()


def test_a_trait_is_not_applied_to_a_member_that_is_not_there() -> None:
    told = refusal({"post#SendRequest$Txt": {"type": "apply", "traits": {"smithy.api#required": {}}}})
    assert re.sub(r":\d+:\d+", "", told).splitlines() == [
        'model.json: error: member "Txt" is not defined [unknown-member]',
        '  speccast: note: did you mean "Text"?',
    ]


def test_a_service_has_no_empty_id() -> None:
    made = model()
    made["shapes"]["post#Post"]["traits"]["aws.api#service"]["sdkId"] = ""
    assert re.sub(r":\d+:\d+", "", refusal(made["shapes"])) == 'model.json: error: "sdkId" is empty [empty-name]'
