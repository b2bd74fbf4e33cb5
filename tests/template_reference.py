"""What templates get, as a page to read: `docs/templates.md` is this, and a test keeps it so.

In: the views, the filters, the list of templates. Out: Markdown. What a name of a view means stands in `MEANINGS`;
whatever a view gains has to be added there.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

from codegen.emit.filters import FILTERS
from codegen.emit.render import context_of
from codegen.emit.views.package import PackageView
from codegen.overrides import FOLDERS, ours
from codegen.spec.ir import SpecText

HEAD = """# Templates of your own

What speccast prints, it prints through templates. A project can put its own in the place of any of them: another base
class for the errors, a decorator on every model, one more header on the wire.

    [tool.speccast]
    templates = "overrides"

Every file in that folder replaces the template of the same path. There are four kinds:

| Beneath | Which are | Printed to |
|---|---|---|
| `package/` | Jinja2 templates | the same path in the package, without `.j2` |
| `conformance/` | Jinja2 templates, and Python that is copied | the same path, without `.j2` |
| `models/` | Jinja2 templates, of one class each | the end of `models/__init__.py`, or of a module beside it |
| `static/` | Python that is copied | `_runtime/` |

The list is at the end of this page. A file whose path is not in it is an error that names the nearest one; hidden files
and what editors leave behind are passed over. Templates of the pages that `diff` writes and of the project that `init`
writes cannot be replaced.

## Start from ours

    speccast override                                  # every template: ours, overridden or stale
    speccast override package/errors.py.j2             # copy ours into the folder
    speccast override package/errors.py.j2 --diff      # what yours changes
    speccast override package/errors.py.j2 --rebase    # say that yours takes account of ours as it is now

A copy begins with one line more, which says what it was made from: the first 16 hexadecimal digits of the SHA-256 of
our template. In Python files it is a comment of Python.

    {# speccast base: 0611067e25445a3f #}

The line is never printed. When a new speccast brings another text of that template, yours still counts, but `generate`
warns and `check` reports `stale-override`: what was mended in ours would else be missing in yours, and nobody told.
Look at the difference, take over what you want, then rebase, which rewrites that line and nothing else.

An edit of an override makes packages stale, like an edit of a spec; a rebase does not.

## What is checked

- A template that is none, a name that a template does not get, or Python that does not parse is an error at its line.
- What is printed is formatted by black, the copied files too.
- No text of a spec may become code, in yours as in ours. Every package is rendered twice, the second time with each
  text of the spec replaced by a harmless word; where the two differ in more than strings, nothing is written and the
  override is named. Print texts through the filter of their surroundings, and this does not happen.
- Imports are yours to see to: a name that an override uses has to be imported by the template of its module. Of
  classes that is `package/models/__init__.py.j2`, and `package/models/module.py.j2` where a package has more than 40:
  they stand in modules beside it, by what needs them, and are loaded when they are asked for.
- The conformance suite of the package runs over what you changed.

## Trust

Templates are trusted: they are code of your project, as much as the application that imports what they print. What
stands in one is run when generating, without a sandbox, and ends up in the package as you wrote it. Specs are not
trusted, templates are: review an override from elsewhere as you would a patch.

## Language

Jinja2, strict: a name that is not there is an error, there are no globals, no extensions, and no filters but those
below. A block alone on its line leaves no line behind.

`include` finds overrides first, then ours.
"""

KINDS = """## Values

| Type | What it is | How to print it |
|---|---|---|
| `SpecText` | text of a spec, untrusted | through a filter; bare, it is an error |
| `ClassName`, `AttrName`, `MethodName`, `ConstantName`, `ModuleName` | a Python name, made safe and unique | bare |
| `str` | text of ours: a type, an import, a keyword | bare where it is code, `literal` where it is a value |
| `int`, `float`, `bool`, `None` | a value | `literal` |
| `tuple[...]` | values in the order of the spec | a loop, or `literal` |
"""

NAMES = {
    "view": "`PackageView`: the whole package",
    "client": "`ClientView`, or `None` where no client can be made: the same as `view.client`",
    "model_imports": '`tuple[str, ...]`: the imports of `models/__init__.py`, `""` for a blank line',
    "definitions": "`tuple[ClassName, ...]`: the classes of `models`, in the order of the spec",
    "module": "`ModuleView`, and only in `package/models/module.py.j2`: the module that is printed",
    "module_imports": "`tuple[str, ...]`, there as well: the imports that its classes need",
}
"""What a template under `package/` gets."""

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "PackageView": {
        "package": "name of the package's folder",
        "header": "the first line of every file: what made it, from which spec, and with which command",
        "title": "the service, for people",
        "service": "the service's name in specs",
        "release": "the release's date",
        "digest": "SHA-256 of the spec and of the settings that change the output",
        "types": "scalar types of `models/_types.py`",
        "definitions": "by class name, the classes of `models`: `ClassView` or `EnumView`",
        "modules": "the modules that they stand in; none where all stand in `models/__init__.py`",
        "errors": "modelled errors, then those common to all actions",
        "events": "events that the service puts on EventBridge",
        "checks": "the project's `checks`, by key",
        "client": "both clients; `None` where the service signs otherwise than they do",
        "strategies": "how to make up values for tests",
        "suite": "the conformance suite",
        "has_details": "whether some error has members",
    },
    "TypeView": {
        "name": "name of the alias",
        "python": "the Python type, as code",
        "kind": "the class of `_runtime/kinds.py` that checks it",
        "arguments": "what that class is told",
        "patterns": "patterns that a text must match",
        "doc": "what the shape is for, its constraints and sources",
    },
    "Argument": {"name": "name of the argument", "value": "its value"},
    "PatternView": {
        "text": "the regular expression, in the syntax of its engine",
        "engine": "`rust`, `re` or `regex`",
        "negated": "whether a text must not match",
        "is_plain": "whether the engine is `rust` and the pattern not negated, which need not be said",
    },
    "ModuleView": {
        "name": "name of the file, without the underscore that it begins with",
        "alone": "whether one operation, the errors or the events need it and nothing else does",
        "classes": "its classes, in the order of the spec",
        "imports": "classes of other modules",
        "types": "scalar types that nothing else needs",
    },
    "ImportView": {"module": "name of the other module", "names": "what is taken from it"},
    "ClassView": {
        "name": "name of the class",
        "base": "`Structure` or `TaggedUnion`",
        "shape": "the shape's name where the class has another",
        "fields": "members, in the order of the spec",
        "checks": "whether the project relaxes constraints: the class then names `CHECKS`",
        "doc": "what it is for, its members, its sources",
        "has_body": "whether it has more than a docstring",
    },
    "FieldView": {
        "name": "name of the attribute",
        "hint": "its annotation, as code",
        "alias": "its name on the wire where that is another",
        "sensitive": "whether its value is shown nowhere",
        "optional": "whether it may be left out",
        "targets": "classes that the annotation names",
        "quoted": "whether it names one that stands further below: the annotation is a string then",
        "annotated": "whether it has an alias or is sensitive",
    },
    "EnumView": {
        "name": "name of the class",
        "base": "base classes, as code",
        "constants": "values, in the order of the spec",
        "doc": "what it is for, its values, its sources",
    },
    "ConstantView": {"name": "name of the constant", "value": "its value on the wire"},
    "ErrorView": {
        "name": "name of the class",
        "code": "the code that answers carry",
        "codes": "every code it is known by",
        "details": "the class of its body; `None` where it has no members",
        "properties": "members besides the message",
        "retryable": "whether the call may be repeated",
        "throttling": "whether it says to slow down",
        "suggested_action": "what the documents advise",
        "statuses": "HTTP status by source",
        "member_named_code": "whether a member is called `code`, which then says nothing of the error",
        "doc": "what it means, which operations raise it, its sources",
    },
    "PropertyView": {
        "name": "name of the property",
        "attribute": "name of the attribute of the body",
        "hint": "its type, as code",
        "doc": "what it holds",
    },
    "StatusView": {"source": "where it is stated", "status": "the HTTP status"},
    "EventView": {
        "name": "name of the class",
        "detail_type": "`detail-type` of the event",
        "source": "`source` of the event",
        "detail": "the class of its payload",
        "doc": "when it is sent, and its sources",
    },
    "CheckView": {"key": "what is relaxed", "level": "`error`, `warn` or `off`"},
    "ClientView": {
        "protocol": "`awsJson1_0`, `restJson1` or another of Smithy's names",
        "codec": "the runtime's module for the protocol; `None` for AWS JSON",
        "bindings": "what `bindings.py` is made of; `None` for AWS JSON",
        "service_id": "the service, as AWS's SDKs call it",
        "signing_name": "the service's name in signatures",
        "endpoint": "template of the URL",
        "fips_endpoint": "the same, for FIPS",
        "query_compatible": "whether errors carry a code of the older protocol",
        "s3": "whether requests are signed as those to S3 are",
        "operations": "operations that have a method",
        "waiters": "waiters that have a method",
        "endpoints": "its endpoint rules; `None` where the spec has none",
        "doc": "title and release of the service",
        "has_pages": "whether some operation is read in pages",
        "has_arguments": "whether some operation takes any",
    },
    "EndpointsView": {
        "lines": "the rules, as JSON",
        "operations": "operations whose requests they look at",
    },
    "ContextView": {
        "operation": "name of the operation",
        "parameters": "what its requests set: name, kind, and a value, member or expression",
    },
    "OperationView": {
        "method": "name of the method",
        "constant": "name of its record in `operations.py`",
        "name": "its name in the spec",
        "target": "`X-Amz-Target` of its requests",
        "input": "the class of its request; `None` where it takes none",
        "output": "the class of its answer; `None` where it gives none",
        "answer": "what the method gives, as a type",
        "arguments": "members of the request, those that are required first",
        "token": "the member that makes a repetition harmless, which the client fills in",
        "repeatable": "whether a request may be sent again",
        "signed": "whether requests carry a signature",
        "host_prefix": "what comes before the host's name",
        "encoded": "whether answers may be encoded, for what is fetched was stored so",
        "unsigned_payload": "whether the body is left out of the signature",
        "compressed": "whether the service takes long bodies compressed",
        "events": "the member of its answer that is a stream of events",
        "sends_events": "whether its request has one, which the client refuses",
        "late_errors": "whether an answer of success may tell of an error, as S3's do",
        "task": "how its task is followed; `None` where it starts none",
        "pages": "how its answer is read in pages; `None` where it comes whole",
        "doc": "what it does, takes and raises, and its sources",
    },
    "BindingsView": {
        "shapes": "what operations and errors reach",
        "operations": "operations that have a method",
        "errors": "errors, under each of their codes",
        "settings": "what is said of the service",
    },
    "ShapeView": {
        "key": "name of the shape, `#` and its type where it says nothing else, or the code of an error",
        "type": "its type, as Smithy calls it",
        "members": "its members, item, or key and value",
        "settings": "what else is said of it",
    },
    "MemberView": {
        "name": "its name in JSON form",
        "target": "key of its shape",
        "wire": "its name on the wire",
        "settings": "what else is said of it",
    },
    "BindingView": {
        "name": "name of the operation",
        "method": "its HTTP method",
        "uri": "its path and query, with labels",
        "code": "status of its answers",
        "settings": "what else is said of it",
    },
    "ArgumentView": {
        "name": "name of the argument",
        "hint": "its type, as code",
        "required": "whether it must be given",
    },
    "TaskView": {
        "member": "the member of the answer that holds the status",
        "running": "its values while the task runs",
        "complete": "its values when it is done",
        "failed": "its values when it has failed",
        "reason": "the member that says why, as a code",
        "message": "the member that says why, in words",
    },
    "PagesView": {
        "method": "name of the method",
        "input_tokens": "members of the request that ask for the next page",
        "output_tokens": "where the answer has what goes there",
        "more_results": "where the answer says whether there is more",
        "doc": "what the method does",
    },
    "WaiterView": {
        "method": "name of the method",
        "constant": "name of its record in `operations.py`",
        "name": "its name in the spec",
        "delay": "seconds between two calls",
        "max_attempts": "calls at most",
        "acceptors": "what ends the waiting",
        "operation": "the operation that is repeated",
        "doc": "what the method does",
    },
    "AcceptorView": {
        "state": "`success`, `failure` or `retry`",
        "matcher": "what is looked at",
        "argument": "where in the answer",
        "expected": "what has to be there",
    },
    "StrategiesView": {
        "texts": "how to make up texts that have a pattern",
        "shapes": "a function for each class",
        "imports": "the types that `texts` are for, by module",
        "offered": "names of the module's functions",
    },
    "TextView": {
        "name": "name of the type",
        "ranges": "characters that may occur: pairs of a first and a last one",
        "categories": "Unicode categories that may occur",
        "least": "fewest characters",
        "most": "most characters",
        "regex": "an expression to make texts from",
        "samples": "texts found when generating",
    },
    "StrategyView": {"name": "name of the function", "shape": "the class that it makes", "doc": "what it does"},
    "SuiteView": {"groups": "groups that hold cases", "vectors": "the text of `cases.json`"},
}
"""View -> name -> what it means, beside properties whose docstring says so."""


def templates_page() -> str:
    """Write the page."""
    return "\n".join([HEAD, KINDS, *_filters(), *_names(), *_models(), *_views(), *_templates()])


def _filters() -> Iterator[str]:
    yield "## Filters\n\n| Filter | What it gives |\n|---|---|"
    for name, function in FILTERS.items():
        parameters = list(inspect.signature(function).parameters.values())[1:]
        called = f"{name}({', '.join(str(one).partition(':')[0] for one in parameters)})" if parameters else name
        said = (function.__doc__ or "").strip().split("\n")[0]
        yield f"| `{called}` | {said} |"
    yield "\n`docstring` wraps for four spaces; `docstring(8)` for eight, `docstring(0)` for the top of a module.\n"


def _names() -> Iterator[str]:
    assert list(inspect.signature(context_of).parameters) == ["view", "overrides", "path"]
    yield "## Names\n\nA template under `package/` gets:\n\n| Name | What it is |\n|---|---|"
    yield from (f"| `{name}` | {said} |" for name, said in NAMES.items())
    yield "\nA template under `conformance/` gets `view` alone, the same one. Files that are copied get nothing.\n"


def _models() -> Iterator[str]:
    yield "A template under `models/` is printed once for each class or type, and gets `view` alone: `class.j2` the"
    yield "`ClassView` of a structure or union, `enum.j2` the `EnumView` of an enum, `type.j2` that of a scalar type.\n"


def _views() -> Iterator[str]:
    yield "## Views\n"
    for view in views():
        yield f"### {view.__name__}\n"
        if view.__doc__ and not view.__doc__.startswith(f"{view.__name__}("):
            yield f"{' '.join(view.__doc__.split())}\n"
        yield "| Name | Type | What it is |\n|---|---|---|"
        for name, kind, said in members(view):
            shown = kind.replace("|", "\\|")
            yield f"| `{name}` | `{shown}` | {said} |"
        yield ""


def views() -> tuple[type, ...]:
    """Find every view that a package's view leads to, in the order in which they are met."""
    found: dict[type, None] = {}
    _collect(PackageView, found)
    return tuple(found)


def _collect(hint: Any, found: dict[type, None]) -> None:
    for inner in get_args(hint):
        _collect(inner, found)
    if inspect.isclass(hint) and is_dataclass(hint) and hint is not SpecText and hint not in found:
        found[hint] = None
        for inner in get_type_hints(hint).values():
            _collect(inner, found)


def members(view: type) -> Iterator[tuple[str, str, str]]:
    """Give name, type and meaning of what a view has."""
    meanings = MEANINGS.get(view.__name__, {})
    for field in fields(view):
        yield field.name, str(field.type), meanings.get(field.name, "")
    for name, found in vars(view).items():
        if isinstance(found, property):
            said = (found.__doc__ or meanings.get(name, "")).rstrip(".")
            yield name, str(found.fget.__annotations__["return"]), said[:1].lower() + said[1:]


def _templates() -> Iterator[str]:
    yield "## Templates\n"
    for folder in FOLDERS:
        names = ", ".join(f"`{path}`" for path in ours() if path.startswith(f"{folder}/"))
        yield f"- {names}"
    yield ""
