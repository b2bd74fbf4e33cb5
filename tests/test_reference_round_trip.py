"""What the pages of the reference say is what the spec states, in the reading of those who read such pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codegen.data import data_folder
from codegen.documents.auditing.agreeing import same_type, texts
from codegen.documents.facts import Aspect, Fact, Page, PageKind
from codegen.documents.reading import read_document
from codegen.documents.stated import Stated, stated, stated_shape
from codegen.load import find
from codegen.load.loaded import Loaded, load
from codegen.pages.environment import page
from codegen.project import Project, Settings
from codegen.reference.history import History, Release
from codegen.reference.site.book import Book, make_book
from codegen.reference.site.boto3_form import boto3_page
from codegen.reference.site.histories import feed_page
from codegen.reference.site.operations import operation_page
from codegen.reference.site.type_pages import type_page
from codegen.spec import ir
from codegen.spec.ir import Json, SpecText

pytest.importorskip("lxml", reason="reading HTML needs lxml")

CURATED = sorted((data_folder("specs") / "partnercentral-selling").glob("20*"))
GOLDEN = sorted((Path(__file__).parent / "golden").iterdir())
assert CURATED and GOLDEN

API_SAYS = {
    *(
        Aspect.LISTED,
        Aspect.TYPE,
        Aspect.REQUIRED,
        Aspect.PATTERN,
        Aspect.VALUES,
        Aspect.ERRORS,
        Aspect.SUGGESTED_ACTION,
    ),
    *(Aspect.MIN_LENGTH, Aspect.MAX_LENGTH, Aspect.MIN_ITEMS, Aspect.MAX_ITEMS, Aspect.MIN_VALUE, Aspect.MAX_VALUE),
}
"""What an API reference says of members; STATUS and TARGET it says of some."""

BOTO3_SAYS = {
    *(Aspect.LISTED, Aspect.TYPE, Aspect.REQUIRED, Aspect.VALUES, Aspect.UNION, Aspect.IDEMPOTENCY_TOKEN),
    *(Aspect.ERRORS, Aspect.ORDER),
}

Key = tuple[str, Aspect]
Said = Mapping[Key, list[Json]]


@cache
def book_of(folder: Path) -> Book:
    (found,) = find((str(folder),), Project(root=folder, settings=Settings(out=folder)))
    return book(load(found))


def book(loaded: Loaded) -> Book:
    own = Release(loaded.model.service.release.raw, loaded.model)
    return make_book(loaded, History((own,), {}), None, None)


def printed(template: str, view: object, folder: Path) -> Page:
    path = folder / "page.html"
    path.write_text(page(f"pages/reference/{template}.html.j2", {"view": view}), encoding="utf-8")
    return read_document(path)


def collected(facts: Iterable[Fact | Stated], wanted: Callable[[Key], bool]) -> Said:
    """Gather values by place and aspect; errors come in the order of each form."""
    found: defaultdict[Key, list[Json]] = defaultdict(list)
    for fact in facts:
        value = fact.value
        if fact.aspect is Aspect.ERRORS:
            value = " ".join(sorted(texts(value)))
        if wanted((fact.path, fact.aspect)) and value not in found[fact.path, fact.aspect]:
            found[fact.path, fact.aspect].append(value)
    return found


def same(read: Said, spec: Said) -> bool:
    """Say whether both tell of the same places, and the page nothing that the spec does not state.

    Where a shape and a member both bound a value, the page has the narrower of the two; of an empty structure it
    tells no order, of an enum of integers more than the words of facts have.
    """
    empty = {key for key, values in spec.items() if values == [[]]}
    more = {key for key in read if key[1] is Aspect.VALUES and key not in spec}
    numbers = all(text.lstrip("-").isdigit() for key in more for values in read[key] for text in texts(values))
    return (
        numbers
        and read.keys() - more - empty == spec.keys() - empty
        and all(
            any(fits(key[1], value, stands) for stands in spec[key])
            for key in read.keys() - more
            for value in read[key]
        )
    )


def fits(aspect: Aspect, one: Json, other: Json) -> bool:
    if aspect is Aspect.TYPE:
        return same_type(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return one.split() == other.split()
    return one == other


def cases(**beyond: str) -> list[Any]:
    """Give every spec; those `beyond` have something that such pages cannot tell, and fail for that reason."""
    found = [*CURATED, *GOLDEN]
    strict = {
        name: [pytest.mark.xfail(strict=True, reason=reason, raises=AssertionError)]
        for name, reason in ((name.replace("_", "-"), reason) for name, reason in beyond.items())
    }
    assert strict.keys() <= {case.name for case in found}
    return [pytest.param(case, id=case.name, marks=strict.get(case.name, [])) for case in found]


WIRE_NAMES = "an API reference names members as they are on the wire, whatever the service's model calls them"
METHODS = "boto3 names methods: of two operations whose names differ in case alone a page cannot tell which it is about"


def operations(case: Path) -> Iterator[tuple[Book, ir.Operation]]:
    made = book_of(case)
    yield from ((made, operation) for operation in made.model.operations.values())


# -------------------------------------------------------------------------------------------------- an API reference


def of_api(key: Key) -> bool:
    """Parameters and elements at the top, what lists hold, and errors; the rest is on the pages of types."""
    path, aspect = key
    part, _, name = path.partition(".")
    top = "." not in name and "{" not in name
    if part == "errors":
        return top and aspect in API_SAYS and aspect is not Aspect.TYPE
    told = aspect in API_SAYS and not (aspect is Aspect.REQUIRED and part == "response")
    return bool(name) and top and "[" not in name and told


@pytest.mark.parametrize("case", cases(wire_names=WIRE_NAMES))
def test_an_api_page_says_what_the_spec_states(case: Path, tmp_path: Path) -> None:
    for made, operation in operations(case):
        read = printed("operation", operation_page(made, operation), tmp_path)
        assert (read.kind, read.operations, read.unread) == (PageKind.API_REFERENCE, (operation.name.raw,), ())
        assert same(collected(read.facts, of_api), collected(stated(made.model, operation.name.raw), of_api))
        statuses = {fact.path: fact.value for fact in read.facts if fact.aspect is Aspect.STATUS}
        assert statuses.pop("response") == 200
        assert statuses == {
            f"errors.{name.raw}": made.model.errors[name].http_errors[0].status
            for name in operation.errors
            if made.model.errors[name].http_errors
        }


@pytest.mark.parametrize("case", cases(wire_names=WIRE_NAMES))
def test_the_page_of_a_type_says_what_the_spec_states(case: Path, tmp_path: Path) -> None:
    made = book_of(case)

    def told(key: Key) -> bool:
        return key[1] in API_SAYS and key[0].count(".") == 1 and not set(key[0]) & set("[{")

    for shape in made.model.shapes.values():
        if isinstance(shape, ir.Structure | ir.UnionOf) and shape.members:
            read = printed("type", type_page(made, shape), tmp_path)
            assert read.unread == ()
            assert same(collected(read.facts, told), collected(stated_shape(made.model, shape.id.raw), told))


# --------------------------------------------------------------------------------------------------------- boto3's


def of_boto3(key: Key) -> bool:
    path, aspect = key
    if path.startswith("errors"):
        return path.count(".") < 2 and aspect in (Aspect.LISTED, Aspect.ERRORS)
    unasked = aspect is Aspect.REQUIRED and (path.startswith("response") or path.endswith("[]"))  # no spec states these
    return aspect in BOTO3_SAYS and not unasked and (path, aspect) != ("request", Aspect.TYPE)


@pytest.mark.parametrize("case", cases(collisions=METHODS))
def test_a_page_in_the_form_of_boto3_says_what_the_spec_states(case: Path, tmp_path: Path) -> None:
    for made, operation in operations(case):
        read = printed("boto3", boto3_page(made, operation), tmp_path)
        assert (read.kind, read.operations, read.unread) == (PageKind.BOTO3, (operation.name.raw,), ())
        assert same(collected(read.facts, of_boto3), collected(stated(made.model, operation.name.raw), of_boto3))


# ------------------------------------------------------------------------------------------------------ a change feed


@pytest.mark.parametrize("case", cases())
def test_a_feed_of_a_first_release_says_what_the_spec_states(case: Path, tmp_path: Path) -> None:
    made = book_of(case)
    new = made.releases[-1]
    nothing = Release("2000-01-01", replace(new.model, operations={}))
    view = feed_page(made, (nothing, new))
    if not made.model.operations:
        return
    read = printed("feed", view, tmp_path)
    assert (read.kind, sorted(read.operations)) == (
        PageKind.API_CHANGES,
        sorted(one.raw for one in made.model.operations),
    )
    assert read.unread == ()
    for name in made.model.operations:
        facts = [fact for fact in read.facts if fact.operation == name.raw]
        assert same(collected(facts, of_boto3), collected(stated(made.model, name.raw), of_boto3))


def test_a_feed_says_what_the_start_operations_gained(tmp_path: Path) -> None:
    made = book_of(CURATED[0])
    value = SpecText("ResourceSnapshotAccessDenied")
    reasons = made.model.shapes[SpecText("ReasonCode")]
    assert isinstance(reasons, ir.Enum)
    fewer = replace(reasons, values=tuple(one for one in reasons.values if one.value != value))
    assert len(fewer.values) == len(reasons.values) - 1
    old = Release("2024-11-14", replace(made.model, shapes={**made.model.shapes, reasons.id: fewer}))
    read = printed("feed", feed_page(made, (old, made.releases[-1])), tmp_path)
    starts = ("StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask")
    assert (read.date, read.operations, read.unread) == ("2024-11-15", starts, ())
    added = {fact.operation: (fact.path, fact.value) for fact in read.facts if fact.aspect is Aspect.ADDED}
    assert added == dict.fromkeys(starts, ("response", {"ReasonCode": ["ResourceSnapshotAccessDenied"]}))
    for name in starts:
        facts = [fact for fact in read.facts if fact.operation == name]
        assert same(collected(facts, of_boto3), collected(stated(made.model, name), of_boto3))
