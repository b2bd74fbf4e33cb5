"""What every page of a site reads, gathered once: the release, its names, where its pages are, and since when.

In: a release, the history of its service, what was generated from it. Out: `Book`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from codegen.diagnostics import Place
from codegen.emit.views.clients import view_client
from codegen.emit.views.levels import Levels
from codegen.emit.views.operations import OperationView
from codegen.emit.views.symbols import Symbols, name_everything
from codegen.load.loaded import Loaded
from codegen.reference.history import History, Release
from codegen.reference.site.hrefs import Href, file_names
from codegen.reference.site.prose import Paragraphs, first_sentence, paragraphs
from codegen.reference.site.python_form import Printer
from codegen.reference.subjects import Subject, Told, sayings
from codegen.reference.tracing import Traces
from codegen.spec import ir, names
from codegen.spec.ir import ShapeId, SpecText

Key = tuple[str, ...]
"""What has a first release: `("member", "Thing", "Name")`, `("operation", "GetThing")` ..."""

DECISIONS = Href("decisions.html")
SOURCES = Href("sources.html")
ERRORS = Href("errors.html")
EVENTS = Href("events.html")
HISTORY = Href("history.html")
INDEX = Href("index.html")
ENUMS = Href("enums.html")
TYPES = Href("types.html")
COMMON = Href("common.html")


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: Href


@dataclass(frozen=True, slots=True)
class Pages:
    """The page of each operation in its two forms, of each type, and of the traces of each operation, if any."""

    operations: Mapping[SpecText, Href]
    boto3: Mapping[SpecText, Href]
    shapes: Mapping[ShapeId, Href]
    traces: Mapping[SpecText, Href]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One release to be shown; `client` has its methods, none where no client can be made.

    `releases` are those up to the one that is shown, oldest first; `traces` None where nothing was generated.
    """

    title: str
    loaded: Loaded
    told: Mapping[Subject, Told]
    has_enums: bool
    releases: tuple[Release, ...]
    history: History
    traces: Traces | None
    symbols: Symbols
    client: Mapping[SpecText, OperationView]
    pages: Pages
    printer: Printer
    since: Mapping[Key, str]
    users: Mapping[ShapeId, tuple[SpecText, ...]]
    raisers: Mapping[SpecText, tuple[SpecText, ...]]

    @property
    def model(self) -> ir.Model:
        return self.loaded.model

    @property
    def package(self) -> str:
        return names.package(self.model.service.name)

    @property
    def region(self) -> str:
        """A region that the service is in."""
        regions = self.model.service.endpoint.regions
        return regions[0].raw if regions and regions[0].raw.replace("-", "").isalnum() else "us-east-1"

    def prose(self, entry: ir.Entry) -> Paragraphs:
        return paragraphs(entry.documentation, self.loaded.form)

    def line(self, entry: ir.Entry) -> str:
        """What lists say of an entry."""
        return first_sentence(entry.documentation, self.loaded.form)

    def first(self, *key: str) -> str | None:
        """The release that brought something; None where there is but one to tell."""
        return self.since.get(key)

    def place(self, at: Place) -> str:
        """`2024-12-05/shapes.json:12`: the release's folder, the file and the line."""
        found = self.loaded.locate(at)
        path = PurePosixPath(found.path)
        shown = "/".join(path.parts[-2:]) if len(path.parts) > 1 else path.name
        return f"{shown}:{found.line}" if found.line else shown

    def shape_link(self, shape: ShapeId) -> Link | None:
        page = self.pages.shapes.get(shape)
        return Link(shape.raw, page) if page else None

    def operation_link(self, name: SpecText) -> Link:
        return Link(name.raw, self.pages.operations[name])


def make_book(loaded: Loaded, history: History, traces: Traces | None, title: str | None) -> Book:
    """Gather what the pages read."""
    model = loaded.model
    symbols = name_everything(model, Levels())
    client = view_client(model, symbols)
    releases = tuple(one for one in history.beside if one.name <= model.service.release.raw)
    return Book(
        title=title or model.service.title.raw,
        loaded=loaded,
        told=dict(sayings(model)),
        has_enums=any(isinstance(shape, ir.Enum | ir.IntEnum) for shape in model.shapes.values()),
        releases=releases,
        history=history,
        traces=traces,
        symbols=symbols,
        client={view.name: view for view in client.operations} if client else {},
        pages=_pages(model, traced=traces is not None),
        printer=Printer(model, symbols),
        since=_since([release.model for release in releases]),
        users=_users(model),
        raisers=_raisers(model),
    )


def _pages(model: ir.Model, *, traced: bool) -> Pages:
    own = (ir.Structure, ir.UnionOf, ir.Enum, ir.IntEnum)
    return Pages(
        operations=file_names("API_", model.operations),
        boto3=file_names("boto3_", model.operations),
        shapes=file_names("type_", [id for id, shape in model.shapes.items() if isinstance(shape, own)]),
        traces=file_names("trace_", model.operations if traced else ()),
    )


def _since(models: Sequence[ir.Model]) -> Mapping[Key, str]:
    """Say since when each thing has been there without a gap; nothing of a single release."""
    found: dict[Key, str] = {}
    for model in models if len(models) > 1 else ():
        found = {key: found.get(key, model.service.release.raw) for key in _keys(model)}
    return found


def _keys(model: ir.Model) -> Iterator[Key]:
    yield from (("operation", name.raw) for name in model.operations)
    yield from (("error", name.raw) for name in model.errors)
    yield from (("event", name.raw) for name in model.events)
    for shape in model.shapes.values():
        yield "shape", shape.id.raw
        yield from (("member", shape.id.raw, member.name.raw) for member in ir.members_of(shape))
        if isinstance(shape, ir.Enum):
            yield from (("value", shape.id.raw, value.value.raw) for value in shape.values)
        elif isinstance(shape, ir.IntEnum):
            yield from (("value", shape.id.raw, value.name.raw) for value in shape.values)
    for error in model.errors.values():
        yield from (("error member", error.name.raw, member.name.raw) for member in error.members)


def _users(model: ir.Model) -> Mapping[ShapeId, tuple[SpecText, ...]]:
    """Name the structures that hold each shape, through lists and maps, and the operations that send or give it."""
    found: dict[ShapeId, dict[SpecText, None]] = {}
    for shape in model.shapes.values():
        if isinstance(shape, ir.Structure | ir.UnionOf):
            for member in shape.members:
                for target in _below(model, member.target):
                    found.setdefault(target, {})[shape.id] = None
    return {shape: tuple(users) for shape, users in found.items()}


def _below(model: ir.Model, target: ShapeId) -> Iterator[ShapeId]:
    """Walk a member's shape and, of a list or map, what it holds."""
    seen, waiting = set[ShapeId](), [target]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        shape = model.shapes[name]
        if isinstance(shape, ir.ListOf | ir.MapOf):
            waiting += [edge.target for edge in ir.members_of(shape)]


def _raisers(model: ir.Model) -> Mapping[SpecText, tuple[SpecText, ...]]:
    found: dict[SpecText, list[SpecText]] = {}
    for operation in model.operations.values():
        for error in operation.errors:
            found.setdefault(error, []).append(operation.name)
    return {error: tuple(users) for error, users in found.items()}
