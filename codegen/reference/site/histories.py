"""The history of a service: what changed with each release, how much it hurts, and what a change feed tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from codegen.diff.additive import Added, Additive, additive, laid_out
from codegen.diff.findings import SEVERITY, Finding, Level
from codegen.diff.semver import bump_of
from codegen.emit.views.levels import Levels
from codegen.emit.views.symbols import Symbols, name_everything
from codegen.reference.history import Release
from codegen.reference.site.book import HISTORY, Book, Link
from codegen.reference.site.boto3_form import Boto3View, boto3_view
from codegen.reference.site.evidence import TargetView, find
from codegen.reference.site.frame import FrameView, frame
from codegen.reference.site.hrefs import Href, file_names, fragment
from codegen.spec.ir import SpecText

_OPENED = 8  # operations that a page of changes shows unfolded; this and what follows is arbitrary
_WHOLE = 60  # operations that it shows in full; of more it names the rest
_MOST = 400  # findings of one level


@dataclass(frozen=True, slots=True)
class FindingView:
    """`who`: whom it hurts how much: `caller breaking, server risky`."""

    path: str
    href: Href | None
    summary: str
    who: str


@dataclass(frozen=True, slots=True)
class LevelView:
    """Findings of one level; what only looks different is folded."""

    level: str
    count: int
    findings: tuple[FindingView, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.findings)

    @property
    def title(self) -> str:
        return self.level.capitalize()

    @property
    def open(self) -> bool:
        return self.level != Level.COSMETIC.value


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One release after the one before, if any; `bump` is the part of the version that has to grow."""

    id: str
    title: str
    bump: str
    groups: tuple[LevelView, ...]
    feed: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    frame: FrameView
    title: str
    lead: str
    steps: tuple[StepView, ...]


Step = tuple[Release, Release]


def steps(book: Book) -> tuple[Step, ...]:
    """Give each release with the one before, the newest first; before the oldest of several there was nothing."""
    first = book.releases[0]
    nothing = Release("", replace(first.model, operations={}))
    before = (nothing,) if len(book.history.releases) > 1 else ()
    return tuple(reversed(tuple(pairwise((*before, *book.releases)))))


def history_page(book: Book) -> HistoryPage:
    """View what changed with each release."""
    feeds = feed_names(book)
    views = tuple(_step(book, step, feeds[SpecText(step[1].name)]) for step in steps(book))
    lead = "What each release changed, as speccast diff judges it." if views else "There is no release before this one."
    return HistoryPage(frame=frame(book, "History", HISTORY), title="History", lead=lead, steps=views)


def feed_names(book: Book) -> dict[SpecText, Href]:
    """Name the page of each step."""
    return dict(file_names("changes_", [SpecText(new.name) for _, new in steps(book)]))


def _step(book: Book, step: Step, feed: Href) -> StepView:
    old, new = step
    changes = (change for each in book.history.by_path.values() for change in each)
    found = tuple(change.finding for change in changes if (change.old, change.new) == (old.name, new.name))
    groups = tuple(group for group in _groups(book, found) if group.findings)
    return StepView(
        id=fragment(new.name),
        title=f"{old.name} to {new.name}" if old.name else new.name,
        bump=f"{bump_of(found).value} version" if old.name else "first release here",
        groups=groups,
        feed=Link("What it added, as a change feed tells it", feed),
    )


def _groups(book: Book, found: Iterable[Finding]) -> Iterator[LevelView]:
    findings = sorted(found, key=lambda one: (one.path, one.summary))
    for level in sorted(Level, key=lambda level: -SEVERITY[level]):
        own = [one for one in findings if one.level is level]
        yield LevelView(level.value, len(own), tuple(_finding(book, one) for one in own[:_MOST]))


def _finding(book: Book, one: Finding) -> FindingView:
    who = (f"{audience.value} {verdict.level.value}" for audience, verdict in one.verdicts.items())
    return FindingView(one.path, find(book, one.path), one.summary, ", ".join(who))


# ------------------------------------------------------------------------------------------------------ a change feed


@dataclass(frozen=True, slots=True)
class DeltaView:
    """What a request or an answer gained; `label` is empty where there is but one."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedView:
    """One operation of a feed: new, or with what it gained; then all of it in boto3's form."""

    name: str
    id: str
    word: str
    ends: str
    deltas: tuple[DeltaView, ...]
    forms: tuple[Boto3View, ...]
    reference: TargetView


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    frame: FrameView
    title: str
    lead: str
    entries: tuple[ChangedView, ...]
    short: bool


def feed_page(book: Book, step: Step) -> FeedPage:
    """View what a step added, in the arrangement of an API change feed: `2024/11/15 - Service - 2 new api methods`."""
    old, new = step
    found = additive(old.model, new.model)
    shown: Mapping[str, Mapping[str, Added]] = {**{name: {} for name in found.new}, **found.updated}
    entries = tuple(
        _changed(book, new, name, ends, number < _WHOLE) for number, (name, ends) in enumerate(shown.items())
    )
    title = f"{new.name.replace('-', '/')} - {book.title} - {_counted(found)}"
    trail = [Link("History", HISTORY)]
    return FeedPage(
        frame=frame(book, title, HISTORY, trail),
        title=title,
        lead=_lead(old),
        entries=entries,
        short=len(entries) <= _OPENED,
    )


def _counted(found: Additive) -> str:
    counts = [f"{len(names)} {word}" for word, names in (("new", found.new), ("updated", found.updated)) if names]
    return f"{' '.join(counts) or 'no new or updated'} api methods"


def _lead(old: Release) -> str:
    if not old.name:
        return "The oldest release that this reference knows: each of its operations counts as new."
    return f"What came with this release since {old.name}: operations, members and values that were not there before."


def _changed(book: Book, new: Release, name: str, ends: Mapping[str, Added], whole: bool) -> ChangedView:
    operation = new.model.operations[SpecText(name)]
    shown = SpecText(name) in book.model.operations
    return ChangedView(
        name=name,
        id=fragment(name),
        word="updated" if ends else "new",
        ends=", ".join(ends),
        deltas=tuple(
            DeltaView(end.capitalize() if len(ends) > 1 else "", laid_out(told)) for end, told in ends.items()
        ),
        forms=(boto3_view(new.model, _symbols(book, new), book.loaded.form, operation),) if whole else (),
        reference=TargetView(name, book.pages.operations[SpecText(name)] if shown else None),
    )


def _symbols(book: Book, release: Release) -> Symbols:
    """The names of the release that is shown are at hand; those of one before it are worked out."""
    return book.symbols if release.model is book.model else name_everything(release.model, Levels())
