"""Views -> {path: text}: our Jinja2 templates for everything, datamodel-code-generator for the model classes, black's
formatting over both.

datamodel-code-generator gets a skeleton schema that holds our Python names and nothing of the spec's text, and prints
through our templates (`templates/models`); what it decides is which classes there are and in which order: those that
others name come first. Its imports, root class and rebuild calls are dropped and ours printed. It takes no filters, so
the strings of its views arrive printed (`_printed`). `tests/test_render.py` pins all of this.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

import black
import jinja2
from black.mode import Mode, TargetVersion
from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType
from datamodel_code_generator.format import PythonVersion

from codegen.data import data_folder
from codegen.emit.cases.schema import write_schema
from codegen.emit.filters import FILTERS, docstring, literal
from codegen.emit.views.models import DefinitionView, EnumView
from codegen.emit.views.package import PackageView, model_imports
from codegen.spec.names import ClassName

LINE_LENGTH = 120
TARGETS = (
    "__init__.py",
    "errors.py",
    "models/__init__.py",
    "models/_types.py",
    "models/events.py",
    "strategies.py",
)
"""Paths in the package; the template of each is `templates/package/<path>.j2`."""
CLIENT_TARGETS = ("operations.py", "client.py", "async_client.py", "transports.py")
"""The same, where a client can be made."""
CALLING = tuple(
    f"conformance/{name}.py" for name in ("against_server", "calls", "plugin", "probing", "script", "server")
)
"""What of the suite needs a client."""


def render(view: PackageView) -> dict[str, str]:
    """Print every file of a package, not yet formatted."""
    body = render_models(view.definitions)
    context = {
        "view": view,
        "client": view.client,
        "model_imports": model_imports(body, view),
        "definitions": tuple(view.definitions),
    }
    targets = (*TARGETS, *(CLIENT_TARGETS if view.client else ()))
    files = {target: _template(f"package/{target}.j2").render(context) for target in targets}
    files["models/__init__.py"] += "\n\n" + body
    return {**files, **_suite(view), **static_files(), "py.typed": ""}


def _suite(view: PackageView) -> dict[str, str]:
    """Print the conformance suite: a test module for each group that holds cases."""
    paths = [f"conformance/{module}.py" for module in ("__init__", *(f"test_{group}" for group in view.suite.groups))]
    printed = {path: _template(f"{path}.j2").render({"view": view}) for path in paths}
    vectors = {"conformance/cases.json": view.suite.vectors, "conformance/cases.schema.json": write_schema()}
    unused = () if "calls" in view.suite.groups else CALLING
    copied = {path: text for path, text in _copied("conformance", "conformance").items() if path not in unused}
    return {**printed, **vectors, **copied}


@cache
def environment() -> jinja2.Environment:
    """The environment for code: strict, no globals, no extensions, nothing escaped but by our filters."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_folder("templates")),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
    )
    made.globals.clear()
    made.filters.clear()
    made.filters.update(FILTERS)
    return made


def _template(name: str) -> jinja2.Template:
    return environment().get_template(name)


def static_files() -> Mapping[str, str]:
    """The runtime that is copied byte for byte."""
    return _copied("static", "_runtime")


@cache
def _copied(folder: str, target: str) -> Mapping[str, str]:
    found = sorted((data_folder("templates") / folder).glob("*.py"))
    return {f"{target}/{path.name}": path.read_text(encoding="utf-8") for path in found}


# ------------------------------------------------------------------------------------------- datamodel-code-generator


def render_models(definitions: Mapping[ClassName, DefinitionView]) -> str:
    """Print the classes, each after those it names."""
    if not definitions:
        return ""
    data: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    data.update({f"#/$defs/{name}": {"view": _printed(view)} for name, view in definitions.items()})
    printed = generate(
        _skeleton(definitions),
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        custom_template_dir=data_folder("templates") / "models",
        extra_template_data=data,
        formatters=[],
        skip_root_model=True,
        use_subclass_enum=True,
        disable_timestamp=True,
    )
    return _classes_only(str(printed))


def _skeleton(definitions: Mapping[ClassName, DefinitionView]) -> dict[str, Any]:
    """A JSON Schema of nothing but names and references."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SpeccastRoot",
        "type": "object",
        "properties": {f"p{number}": _reference(name) for number, name in enumerate(definitions)},
        "$defs": {str(name): _definition(view) for name, view in definitions.items()},
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _definition(view: DefinitionView) -> dict[str, Any]:
    if isinstance(view, EnumView):
        return {"type": "string", "enum": [f"V{number}" for number, _ in enumerate(view.constants)]}
    targets = dict.fromkeys(target for field in view.fields for target in field.targets)
    return {"type": "object", "properties": {f"p{number}": _reference(name) for number, name in enumerate(targets)}}


def _printed(view: DefinitionView) -> dict[str, Any]:
    """A view whose strings have gone through the filters: all that its template does is print."""
    doc = docstring(view.doc)
    if isinstance(view, EnumView):
        constants = [{"name": constant.name, "value": literal(constant.value)} for constant in view.constants]
        return {"name": view.name, "base": view.base, "doc": doc, "constants": constants}
    fields = [
        {
            "name": field.name,
            "hint": field.hint,
            "alias": literal(field.alias) if field.alias is not None else None,
            "sensitive": field.sensitive,
            "optional": field.optional,
            "annotated": field.annotated,
        }
        for field in view.fields
    ]
    shape = literal(view.shape) if view.shape is not None else None
    return {"name": view.name, "base": view.base, "shape": shape, "checks": view.checks, "doc": doc, "fields": fields}


def _classes_only(printed: str) -> str:
    """Drop what precedes the first class and the rebuild calls at the end: pydantic rebuilds at first use."""
    start = re.search(r"^class ", printed, re.MULTILINE)
    body = printed[start.start() :] if start else ""
    return re.sub(r"^\w+\.model_rebuild\(\)\n?", "", body, flags=re.MULTILINE)


# --------------------------------------------------------------------------------------------------------- formatting


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Format every rendered Python file as black does; what is copied, and the suite, is so already."""
    mode = Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
    settled = ("_runtime/", "conformance/")
    return {
        path: black.format_str(text, mode=mode) if path.endswith(".py") and not path.startswith(settled) else text
        for path, text in files.items()
    }
