"""Pages of all kinds are read, fact by fact and line by line; whatever else is given is refused with a reason."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from documents import BOTO3, CHANGES, REFERENCE, left, read, stated
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.documents.facts import Page, PageKind
from codegen.documents.pages import markup
from codegen.documents.reading import LARGEST, read_document

# ------------------------------------------------------------------------------------------------- an API reference


@pytest.fixture
def reference(tmp_path: Path) -> Page:
    return read(tmp_path, REFERENCE)


def test_a_reference_page_says_what_it_is_about(reference: Page) -> None:
    assert (reference.kind, reference.service, reference.operations, reference.date) == (
        PageKind.API_REFERENCE,
        "Toy Service",
        ("CreateGame",),
        None,
    )
    assert reference.sha256 == hashlib.sha256(REFERENCE.encode()).hexdigest()
    assert (reference.lines, left(reference)) == (91, [])


REFERENCE_ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "request.Title",
        {
            "syntaxType": "string",
            "listed": True,
            "namedValues": ["Chess", "Go"],
            "type": "string",
            "minLength": 1,
            "maxLength": 40,
            "pattern": "^[A-Z].*$",
            "required": True,
        },
    ),
    (
        "request.Board",
        {"elided": True, "listed": True, "union": [], "type": "structure", "target": "Board", "required": False},
    ),
    (
        "request.Players",
        {"syntaxType": "list", "listed": True, "type": "list", "minItems": 2, "maxItems": 2, "required": False},
    ),
    ("request.Players[]", {"syntaxType": "structure", "type": "structure", "target": "Player"}),
    ("request.Players[].Joined", {"listed": True, "syntaxType": "number"}),
    (
        "request.When",
        {
            "syntaxType": "string",
            "timestampFormat": "date-time",
            "listed": True,
            "type": "timestamp",
            "required": False,
        },
    ),
    ("response", {"status": 201}),
    (
        "response.Id",
        {"syntaxType": "string", "listed": True, "type": "string", "values": ["first game", "second", "third"]},
    ),
    ("errors", {"errors": ["BoardException"]}),
    ("errors.BoardException", {"listed": True, "suggestedAction": "Choose another board.", "status": 404}),
)


@pytest.mark.parametrize(("path", "expected"), REFERENCE_ROWS, ids=[path for path, _ in REFERENCE_ROWS])
def test_a_reference_page_states_its_members_and_errors(reference: Page, path: str, expected: dict[str, Any]) -> None:
    assert stated(reference, path) == expected


def test_each_fact_has_the_line_that_states_it(reference: Page) -> None:
    lines = {(fact.path, fact.aspect.value): fact.line for fact in reference.facts}
    assert lines["request.Title", "maxLength"] == 1 + REFERENCE.split("\n").index(
        "Length Constraints: Minimum length of 1. Maximum length of 40."
    )
    assert lines["errors.BoardException", "status"] == 1 + REFERENCE.split("\n").index("HTTP Status Code: 404")


FACETS: tuple[tuple[str, dict[str, dict[str, Any]]], ...] = (
    (
        "Type: Array of strings\nLength Constraints: Fixed length of 3.\nPattern: a+",
        {"": {"type": "list"}, "[]": {"type": "string", "minLength": 3, "maxLength": 3, "pattern": "a+"}},
    ),
    (
        "Type: String to string map\nMap Entries: Maximum number of 50 items.\n"
        "Key Length Constraints: Minimum length of 1.\nKey Pattern: k\nValue Length Constraints: Maximum length of 9.\n"
        "Value Pattern: v\nValid Keys: A | B",
        {
            "": {"type": "map", "maxItems": 50},
            "{key}": {"type": "string", "minLength": 1, "pattern": "k", "values": ["A", "B"]},
            "{}": {"type": "string", "maxLength": 9, "pattern": "v"},
        },
    ),
    (
        "Type: String to array of Piece objects map",
        {"": {"type": "map"}, "{}": {"type": "list"}, "{}[]": {"type": "structure", "target": "Piece"}},
    ),
    (
        "Type: Long\nValid Range: Minimum value of -1. Maximum value of 1,000.",
        {"": {"type": "long", "minValue": -1, "maxValue": 1000}},
    ),
    ("Type: Double\nValid Range: Minimum value of 0.5.", {"": {"type": "double", "minValue": 0.5}}),
    ("Type: Base64-encoded binary data object", {"": {"type": "blob"}}),
    ("Type: JSON value", {"": {"type": "document"}}),
    (
        "Type: Array of arrays of Piece objects",
        {"[]": {"type": "list"}, "[][]": {"type": "structure", "target": "Piece"}},
    ),
    (
        'Type: String\nValid Values: A | "a | b" | " \\u0020" | b"c | "d',
        {"": {"type": "string", "values": ["A", "a | b", "  ", 'b"c', '"d']}},
    ),
    ("Type: Größe object", {"": {"type": "structure", "target": "Größe"}}),
    ("Type: Boolean\nDefault: false", {"": {"type": "boolean", "default": False}}),
    ("Type: Integer\nThe default is 20.", {"": {"type": "integer", "default": 20}}),
)  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), FACETS, ids=[lines.split("\n")[0] for lines, _ in FACETS])
def test_labelled_lines_state_constraints_of_the_place_they_are_about(
    tmp_path: Path, lines: str, expected: dict[str, dict[str, Any]]
) -> None:
    page = read(tmp_path, f"Piece - Toys\n\nPiece\n\nA piece.\n\nContents\n\nKind\n\nWhat it is.\n\n{lines}\n")
    assert (page.operations, left(page)) == ((), [])
    assert expected == {
        at: {k: v for k, v in stated(page, f"Piece.Kind{at}").items() if k != "listed"} for at in expected
    }


def test_what_is_not_understood_is_listed_by_line(tmp_path: Path) -> None:
    page = read(
        tmp_path,
        REFERENCE.replace("Type: Board object", "Type: a board of some kind")
        .replace("Array Members: Fixed number of 2 items.", "Array Members: a few")
        .replace("Pattern: ^[A-Z].*$", "Weight Constraints: Minimum weight of 3.")
        .replace("Request Parameters\n", "Request Parameters\n\nBe quick."),
    )
    assert left(page) == [
        (13, "Be quick.", "this stands before the first member"),
        (30, "Weight Constraints: Minimum weight of 3.", "no constraint of this name is known"),
        (38, "Type: a board of some kind", "this type is not understood"),
        (48, "Array Members: a few", "this array members is not understood"),
    ]


def test_a_syntax_that_breaks_off_is_left_with_its_line(tmp_path: Path) -> None:
    page = read(tmp_path, REFERENCE.replace('"When": "string" }', '"When": "string" '))
    assert [(line, why) for line, _, why in left(page)] == [(9, "the syntax has its end where `,` or `}` is expected")]
    assert stated(page, "request.Title")["maxLength"] == 40


REST = """\
    # GetGame
    <a name="API_GetGame"></a>

    Finds a game\\.

    ## Request Syntax
    ```
    GET /v1/games/{{gameId}}?limit={{Limit}} HTTP/1.1
    x-toy-colour: {{Colour}}
    ```

    ## URI Request Parameters

    The request uses the following URI parameters.

    **Note**
    Mind the gap.

     ** [gameId](#API_GetGame_RequestSyntax) **   <a name="toys-GetGame-request-uri-gameId"></a>
    Which game. See [games](games.md).
    Type: [Id](API_Id.md "API_Id.md") object
    Pattern: `[a\\-z]*`
    Required: Yes

     ** [limit](#API_GetGame_RequestSyntax) **
    How many.
    Valid Range: Minimum value of 1\\. Maximum value of 100\\.

     ** [Colour](#API_GetGame_RequestSyntax) **
    Which.
    Valid Values: `Red | Blue`

    ## Request Body

    The request does not have a request body.

    ## Response Syntax

    ```
    HTTP/1.1 200
    Content-type: application/json

    {
       "[game](#x)": {
          "again": "Game",
          "size": number
       }
    }
    ```

    ## Response Elements

    If the action is successful, the service sends back an HTTP 200 response.

     ** game **
    The game.
    Type: [Game](API_Game.md) object

    ## Errors

     ** GameException **
    No such game.

     ** reason **
    Why not.

    HTTP Status Code: 404
"""


def test_a_page_of_a_rest_service_in_markdown_is_read(tmp_path: Path) -> None:
    page = read(tmp_path, REST)
    assert (page.operations, left(page)) == (
        ("GetGame",),
        [(17, "Mind the gap.", "this stands before the first member")],
    )
    assert stated(page, "request.gameId") == {
        "listed": True,
        "type": "structure",
        "target": "Id",
        "pattern": "[a\\-z]*",
        "required": True,
    }
    assert stated(page, "request.limit") == {"listed": True, "minValue": 1, "maxValue": 100}
    assert stated(page, "request.Colour") == {"listed": True, "values": ["Red", "Blue"]}
    assert stated(page, "response.game.again") == {"listed": True, "elided": True, "target": "Game"}
    assert stated(page, "response.game.size") == {"listed": True, "syntaxType": "number"}
    assert stated(page, "errors.GameException") == {"listed": True, "status": 404}
    assert stated(page, "errors.GameException.reason") == {"listed": True}
    assert next(fact.line for fact in page.facts if fact.path == "response.game.size") == 46


def test_a_page_of_a_union_names_no_operation(tmp_path: Path) -> None:
    union = "This data type is a UNION, so only one of the following members can be specified."
    page = read(
        tmp_path, f"Move - Toys\n\nMove\n\n{union}\n\nContents\n\nNote\n\nBelow.\n\nStep\n\nOne.\n\nType: Integer\n"
    )
    assert (page.operations, page.service) == ((), "Toys")
    assert stated(page, "Move") == {"listed": True, "union": ["Step"]}
    assert stated(page, "Move.Step") == {"listed": True, "type": "integer"}
    assert left(page) == [(11, "Below.", "this stands before the first member")]


def test_errors_and_their_members_are_told_apart_by_their_lists(tmp_path: Path) -> None:
    """Not every page has a status to end an error with."""

    def terms(*names: str) -> str:
        return f"<dl>{''.join(f'<dt>{name}</dt><dd><p>What.</p></dd>' for name in names)}</dl>"

    nested = terms("Busy", "Gone").replace("<p>What.</p>", f"<p>What.</p>{terms('After', 'Why')}", 1)
    for errors, members in ((nested, ["Busy.After", "Busy.Why"]), (terms("Busy", "Gone"), [])):
        done = "<p>If the action is successful, the service sends back an HTTP 200 response.</p>"
        page = read(tmp_path, f"<html><h1>Move</h1>{done}<h2>Errors</h2>{errors}</html>", "page.html")
        (listed,) = [fact.value for fact in page.facts if fact.path == "errors"]
        told = [fact.path for fact in page.facts if fact.aspect.value == "listed" and fact.path.count(".") == 2]
        assert (listed, told) == (["Busy", "Gone"], [f"errors.{name}" for name in members])


def test_members_go_by_the_names_of_the_listing(tmp_path: Path) -> None:
    """A word alone in a line is no member where none may begin, nor is a section's name where a member has it."""
    text = REFERENCE.replace('"Title": "string"', '"Errors": "string", "Title": "string"').replace(
        "Board\n\nThe board.", "Errors\n\nType: String\n\nBoard\n\nThese:\n\nTitle\n\nWhen\n\nThe board."
    )
    page = read(tmp_path, text)
    assert stated(page, "request.Errors") == {"syntaxType": "string", "listed": True, "type": "string"}
    assert stated(page, "request.Board")["target"] == "Board"
    assert stated(page, "errors") == {"errors": ["BoardException"]}


def test_a_body_of_xml_is_read(tmp_path: Path) -> None:
    body = "<?xml version='1.0'?> <Out><Count>integer</Count><Toys><Toy><Name>string</Name></Toy> ... </Toys></Out>"
    page = read(tmp_path, REFERENCE.replace('{ "Id": "string" }', f"HTTP/1.1 201 {body}"))
    assert stated(page, "response.Count") == {"syntaxType": "number"}
    assert stated(page, "response.Toys.Toy[].Name") == {"listed": True, "syntaxType": "string", "type": "string"}


# ------------------------------------------------------------------------------------------------------ boto3's pages


@pytest.fixture
def boto3(tmp_path: Path) -> Page:
    return read(tmp_path, BOTO3)


def test_a_boto3_page_says_what_it_is_about(boto3: Page) -> None:
    assert (boto3.kind, boto3.service, boto3.operations) == (PageKind.BOTO3, "Toys", ("CreateGame",))
    assert left(boto3) == []
    assert [fact.value for fact in boto3.facts if fact.path == ""] == [True, "Makes a game with Rules."]


BOTO3_ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("request.Token", {"listed": True, "type": "string", "required": True, "idempotencyToken": True}),
    ("request.Setup", {"listed": True, "type": "structure", "required": False}),
    (
        "request.Setup.Kind",
        {"values": ["Chess", "Go"], "listed": True, "type": "string", "required": True, "default": "Go"},
    ),
    ("request.Setup.Clock", {"listed": True, "type": "structure", "required": False, "union": ["Fast", "Slow"]}),
    ("request.Setup.Clock.Slow", {"listed": True, "type": "float", "required": False}),
    ("request.Setup.Moves[]", {"type": "string", "required": False}),
    ("request.Setup.Names", {"listed": True, "type": "map", "required": False}),
    ("request.Setup.Names{key}", {"type": "string"}),
    ("request.Setup.Names{}", {"type": "boolean"}),
    ("request.Start", {"listed": True, "type": "timestamp", "required": False}),
    ("request.Photo", {"listed": True, "type": "blob", "required": False}),
    ("response.Game.Next", {"elided": True, "listed": True, "type": "object"}),
    ("response.Game.Body", {"listed": True, "type": "blob"}),
    ("errors", {"errors": ["BoardException", "ClockException"]}),
)  # fmt: skip


@pytest.mark.parametrize(("path", "expected"), BOTO3_ROWS, ids=[path for path, _ in BOTO3_ROWS])
def test_a_boto3_page_states_its_members_and_errors(boto3: Page, path: str, expected: dict[str, Any]) -> None:
    assert stated(boto3, path) == expected


def test_names_glued_to_the_sentence_before_are_told_apart(boto3: Page) -> None:
    lines = {fact.path: fact.line for fact in boto3.facts if fact.aspect.value == "listed"}
    told = {fact.path: fact.value for fact in boto3.facts if fact.aspect.value == "description"}
    assert (lines["request.Setup.Kind"], lines["request.Setup.Clock.Fast"]) == (21, 29)
    assert told["request.Setup"] == "Use Red for work and Blue for playing."


def _call(folder: Path, syntax: str, listing: str) -> Page:
    return read(
        folder, f"Toys / Client / move\nRequest Syntax\nresponse = client.move(\n{syntax}\n)\nParameters:\n{listing}"
    )


VALUES = (
    (r"'a'|'b'", ["a", "b"]),
    (r"'a|b'|'a, b'|'{x}'", ["a|b", "a, b", "{x}"]),
    (r"""'it\'s'|"it's"|'\\'|'\n'|'\x07'|'\u202e'|'\U0001f389'""", ["it's", "it's", "\\", "\n", "\a", "\u202e", "🎉"]),
    (r"'\d'|'\U99999999'", [r"\d", r"\U99999999"]),
    (r"' '|''", [" ", ""]),
)


@pytest.mark.parametrize(("syntax", "expected"), VALUES, ids=[syntax for syntax, _ in VALUES])
def test_values_are_what_python_prints_of_them(tmp_path: Path, syntax: str, expected: list[str]) -> None:
    page = _call(tmp_path, f"    Kind={syntax}", "Kind (string) –")
    assert stated(page, "request.Kind")["values"] == expected


@pytest.mark.parametrize("name", ["Länge", "名前", "а", "e\u0301", "😀", "a-b", "a.b"])
def test_names_may_be_of_any_script(tmp_path: Path, name: str) -> None:
    page = _call(
        tmp_path,
        f"    {name}='string',\n    B={{\n        '{name}': 'string'\n    }}",
        f"{name} (string) –\nB (dict) –\n{name} (string) –",
    )
    assert [fact.path for fact in page.facts if fact.aspect.value == "listed"] == [
        "",
        f"request.{name}",
        "request.B",
        f"request.B.{name}",
    ]
    assert left(page) == []


def test_a_union_that_is_left_out_is_of_the_members_that_its_note_lists(tmp_path: Path) -> None:
    note = "This is a Tagged Union structure. Only one of the following top level keys can be set: A, B."
    more = " If a client receives an unknown member it will set SDK_UNKNOWN_MEMBER as the top level key."
    page = _call(tmp_path, "    Step={'... recursive ...'}", f"Step (dict) –\n{note}{more}")
    assert stated(page, "request.Step")["union"] == ["A", "B"]


def test_a_member_that_the_syntax_does_not_show_is_left(tmp_path: Path) -> None:
    page = read(tmp_path, BOTO3.replace("Start (datetime) –", "Finish (datetime) –\nWhen it ends."))
    why = "no member of the syntax is told of here"
    assert left(page) == [(39, "Finish (datetime) –", why), (40, "When it ends.", why)]
    assert stated(page, "request.Start") == {"listed": True, "type": "timestamp"}


BOTO3_MARKDOWN = """\
[Toys](../toys.md) / Client / create_game

# create_game

- Toys.Client.create_game(***kwargs*)

  Makes a game.

  See also: [AWS API Documentation](https://docs.aws.amazon.com/goto/WebAPI/toys-2020-01-01/CreateGAME)

  **Request Syntax**

  ```
  response = client.create_game(
      Token='string',
      Setup={
          'Kind': 'Chess'|'Go'
      }
  )
  ```

  - **Parameters:**
    - **Token** (*string*) –

      **[REQUIRED]**

      Send it.

    - **Setup** (*dict*) –

      - **Kind** *(string) –* **[REQUIRED]**

        What is *played*.

  - **Return type:**

    dict

  - **Returns:**

    **Response Syntax**

    ```
    {
        'Id': 'string'
    }
    ```

    **Response Structure**

    - *(dict) –*

      - **Id** *(string) –*

  **Exceptions**

  - `Toys.Client.exceptions.BoardException`
"""


def test_a_boto3_page_in_markdown_is_read_with_the_name_its_link_has(tmp_path: Path) -> None:
    page = read(tmp_path, BOTO3_MARKDOWN)
    assert (page.kind, page.service, page.operations) == (PageKind.BOTO3, "Toys", ("CreateGAME",))
    assert stated(page, "request.Setup.Kind") == {
        "values": ["Chess", "Go"],
        "listed": True,
        "type": "string",
        "required": True,
    }
    lines = {(fact.path, fact.aspect.value): fact.line for fact in page.facts}
    assert (lines["request.Setup.Kind", "values"], lines["response.Id", "listed"]) == (17, 53)
    assert (stated(page, "errors"), left(page)) == ({"errors": ["BoardException"]}, [])


# ----------------------------------------------------------------------------------------------------------- changes


def test_a_page_of_changes_is_read_operation_by_operation(tmp_path: Path) -> None:
    page = read(tmp_path, CHANGES)
    assert (page.kind, page.service, page.date) == (PageKind.API_CHANGES, "Toy Service", "2025-02-03")
    assert (page.operations, left(page)) == (("PaintToy", "ThrowToy"), [])
    assert stated(page, "request", "PaintToy") == {"added": {"Colour": ["Blue", "Red"]}}
    assert stated(page, "response", "PaintToy") == {
        "added": {"Id": "string", "Tags": {"string": "string"}},
        "type": "structure",
    }
    assert stated(page, "request.Colour") == {
        "values": ["Red", "Blue"],
        "listed": True,
        "type": "string",
        "required": True,
    }
    assert stated(page, "request.Coats[].Thick") == {"listed": True, "type": "boolean", "required": True}
    assert stated(page, "", "ThrowToy") == {"listed": True}


def test_what_was_added_goes_to_the_side_that_has_it(tmp_path: Path) -> None:
    one = "{'Coats': [{'Thick': 'boolean'}]}"
    text = CHANGES.replace("Request {'Colour': {'Red', 'Blue'}}\n", "").replace(
        "Response {'Id': 'string', 'Tags': {'string': 'string'}}", one
    )
    assert stated(read(tmp_path, text), "request", "PaintToy") == {"added": {"Coats": [{"Thick": "boolean"}]}}


@pytest.mark.parametrize("delta", ["{'A': f()}", "{'A': ", "{" * 100 + "}" * 100, "{{1: 2}: 3}"])
def test_what_was_added_in_no_way_that_python_prints_is_left(tmp_path: Path, delta: str) -> None:
    page = read(tmp_path, CHANGES.replace("Request {'Colour': {'Red', 'Blue'}}", f"Request {delta}"))
    assert left(page)[0][::2] == (3, "what was added cannot be read")


# ------------------------------------------------------------------------------------------------------ all of them


HTML = """\
<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>CreateGame - Toy Service</title><script>"<h2>Errors</h2>"</script></head>
<body><nav><h2>Errors</h2></nav>
<div id="main-col-body"><h1>CreateGame</h1>
<p>Makes a
game.</p>
<h2>Request Syntax</h2>
<pre><code>{{
   "Title": "string",
   "Note": "string"
}}</code></pre>
<h2>Request Parameters</h2>
<div class="variablelist"><dl>
<dt><span class="term"><b><code class="code"><a href="#API_CreateGame_RequestSyntax">Title</a></code></b></span></dt>
<dd><p>Caf\xe9. Accepted values are <code>a</code> and
<code>b</code>.</p><p>Type: String</p>
<p>Required: Yes</p></dd>
<dt><span class="term"><b><a href="#API_CreateGame_RequestSyntax">Note</a></b></span></dt>
<dd><p>A note.<p>Type: <a>Note</a> object
</dd></dl></div><footer>Type: Boolean</footer></body></html>
"""


@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("iso-8859-1", "latin-1"), ("utf-8", "utf-8-sig")]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_html_is_read_in_its_encoding_with_its_lines(tmp_path: Path, charset: str, encoding: str, ends: str) -> None:
    page = read(tmp_path, HTML.format(charset=charset).replace("\n", ends).encode(encoding))
    assert (page.service, page.operations, left(page)) == ("Toy Service", ("CreateGame",), [])
    assert stated(page, "request.Title") == {"syntaxType": "string", "listed": True, "type": "string", "required": True}
    assert stated(page, "request.Note") == {
        "syntaxType": "string",
        "listed": True,
        "type": "structure",
        "target": "Note",
    }
    lines = {(fact.path, fact.aspect.value): fact.line for fact in page.facts}
    assert [str(fact.value)[:5] for fact in page.facts if fact.aspect.value == "description"][1] == "Café."
    assert (lines["request.Note", "syntaxType"], lines["request.Title", "required"]) == (10, 17)


def test_without_lxml_text_is_read_and_html_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markup, "etree", None)
    assert read(tmp_path, REFERENCE).operations == ("CreateGame",)
    with pytest.raises(Diagnostics) as caught:
        read(tmp_path, HTML.format(charset="utf-8"))
    assert str(caught.value) == (
        f"{tmp_path / 'page'}: error: reading HTML needs lxml; pip install 'speccast[extract]', "
        "or save the page as text [missing-library]"
    )


REFUSED = (
    (b"", "the page is empty [unreadable-page]"),
    (b"Good morning\n", (
        "this is no page that can be read: expected an API reference page (with `Type:` or `Errors`), a boto3 client "
        'page or an API changes page, seen text that begins with "Good morning" [unknown-page]'
    )),
    (b"<html><body></body></html>", (
        "this is no page that can be read: expected an API reference page (with `Type:` or `Errors`), a boto3 client "
        "page or an API changes page, seen HTML without any text [unknown-page]"
    )),
    (b'<meta charset="ebcdic">', 'the page says that it is written in "ebcdic"; save it as UTF-8 [unreadable-page]'),
)  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_read_is_refused_with_a_reason(tmp_path: Path, content: bytes, expected: str) -> None:
    with pytest.raises(Diagnostics) as caught:
        read(tmp_path, content)
    assert str(caught.value) == f"{tmp_path / 'page'}: error: {expected}"


def test_bytes_that_are_no_text_have_a_line(tmp_path: Path) -> None:
    with pytest.raises(Diagnostics) as caught:
        read(tmp_path, b"one\ntwo \xff\n")
    expected = f"{tmp_path / 'page'}:2:1: error: the page is not UTF-8; save it as UTF-8 [unreadable-page]"
    assert str(caught.value) == expected


def test_a_page_that_is_missing_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Diagnostics, match=r"cannot read the page: no such file or folder \[unreadable-page\]"):
        read_document(tmp_path / "none")
    with pytest.raises(Diagnostics, match=r"the page is larger than 16 MiB; a page about one operation is expected"):
        read(tmp_path, b"a" * (LARGEST + 1))


PIECES = st.sampled_from(
    [*REFERENCE.split("\n\n"), *BOTO3.split("\n"), *CHANGES.split("\n"), *HTML.format(charset="utf-8").split("\n")]
)
SCRAPS = st.sampled_from(
    ["{", "}", "[", "'", '"', "(", ")", "|", "(dict) –", "Type: ", "**", "`", "<p>", "</dl>", "<", "...", ":", "\\"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | SCRAPS | st.text(max_size=8), max_size=25), st.sampled_from(["\n", "\n\n", " ", ""]))
def test_no_text_makes_a_traceback(tmp_path_factory: pytest.TempPathFactory, pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    try:
        page = read(tmp_path_factory.getbasetemp(), text.encode("utf-8", "replace"))
    except Diagnostics:
        return
    assert all(1 <= fact.line <= page.lines for fact in page.facts)
    assert all(1 <= one.line <= page.lines for one in page.unread)


@pytest.mark.parametrize("opening", ["{", "[", "(", "'a': {", '"', "{'a': ["])
def test_deep_nesting_is_left_and_not_followed(tmp_path: Path, opening: str) -> None:
    page = read(tmp_path, BOTO3.replace("Token='string'", "Token=" + opening * 20_000))
    assert page.operations == ("CreateGame",)
    assert left(page)


def test_html_that_nests_too_deep_is_refused(tmp_path: Path) -> None:
    text = HTML.format(charset="utf-8")
    assert read(tmp_path, text.replace("<h1>", "<div>" * 1000 + "<h1>")).operations == ("CreateGame",)
    with pytest.raises(Diagnostics, match="the page nests its elements too deep to be read to its end; save it as"):
        read(tmp_path, text.replace("<h1>", "<div>" * 3000 + "<h1>"))


LONG = (
    BOTO3 + "Token (string) –\n" * 20_000,
    REFERENCE.replace("Who plays.", "Type: Array of " * 20_000),
    BOTO3.replace("A move.", "andX\n" * 20_000),
    REFERENCE.replace("Who plays.", "Use A for a and " * 20_000),
    "<html><body><h2>Errors</h2><p>Type: String" + "<p>Aa<b>" * 900 + "<p>Aa" * 20_000,
    "# A\n## Errors\n" + "[a](" * 20_000,
)


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_long_pages_are_read_to_their_end(tmp_path: Path, text: str) -> None:
    """In time that grows as they do: each of these took hours where reading was quadratic or worse."""
    try:
        assert read(tmp_path, text).lines == text.count("\n") + (not text.endswith("\n"))
    except Diagnostics as refused:
        assert "unknown-page" in str(refused)


# --------------------------------------------------------------------------------------------------- real documents

STATED = Path(__file__).parent / "data" / "documents" / "stated.json"
DOCUMENTS = os.environ.get("SPECCAST_DOCUMENTS")


@pytest.mark.skipif(not DOCUMENTS, reason="SPECCAST_DOCUMENTS names no folder of saved pages")
def test_real_documents_state_what_was_read_by_hand() -> None:
    rows = json.loads(STATED.read_text(encoding="utf-8"))
    seen = [page for path in sorted(Path(str(DOCUMENTS)).glob("*.txt")) if (page := read_document(path)).sha256 in rows]
    assert len(seen) == len(rows) == 5
    for page in seen:
        facts = [
            [fact.operation, fact.path, fact.aspect.value, _short(fact.aspect.value, fact.value), fact.line]
            for fact in page.facts
        ]
        missing = [row for row in rows[page.sha256] if row not in facts]
        assert (missing, left(page)) == ([], [])


def _short(aspect: str, value: Any) -> Any:
    """Long lists are compared by count and digest; of a suggested action only its place is."""
    if aspect == "suggestedAction":
        return None
    if isinstance(value, list) and len(value) > 30:
        return {"count": len(value), "sha256": hashlib.sha256("|".join(value).encode()).hexdigest()}
    return value
