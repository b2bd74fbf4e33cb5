"""Pages -> a draft of a spec in our form: what the pages state, each fact with document and line.

In: pages of one service. Out: a `Draft`: the spec as JSON, and notes on what is left to whoever curates it.

What pages never tell stands empty, and `validate` names it: the prefix of the endpoint, the service's id, the date of a
document that has none. Where pages contradict each other the first one's word is drafted, and a decision that nobody
has taken yet says what each states: `validate` asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from codegen.diagnostics import Diagnostic, Diagnostics, Level, Location, Note, quoted
from codegen.documents.auditing.agreeing import additions
from codegen.documents.drafting.gathering import Claim, Claims, Gathered, Tree, cited, first, gather, listing_conflicts
from codegen.documents.drafting.register import Register, Spec
from codegen.documents.drafting.shapes import Spot, draft_member, draft_shape
from codegen.documents.facts import Aspect, Page, PageKind
from codegen.spec.ir import Json

PUBLISHER = "Amazon Web Services"


@dataclass(frozen=True, slots=True)
class Draft:
    """`spec` is one JSON object of our form; `notes` say what was not read and what is missing."""

    spec: Spec
    notes: tuple[Diagnostic, ...]


def draft(
    pages: Sequence[Page], *, service: str | None = None, release: str | None = None, prose: bool = False
) -> Draft:
    """Draft one service of its pages; `service` and `release` name it where the pages do not.

    Raises Diagnostics for pages of several services, unless `service` says that they are one.
    """
    if service is None:
        _refuse_several(pages)
    gathered = gather(pages)
    register = Register(prose, gathered.types)
    operations = {name: _operation(register, name, tree) for name, tree in gathered.operations.items()}
    errors = _errors(gathered, register)
    _fill(register)
    spec: Spec = {
        "service": _service(gathered, service, release),
        "sources": {name: _source(page) for name, page in gathered.sources.items()},
        "operations": dict(operations),
        "shapes": dict(register.shapes),
        **({"errors": errors} if errors else {}),
        **({"decisions": dict(register.decisions)} if register.decisions else {}),
    }
    return Draft(spec, (*_unread(pages), *_added(pages), *_bare(register)))


def _refuse_several(pages: Iterable[Page]) -> None:
    """Compare the names that pages of one kind have for their service; each kind has its own way to name one."""
    first: dict[PageKind, Page] = {}
    for page in pages:
        other = first.setdefault(page.kind, page) if page.service else page
        if page.service != other.service:
            message = f"this page is about {quoted(page.service or '')}, another about {quoted(other.service or '')}"
            remedy = "draft one service at a time, or name it with --service where they are one"
            note = Note("the other", Location(other.path))
            raise Diagnostics(
                [Diagnostic("several-services", f"{message}: {remedy}", Location(page.path), notes=(note,))]
            )


# --------------------------------------------------------------------------------------------------- service, sources


def _service(gathered: Gathered, service: str | None, release: str | None) -> Spec:
    title = next((page.service for page in gathered.sources.values() if page.service), "")
    name = service or service_name(title)
    dates = [page.date for page in gathered.sources.values() if page.date]
    return {
        "name": name,
        "release": release or max(dates, default=""),
        "title": title or name,
        "serviceId": "",
        "sources": list(gathered.sources),
        "protocol": "awsJson1_0",
        "endpoint": {"prefix": ""},
        "signing": {"version": "v4", "name": name},
        "patterns": {"match": "full", "ascii": True},
    }


def service_name(title: str) -> str:
    """`Partner Central Selling API` and `PartnerCentralSellingAPI` give `partner-central-selling`."""
    words = re.findall(r"[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+", title)
    kept = [word.lower() for word in words if word not in ("AWS", "Amazon", "API")]
    return "-".join(kept).lstrip("0123456789-")


def _source(page: Page) -> Spec:
    return {
        "title": _title(page),
        "publisher": PUBLISHER,
        "kind": page.kind.value,
        "date": page.date or "",
        "sha256": page.sha256,
    }


def _title(page: Page) -> str:
    what = {
        PageKind.API_REFERENCE: "AWS API reference",
        PageKind.BOTO3: "boto3 documentation",
        PageKind.API_CHANGES: "AWS API changes",
    }[page.kind]
    added = sum(1 for fact in page.facts if fact.aspect is Aspect.ADDED)
    tail = f"; additions to {added} places" if added > 1 else ""
    return f"{what}: {', '.join(page.operations)}{tail}"


# --------------------------------------------------------------------------------------------------------- operations


def _operation(register: Register, name: str, tree: Tree) -> Spec:
    sources = cited(tree.get("", {}), Aspect.LISTED, Aspect.DESCRIPTION) or _any_source(tree)
    operation: Spec = {"sources": sources}
    text = first(tree.get("", {}), Aspect.DESCRIPTION) if register.prose else None
    if isinstance(text, str) and text:
        operation["documentation"] = text
    for side, key, ending in (("request", "input", "Request"), ("response", "output", "Response")):
        if side in tree:
            steps = (f"{name}{ending}",)
            told = first(tree[side], Aspect.TARGET)
            operation[key] = draft_shape(register, Spot(name, tree, side, steps), str(told) if told else steps[0])
    if names := _error_names(tree):
        operation["errors"] = list(names)
    status = first(tree.get("response", {}), Aspect.STATUS)
    if isinstance(status, int):
        operation["http"] = {"method": "POST", "uri": "/", "responseCode": status}
    absent = listing_conflicts(tree, "errors", f"an error of {name}")
    if absent:
        operation["decisions"] = [register.decide(each, [name]) for each in absent.values()]
    return operation


def _any_source(tree: Tree) -> list[Json]:
    found = (each for claims in tree.values() for each in cited(claims, *claims))
    return [*islice(found, 1)]


def _error_names(tree: Tree) -> tuple[str, ...]:
    told = first(tree.get("errors", {}), Aspect.ERRORS)
    listed = [each for each in told if isinstance(each, str)] if isinstance(told, list) else []
    below = (path.removeprefix("errors.") for path in tree if path.startswith("errors."))
    return tuple(dict.fromkeys((*listed, *(name for name in below if not re.search(r"[.\[{]", name)))))


def _errors(gathered: Gathered, register: Register) -> Spec:
    """Draft each error once, whichever operations list it."""
    found: dict[str, dict[str, Tree]] = {}
    for operation, tree in gathered.operations.items():
        for name in _error_names(tree):
            found.setdefault(name, {})[operation] = tree
    return {name: _error(register, name, trees) for name, trees in found.items()}


def _error(register: Register, name: str, trees: Mapping[str, Tree]) -> Spec:
    path = f"errors.{name}"
    claims = [tree.get(path, {}) for tree in trees.values()]
    listed = [each for one in claims for each in cited(one, Aspect.LISTED)]
    named = [each for tree in trees.values() for each in cited(tree.get("errors", {}), Aspect.ERRORS)]
    return {
        "sources": list(dict.fromkeys(map(str, listed or named))),
        **_statuses(each for one in claims for each in one.get(Aspect.STATUS, ())),
        **_first_text(claims, Aspect.SUGGESTED_ACTION, "suggestedAction"),
        **(_first_text(claims, Aspect.DESCRIPTION, "documentation") if register.prose else {}),
        **_error_members(register, trees, path),
    }


def _statuses(claims: Iterable[Claim]) -> Spec:
    """Keep one status per source; from 500 on, the server is at fault."""
    found: Spec = {}
    for claim in claims:
        found.setdefault(claim.source, claim.fact.value)
    at_fault = any(isinstance(status, int) and status >= 500 for status in found.values())
    return {**({"httpError": found} if found else {}), **({"fault": "server"} if at_fault else {})}


def _first_text(claims: Iterable[Claims], aspect: Aspect, key: str) -> Spec:
    found = [value for one in claims if (value := first(one, aspect))]
    return {key: found[0]} if found else {}


def _error_members(register: Register, trees: Mapping[str, Tree], path: str) -> Spec:
    """Draft the members of an error from the first operation whose page lists them."""
    for operation, tree in trees.items():
        spot = Spot(operation, tree, path, (path.rpartition(".")[2],))
        if members := {name: draft_member(register, inner) for name, inner in spot.members()}:
            return {"members": dict(members)}
    return {}


# -------------------------------------------------------------------------------------------------------------- notes


def _fill(register: Register) -> None:
    """Let a shape that pages only name be a structure without members, until somebody fills it."""
    for name in register.bare:
        register.shapes.setdefault(name, {"type": "structure", "members": {}})


def _bare(register: Register) -> Iterator[Diagnostic]:
    for name, spot in register.bare.items():
        shape = register.shapes[name]
        if not shape.get("members") and shape["type"] in ("structure", "list", "map"):
            message = f"no page tells what is in {quoted(name)}, at {spot}"
            yield Diagnostic("not-told", message, level=Level.NOTE)


def _unread(pages: Iterable[Page]) -> Iterator[Diagnostic]:
    for page in pages:
        for one in page.unread:
            message = f"not read, {one.why}: {quoted(one.text)}"
            yield Diagnostic("unread", message, Location(page.path, one.line, 1), Level.NOTE)


def _added(pages: Iterable[Page]) -> Iterator[Diagnostic]:
    """Say what a page of changes says the release added."""
    for page in pages:
        for fact in page.facts:
            if fact.aspect is Aspect.ADDED:
                names = [f"{path}: {value}" if value else path for path, value in additions(fact.value, fact.path)]
                date = f" on {page.date}" if page.date else ""
                message = f"{fact.operation}: added{date}: {', '.join(names)}"
                yield Diagnostic("added", message, Location(page.path, fact.line, 1), Level.NOTE)
