"""A template and its context -> text; ours, or what the project has in its place.

In: the path of a template, the names it gets, the project's overrides. Out: what it prints. What goes wrong in a
template of ours is a bug and comes as it is; what goes wrong in an override is its author's, and becomes `Diagnostics`
that name the line.
"""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, cast

import jinja2

from codegen.data import data_folder
from codegen.diagnostics import Diagnostic, Diagnostics, Location, Note
from codegen.emit.filters import FILTERS
from codegen.overrides import NONE, Override, Overrides, ours
from codegen.records import replace

Context = Mapping[str, Any]

TYPES = "models/_types.py"
"""The product with the scalar types that more than one module needs."""
_FAULTS = (jinja2.TemplateError, TypeError, AttributeError, ValueError, LookupError, ArithmeticError, RecursionError)
"""What a template can raise; anything else is no fault of its text."""

_NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
_OBJECT = re.compile(r"'(?:\w+\.)*(\w+)(?: object'|' object)")
"""How Jinja2 and Python name what lacks an attribute."""

_SEE = Note("docs/templates.md says what each template gets")


def environment(overrides: Overrides = NONE) -> jinja2.Environment:
    """The environment for code: strict, no globals, no extensions, nothing escaped but by our filters."""
    return _environment(overrides)


@lru_cache(maxsize=8)
def _environment(overrides: Overrides) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=_loader(overrides),
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


def _loader(overrides: Overrides) -> jinja2.BaseLoader:
    """Look among the overrides first, so that what includes a template gets the same as what is printed from it."""

    def load(name: str) -> tuple[str, str, None] | None:
        found = overrides.get(name)
        return (found.text, found.shown, None) if found else None

    ours = jinja2.FileSystemLoader(data_folder("templates"))
    return jinja2.ChoiceLoader([jinja2.FunctionLoader(load), ours]) if overrides.found else ours


# ----------------------------------------------------------------------------------------------------------- printing


def print_template(path: str, context: Context, overrides: Overrides = NONE) -> str:
    """Print one template; what an override prints has to be Python."""
    try:
        template = environment(overrides).get_template(path)
        text = template.render(context)
    except _FAULTS as fault:
        found = _at_fault(fault, overrides)
        if found is None:
            raise
        raise Diagnostics([found]) from None
    override = overrides.get(path)
    if override:
        _check(template, context, text, override)
    return text


def prove_copy(override: Override) -> str:
    """Give the text of an override that is copied; it has to be Python."""
    try:
        ast.parse(override.text)
    except _NO_PYTHON as fault:
        raise Diagnostics([_no_python(override, fault, getattr(fault, "lineno", None))]) from None
    return override.text


def _check(template: jinja2.Template, context: Context, text: str, override: Override) -> None:
    try:
        ast.parse(text)
    except _NO_PYTHON as fault:
        line = getattr(fault, "lineno", None)
        found = template_line(template, context, line, override.text) if line else None
        raise Diagnostics([_no_python(override, fault, found)]) from None


# ------------------------------------------------------------------------------------------------------ what is wrong


def _no_python(override: Override, fault: BaseException, line: int | None) -> Diagnostic:
    said = getattr(fault, "msg", None) or str(fault) or "nested too deep"
    return Diagnostic("template", f"what this prints is no Python: {_one_line(said)}", override.at(line or 1))


def _at_fault(fault: Exception, overrides: Overrides) -> Diagnostic | None:
    """Find the line of the override that raised; None where ours did."""
    shown = {one.shown: one for one in overrides.found}
    if isinstance(fault, jinja2.TemplateSyntaxError):
        override = shown.get(fault.filename or "")
        message = f"no template: {_one_line(fault.message or '')}"
        return Diagnostic("template", message, override.at(fault.lineno)) if override else None
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename in shown]
    if not frames:
        return None
    place = shown[frames[-1].filename].at(frames[-1].lineno or 1)
    return Diagnostic("template", f"cannot be printed: {_one_line(_said(fault))}", place, notes=(_SEE,))


def _said(fault: Exception) -> str:
    if isinstance(fault, jinja2.TemplateNotFound):
        return f"there is no template {fault.name}"
    return _OBJECT.sub(r"\1", str(fault)) or type(fault).__name__


def _one_line(text: str) -> str:
    """`Expected 'x'. Then y.` gives `expected 'x'; then y`."""
    parts = [part.strip() for part in re.split(r"\.\s|\n", text) if part.strip()]
    return re.sub(r"(?:^|(?<=; ))[A-Z](?=[a-z]* )", lambda found: found[0].lower(), "; ".join(parts)).rstrip(".")


# ------------------------------------------------------------------------------------- from what is printed to a line


def templates_of(product: str) -> tuple[str, ...]:
    """Name what can print a file: `_runtime/wire.py` gives `static/wire.py`."""
    if product.startswith("_runtime/"):
        return (f"static/{product.removeprefix('_runtime/')}",)
    if product.startswith("conformance/"):
        return (f"{product}.j2", product)
    if product == TYPES:
        return (f"package/{product}.j2", "models/type.j2")
    if not holds_models(product):
        return (f"package/{product}.j2",)
    own = "__init__" if product == "models/__init__.py" else "module"
    return (f"package/models/{own}.py.j2", *(path for path in ours() if path.startswith("models/")))


def holds_models(product: str) -> bool:
    """Say whether a file is a module of classes: `models/__init__.py`, or one beside it."""
    return product.startswith("models/_") and product.endswith(".py") and product != TYPES


def blamed(fault: Diagnostics, context_of: Callable[[str], Context], overrides: Overrides) -> Diagnostics:
    """Put what is wrong with a file where its override says so; without one it is a bug of ours, and stays.

    `context_of` gives what the template of a file got.
    """
    return Diagnostics(_blamed(one, context_of, overrides) for one in fault.found)


def _blamed(one: Diagnostic, context_of: Callable[[str], Context], overrides: Overrides) -> Diagnostic:
    if not isinstance(one.place, Location):
        return one
    own = [found for path in templates_of(one.place.path) if (found := overrides.get(path))]
    if not own:
        return one
    line = None
    if own[0].path.endswith(".j2"):
        template = environment(overrides).get_template(own[0].path)
        line = template_line(template, context_of(one.place.path), one.place.line, own[0].text)
    place = own[0].at(line) if line else Location(own[-1].shown)
    return replace(one, place=place, notes=(Note("where it was printed", one.place),))


def template_line(template: jinja2.Template, context: Context, line: int, source: str) -> int | None:
    """Find the line of a template that printed a line of its output; None where the output is shorter.

    A template is a generator: between two pieces it stands at the line that gave the last one.
    """
    at = 1
    stream = template.root_render_func(template.new_context(dict(context)))
    for piece in stream:
        ends = at + piece.count("\n")
        if ends > line or (ends == line and not piece.endswith("\n")):
            start = template.get_corresponding_lineno(cast(Any, stream).gi_frame.f_lineno)
            return _line_of(piece, start, source) + line - at
        at = ends
    return None


def _line_of(piece: str, start: int, source: str) -> int:
    """Find the line where a piece begins: text stands between two tags, at `start` or below; all else is at `start`."""
    offset = sum(map(len, source.splitlines(keepends=True)[: start - 1]))
    found = re.compile(rf"(?:\A|\}})(\s*){re.escape(piece)}\s*(?:\{{[{{%#]|\Z)").search(source, offset)
    return source.count("\n", 0, found.end(1)) + 1 if found else start
