"""Pages of an invented service in the arrangements that are read, and what of a page a test compares."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from codegen.documents.facts import Page
from codegen.documents.reading import read_document
from codegen.spec.ir import Json

REFERENCE = """\
CreateGame - Toy Service

CreateGame

Makes a game that others can join.

Request Syntax

{ "Board": { ... }, "Players": [ { "Joined": number, "Name": "string" } ], "Title": "string", "When": "string" }

Request Parameters

For information about the parameters that are common to all actions, see Common Parameters.

The request accepts the following data in JSON format.

Note

In the following list, the required parameters are described first.

Title

What the game is called. Accepted values are Chess and Go, which are played here.

Type: String

Length Constraints: Minimum length of 1. Maximum length of 40.

Pattern: ^[A-Z].*$

Required: Yes

Board

The board. This object is a Union. Only one member of this object can be specified.

Type: Board object

Required: No

Players

Who plays.

Type: Array of Player objects

Array Members: Fixed number of 2 items.

Required: No

When

When it begins.

Type: Timestamp

Required: No

Response Syntax

{ "Id": "string" }

Response Elements

If the action is successful, the service sends back an HTTP 201 response.

The following data is returned in JSON format by the service.

Id

The game.

Type: String

Valid Values: first game | second | third

Errors

For information about the errors that are common to all actions, see Common Errors.

BoardException

There is no such board.

Suggested action: Choose another board.

HTTP Status Code: 404

See Also

For more information about using this API in one of the language-specific AWS SDKs, see the following:
"""

BOTO3 = """\
Toys / Client / create_game
create_game#
- Toys.Client.create_game(**kwargs)#
Makes a game with
Rules
.See also: AWS API Documentation
Request Syntax
response = client.create_game( Token='string', Setup={ 'Kind': 'Chess'|'Go', 'Clock': { 'Fast': 123, 'Slow': 12.5 }, \
'Moves': [ 'string', ], 'Names': { 'string': True|False } }, Start=datetime(2015, 1, 1), Photo=b'bytes' )
- Parameters:
Token (string) –
[REQUIRED]
Send it twice to
ask
andTell
, never more.
This field is autopopulated if not provided.
Setup (dict) –
Use
Red
for work andBlue
for playing.Kind (string) – [REQUIRED]
What is played. The default value isGo
.
Clock (dict) –
Note
This is a Tagged Union structure. Only one of the following top level keys can be set:
Fast
,Slow
.Fast (integer) –
Seconds.
Slow (float) –
Hours.
Moves (list) –
(string) –
A move.
Names (dict) –
(string) –
(boolean) –
Start (datetime) –
Photo (bytes) –
- Return type:
dict
- Returns:
Response Syntax
{ 'Game': { 'Next': {'... recursive ...'}, 'Body': StreamingBody() } }
Response Structure
(dict) –
Game (dict) –
The game.
Next (dict) –
Body (StreamingBody) –
Exceptions
Toys.Client.exceptions.BoardException
Toys.Client.exceptions.ClockException
"""

CHANGES = """\
2025/02/03 - Toy Service - 1 new 1 updated api methods
Changes We made toys.
Request {'Colour': {'Red', 'Blue'}}
Response {'Id': 'string', 'Tags': {'string': 'string'}}
Paints a toy.
See also: AWS API Documentation
Request Syntax
client.paint_toy( Colour='Red'|'Blue', Coats=[ { 'Thick': True|False }, ] )
string
[REQUIRED]
The colour.
list
(dict) --
Thick (boolean) -- [REQUIRED]
How thick.
dict
Response Syntax
{ 'Id': 'string', 'Tags': { 'string': 'string' } }
Response Structure
(dict) --
Id (string) --
The toy.
Tags (dict) --
(string) --
(string) --
Throws a toy away, see ThrowToy.
See also: AWS API Documentation
Request Syntax
client.throw_toy()
None
"""


def read(folder: Path, text: str | bytes, name: str = "page") -> Page:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    return read_document(path)


def stated(page: Page, path: str, operation: str | None = None) -> dict[str, Json]:
    """What a page states of a place, but its prose: `{"type": "string", "required": True}`."""
    return {
        fact.aspect.value: fact.value
        for fact in page.facts
        if fact.path == path
        and operation in (None, fact.operation)
        and fact.aspect.value not in ("description", "order")
    }


def left(page: Page) -> list[tuple[int, str, str]]:
    return [(one.line, one.text, one.why) for one in page.unread]
