"""Views -> {path: text}: every file printed by a Jinja2 template, in black's style."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from black.parsing import InvalidInput

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Location
from codegen.emit.cases.schema import write_schema
from codegen.emit.style import style, style_whole
from codegen.emit.templates import TYPES, Context, print_template, prove_copy, templates_of
from codegen.emit.templates import environment as environment
from codegen.emit.views.models import DefinitionView, EnumView, in_order
from codegen.emit.views.modules import ModuleView
from codegen.emit.views.package import PackageView, model_imports, module_imports, type_names
from codegen.emit.views.scalars import TypeView
from codegen.overrides import NONE, Override, Overrides

TARGETS = (
    "__init__.py",
    "errors.py",
    "models/__init__.py",
    TYPES,
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
MODULE = "models/module.py"
"""Where the template stands of the modules beside `models/__init__.py`, each of which has a name of its own."""
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
    body = _whole(view, overrides)
    context = _context(view, body)
    bound = [BINDINGS] if view.codec else []
    targets = (*TARGETS, *(CLIENT_TARGETS if view.client else ()), *_endpoint_targets(view), *bound)
    files = {target: print_template(f"package/{target}.j2", context, overrides) for target in targets}
    files["models/__init__.py"] += _appended(body)
    files[TYPES] += _appended(_render_types(view.types, overrides), apart="\n")
    return {
        **files,
        **dict(_modules(view, context, overrides)),
        **_suite(view, overrides),
        **_runtime(view, overrides),
        "py.typed": "",
    }


def _endpoint_targets(view: PackageView) -> tuple[str, ...]:
    return RULES_TARGETS if view.client and view.client.endpoints else ()


def context_of(view: PackageView, overrides: Overrides, path: str = "") -> Context:
    """Give what the template of a file gets that stands under `package/`."""
    context = _context(view, _whole(view, overrides))
    module = next((one for one in view.modules if one.path == path), None)
    if module is None:
        return context
    return {**context, **_of_module(view, module, _body(view, module, overrides), type_names(view))}


def _context(view: PackageView, body: str) -> Context:
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


# -------------------------------------------------------------------------------------------------------------- models


def _whole(view: PackageView, overrides: Overrides) -> str:
    """Print all classes where they stand in one module; none where each has a module beside it."""
    return "" if view.modules else render_models(in_order(view.definitions), overrides)


def _modules(view: PackageView, context: Context, overrides: Overrides) -> Iterator[tuple[str, str]]:
    """Print the modules beside `models/__init__.py`."""
    types = type_names(view)
    for module in view.modules:
        body = _body(view, module, overrides)
        whole = {**context, **_of_module(view, module, body, types)}
        head = print_template(f"package/{MODULE}.j2", whole, overrides)
        yield module.path, head + _appended(body, apart="\n" if module.types else "\n\n")


def _body(view: PackageView, module: ModuleView, overrides: Overrides) -> str:
    own = {name: view.definitions[name] for name in module.classes}
    classes = render_models(in_order(own, [name for one in module.imports for name in one.names]), overrides)
    return f"{_render_types(module.types, overrides)}\n\n{classes}" if module.types else classes


def _of_module(view: PackageView, module: ModuleView, body: str, types: Collection[str]) -> Context:
    return {"module": module, "module_imports": module_imports(body, module, view, types)}


def _appended(body: str, apart: str = "\n\n") -> str:
    """Put what comes first in `body` apart as black does: a class by two lines, a type by one."""
    return f"{apart}{body}" if body else ""


def render_models(definitions: Iterable[DefinitionView], overrides: Overrides = NONE) -> str:
    """Print classes, in their order."""
    return "\n\n".join(print_template(_template(view), {"view": view}, overrides) for view in definitions)


def _render_types(types: Iterable[TypeView], overrides: Overrides) -> str:
    return "\n".join(print_template("models/type.j2", {"view": view}, overrides) for view in types)


def _template(view: DefinitionView) -> str:
    return "models/enum.j2" if isinstance(view, EnumView) else "models/class.j2"


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
