"""What a page states: one `Fact` per sentence that says something of an operation, with the line it stands in.

In: nothing. Out: the words in which the readers of pages, `draft`, `audit` and the reference talk to each other.

A place within a page is written as citations write it: `request.Contexts[].Type`, `response.Arn`,
`errors.ConflictException`, `response` itself, and `""` for the operation. Items of lists are `[]`, values of maps `{}`.
Keys of maps are `{key}`. A page of a data type states facts of no operation, at `Shape` and `Shape.Member`.
A TYPE in the same line as a SYNTAX_TYPE of the same place is but what the syntax shows: "string" may be a timestamp.
On a page of several operations a citation names the operation first: `StartTask.request.Catalog`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from codegen.spec.ir import Json


class PageKind(StrEnum):
    """What kind of page it is; the words are those of `kind` of a source."""

    API_REFERENCE = "api-reference"
    BOTO3 = "boto3-page"
    API_CHANGES = "api-changes"


class Aspect(StrEnum):
    """What a fact is about; beside each: its value."""

    LISTED = "listed"  # True: the page has this member, operation or error
    ABSENT = "absent"  # True: a page that lists all of its siblings has none of this name; asked for, never read
    TYPE = "type"  # one of TYPES
    SYNTAX_TYPE = "syntaxType"  # how the JSON of a syntax shows a value: string, number, boolean, list, structure ...
    TARGET = "target"  # name of the shape, where the page tells it: EngagementContextDetails
    REQUIRED = "required"  # bool
    MIN_LENGTH = "minLength"  # int: characters of a string, bytes of a blob
    MAX_LENGTH = "maxLength"
    MIN_ITEMS = "minItems"  # int: items of a list, entries of a map
    MAX_ITEMS = "maxItems"
    MIN_VALUE = "minValue"  # int or float
    MAX_VALUE = "maxValue"
    PATTERN = "pattern"  # str as printed
    VALUES = "values"  # list of str: valid values in the order of the page
    NAMED_VALUES = "namedValues"  # list of str: values that prose names without closing the set
    UNION = "union"  # list of str: arms of a tagged union
    IDEMPOTENCY_TOKEN = "idempotencyToken"  # True: filled in by the client
    TIMESTAMP_FORMAT = "timestampFormat"  # a value of ir.TimestampFormat
    STATUS = "status"  # int: HTTP status of an error, or of a successful answer (at `response`)
    SUGGESTED_ACTION = "suggestedAction"  # str: the sentence itself
    ERRORS = "errors"  # list of str: all errors of the operation, in the order of the page; at `errors`
    ORDER = "order"  # list of str: members in the order of the page; at `request`, `response` or a structure
    ELIDED = "elided"  # True: the page leaves out what is within
    ADDED = "added"  # JSON as a change feed has it: what the release added; at `request` or `response`
    DEFAULT = "default"  # JSON
    DESCRIPTION = "description"  # str: prose; never written into a draft unless asked for


CONSTRAINTS = (
    Aspect.MIN_LENGTH,
    Aspect.MAX_LENGTH,
    Aspect.MIN_ITEMS,
    Aspect.MAX_ITEMS,
    Aspect.MIN_VALUE,
    Aspect.MAX_VALUE,
    Aspect.PATTERN,
)
"""What bounds a value."""

TYPES = (
    "string",
    "boolean",
    "integer",
    "long",
    "float",
    "double",
    "timestamp",
    "blob",
    "document",
    "list",
    "map",
    "structure",
    "object",
)
"""Types as pages tell them. `object` is a boto3 `dict` of which the page does not tell whether it is a map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`Fact(operation="CreateEngagement", path="request.Title", aspect=Aspect.MAX_LENGTH, value=40, line=57)`."""

    operation: str
    path: str
    aspect: Aspect
    value: Json = field(hash=False)
    line: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that says something nobody here understood; `why` in a few words."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that was read. Facts in the order of their lines; `sha256` is of the file's bytes.

    `service` is the service's name as the page has it, None where it has none; `date` (YYYY-MM-DD) that of a page of
    changes. `operations` names each operation in the order of the page, as in the API: `CreateEngagement`.
    """

    path: str
    kind: PageKind
    sha256: str
    service: str | None
    date: str | None
    operations: tuple[str, ...]
    facts: tuple[Fact, ...]
    unread: tuple[Unread, ...]
    lines: int
