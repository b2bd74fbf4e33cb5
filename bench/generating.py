"""A cold `speccast generate` of a whole package, and a `check` with nothing to do, beside datamodel-codegen.

The peer gets the JSON Schema of the same shapes and makes models only; ours makes models, errors, events and the
conformance suite, verified and formatted.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from bench.measure import measure, run, show
from codegen.data import data_folder
from codegen.emit.jsonschema import json_schema
from codegen.spec.parse import parse_model
from codegen.spec.source import read_spec_files

RELEASE = "partnercentral-selling/2024-12-05"
PEER = "datamodel-codegen, black"


def main() -> None:
    spec = data_folder("specs") / RELEASE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = parse_model(read_spec_files(spec))
        schema = folder / "schema.json"
        schema.write_text(json.dumps(json_schema(model, tuple(model.shapes))), encoding="utf-8")
        speccast = [sys.executable, "-m", "codegen"]
        peer = [sys.executable, "-m", "datamodel_code_generator", "--input", str(schema), "--input-file-type"]
        peer += ["jsonschema", "--output-model-type", "pydantic_v2.BaseModel", "--output", str(folder / "peer.py")]
        cold = folder / "cold"
        ours = measure(
            {
                "speccast generate, cold": [*speccast, "generate", str(spec), "--out", str(cold)],
                PEER: [*peer, "--formatters", "black", "isort"],
                "datamodel-codegen, builtin format": [*peer, "--formatters", "builtin"],
            },
            before=lambda: shutil.rmtree(cold, ignore_errors=True),
        )
        kept = [str(spec), "--out", str(folder / "kept")]
        run([*speccast, "generate", *kept])
        idle = measure({"speccast check, nothing to do": [*speccast, "check", *kept]})
    show("Generating partnercentral-selling, 4 operations", {**ours, **idle}, PEER)


if __name__ == "__main__":
    main()
