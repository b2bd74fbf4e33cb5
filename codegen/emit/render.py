"""Views -> {path: text}: our Jinja2 templates for everything, datamodel-code-generator for the model classes, black's
formatting over both.

datamodel-code-generator gets a skeleton schema that holds our Python names and nothing of the spec's text, and prints
through our templates (`templates/models`); what it decides is which classes there are and in which order: those that
others name come first. Its imports, root class and rebuild calls are dropped and ours printed. It takes no filters, so
the strings of its views arrive printed (`_printed`). `tests/test_render.py` pins all of this.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from black.parsing import InvalidInput
from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType
from datamodel_code_generator.format import PythonVersion

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.emit.cases.schema import write_schema
from codegen.emit.filters import docstring, literal
from codegen.emit.style import LINE_LENGTH as LINE_LENGTH
from codegen.emit.style import style, style_whole
from codegen.emit.templates import environment as environment
from codegen.emit.templates import print_template, prove_copy, prove_model, templates_of
from codegen.emit.views.models import DefinitionView, EnumView
from codegen.emit.views.package import PackageView, model_imports
from codegen.overrides import NONE, Override, Overrides, our_text, ours
from codegen.spec.names import ClassName

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
RULES_TARGETS = ("endpoints.py",)
"""The same, where the service has endpoint rules as well."""
BINDINGS = "bindings.py"
"""The same, where the client's protocol needs to be told how members travel."""
CODEC_MODULES: Mapping[str | None, tuple[str, ...]] = {
    None: (),
    "rest_json": ("bindings", "header_values", "rest", "rest_json"),
    "rest_xml": ("bindings", "header_values", "rest", "rest_xml", "xml_faults", "xml_form", "xml_tree"),
    "aws_query": ("bindings", "aws_query", "xml_faults", "xml_form", "xml_tree"),
    "rpc_v2_cbor": ("bindings", "rpc_v2_cbor"),
}
"""What of the runtime a codec needs, and no other package gets."""
STREAM_MODULES = ("bindings", "event_stream", "streams")
"""The same for answers that are streams of events."""
CALLING = tuple(
    f"conformance/{name}.py" for name in ("against_server", "calls", "plugin", "probing", "script", "server")
)
"""What of the suite needs a client."""


def render(view: PackageView, overrides: Overrides = NONE) -> dict[str, str]:
    """Print every file of a package, not yet formatted. Raises Diagnostics for an override that cannot be printed."""
    body = render_models(view.definitions, overrides)
    context = _context(view, body)
    bound = [BINDINGS] if view.codec else []
    targets = (*TARGETS, *(CLIENT_TARGETS if view.client else ()), *_endpoint_targets(view), *bound)
    files = {target: print_template(f"package/{target}.j2", context, overrides) for target in targets}
    files["models/__init__.py"] += "\n\n" + body
    return {**files, **_suite(view, overrides), **_runtime(view, overrides), "py.typed": ""}


def _endpoint_targets(view: PackageView) -> tuple[str, ...]:
    return RULES_TARGETS if view.client and view.client.endpoints else ()


def context_of(view: PackageView, overrides: Overrides) -> dict[str, Any]:
    """Give what every template under `package/` gets."""
    return _context(view, render_models(view.definitions, overrides))


def _context(view: PackageView, body: str) -> dict[str, Any]:
    return {
        "view": view,
        "client": view.client,
        "model_imports": model_imports(body, view),
        "definitions": tuple(view.definitions),
    }


def _suite(view: PackageView, overrides: Overrides) -> dict[str, str]:
    """Print the conformance suite: a test module for each group that holds cases."""
    paths = [f"conformance/{module}.py" for module in ("__init__", *(f"test_{group}" for group in view.suite.groups))]
    printed = {path: print_template(f"{path}.j2", {"view": view}, overrides) for path in paths}
    vectors = {"conformance/cases.json": view.suite.vectors, "conformance/cases.schema.json": write_schema()}
    unused = () if "calls" in view.suite.groups else CALLING
    copied = _copied("conformance", "conformance", overrides)
    return {**printed, **vectors, **{path: text for path, text in copied.items() if path not in unused}}


def _runtime(view: PackageView, overrides: Overrides) -> dict[str, str]:
    """Give what of the runtime a package with this codec needs, and one whose service streams events."""
    streams = view.client is not None and any(operation.events for operation in view.client.operations)
    wanted = {*CODEC_MODULES[view.codec], *(STREAM_MODULES if streams else ())}
    some = {name for names in (*CODEC_MODULES.values(), STREAM_MODULES) for name in names}
    others = {f"_runtime/{name}.py" for name in some - wanted}
    return {path: text for path, text in static_files(overrides).items() if path not in others}


def static_files(overrides: Overrides = NONE) -> Mapping[str, str]:
    """The runtime that is copied byte for byte."""
    return _copied("static", "_runtime", overrides)


def _copied(folder: str, target: str, overrides: Overrides) -> Mapping[str, str]:
    replaced = [one for one in overrides.beneath(folder) if one.path.endswith(".py")]
    own = {target + one.path.removeprefix(folder): prove_copy(one) for one in replaced}
    return {**_ours_copied(folder, target), **own}


@cache
def _ours_copied(folder: str, target: str) -> Mapping[str, str]:
    found = sorted((data_folder("templates") / folder).glob("*.py"))
    return {f"{target}/{path.name}": path.read_text(encoding="utf-8") for path in found}


# ------------------------------------------------------------------------------------------- datamodel-code-generator


def render_models(definitions: Mapping[ClassName, DefinitionView], overrides: Overrides = NONE) -> str:
    """Print the classes, each after those it names."""
    if not definitions:
        return ""
    views = {name: _printed(view) for name, view in definitions.items()}
    data: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    data.update({f"#/$defs/{name}": {"view": view} for name, view in views.items()})
    with _model_templates(views.values(), overrides) as templates:
        printed = generate(
            _skeleton(definitions),
            input_file_type=InputFileType.JsonSchema,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            custom_template_dir=templates,
            extra_template_data=data,
            formatters=[],
            skip_root_model=True,
            use_subclass_enum=True,
            disable_timestamp=True,
        )
    return _classes_only(str(printed))


_CLASS = "# speccast: a class"
"""Stands before each class where a template of the project's prints some, which may begin with a decorator."""


@contextmanager
def _model_templates(views: Iterable[Mapping[str, Any]], overrides: Overrides) -> Generator[Path]:
    """Give the folder of templates: ours, or one for the time being in which the project's have taken their place."""
    if not overrides.beneath("models"):
        yield data_folder("templates") / "models"
        return
    for view in views:
        prove_model(_ENUM if "constants" in view else _CLASSES, view, overrides)
    with tempfile.TemporaryDirectory(prefix="speccast-") as folder:
        for path in (path for path in ours() if path.startswith("models/")):
            own = overrides.get(path)
            target = Path(folder, path.removeprefix("models/"))
            target.parent.mkdir(exist_ok=True)
            target.write_text(f"{_CLASS}\n{own.text if own else our_text(path)}", encoding="utf-8", newline="\n")
        yield Path(folder)


_ENUM, _CLASSES = "Enum.jinja2", "pydantic_v2/BaseModel.jinja2"
"""Where datamodel-code-generator looks for them."""


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
        return {"type": "string", "enum": ["V"]}  # one stands for all: the template prints those of the view
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
    start = re.search(rf"^(?:class |{_CLASS}$)", printed, re.MULTILINE)
    body = printed[start.start() :] if start else ""
    return re.sub(rf"^(?:\w+\.model_rebuild\(\)|{_CLASS})(?:\n|\Z)", "", body, flags=re.MULTILINE)


# --------------------------------------------------------------------------------------------------------- formatting


def formatted(files: Mapping[str, str], overrides: Overrides = NONE) -> dict[str, str]:
    """Format every rendered Python file as black does."""
    return {path: _formatted(path, text, overrides) if path.endswith(".py") else text for path, text in files.items()}


def _formatted(path: str, text: str, overrides: Overrides) -> str:
    own = next((own for name in templates_of(path) if (own := overrides.get(name))), None)
    if not _formats(path, own):
        return text
    try:
        return style_whole(text) if own else style(text)
    except InvalidInput:
        if own is None:
            raise
        message = "what this prints is no Python 3.11, or black cannot format it"
        raise Diagnostics([Diagnostic("template", message, Location(own.shown))]) from None


def _formats(path: str, own: Override | None) -> bool:
    """What is copied, the suite and the table of bindings are formatted already if they are ours."""
    return own is not None or not (path == BINDINGS or path.startswith(("_runtime/", "conformance/")))
