"""All fifty faults that servers, networks and machines do to a client, and what a call has to come to in each.

The table is what is promised; where a row is tried is looked up: a row of `chaos_faults`, or tests with its number.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from chaos_faults import FAULTS


class Row(NamedTuple):
    """A fault, and what it comes to with either client."""

    fault: str
    outcome: str


LOST = "tried again with the same token, then TransportError"
LATE = "over within the time of the attempt and of the call"
UNREAD = "ResponseError with status and request id, not tried again"
TOLD = "ServiceError with status, not tried again"

ROWS: dict[int, Row] = {
    1: Row("connection refused, or reset when accepted", LOST),
    2: Row("closed before the status", LOST),
    3: Row("closed behind the status line", LOST),
    4: Row("closed within the headers", LOST),
    5: Row("body shorter than its length", LOST),
    6: Row("chunks without an end", LOST),
    7: Row("a chunk without a size", LOST),
    8: Row("headers byte by byte", LATE),
    9: Row("a body byte by byte", LATE),
    10: Row("no answer", f"{LATE}; {LOST}"),
    11: Row("500 twice", "a success: same token, another date"),
    12: Row("503 for ever", "three attempts, then the error of its code"),
    13: Row("throttled twice", "a success after longer pauses"),
    14: Row("a service that is down", "at most 1.3 requests for each call"),
    15: Row("a captive portal's page", UNREAD),
    16: Row(
        "200 with an empty body", f"{UNREAD}, unless the model has no members or its protocol lets them be left out"
    ),
    17: Row("200 with a body that cannot be read", UNREAD),
    18: Row("200 with an array, or null", UNREAD),
    19: Row("400 with a body that cannot be read", TOLD),
    20: Row("400 with an array, or a code that is no text", TOLD),
    21: Row("a code with a namespace and a URL", "the class of its name"),
    22: Row("a code that nobody modelled", "ServiceError with the code"),
    23: Row("an enum's value and a member of a later release", "kept, and written back"),
    24: Row("a member of a wrong type", f"{UNREAD}; the path of the member"),
    25: Row("2 GB of body", f"{UNREAD}, at the cap; the process grows by less than 64 MiB"),
    26: Row("a body that unpacks to a thousandfold", f"{UNREAD}; nothing is unpacked"),
    27: Row("5000 interim answers", f"sixteen are skipped; more are {LOST}"),
    28: Row("a redirect to another host", f"{UNREAD}; the other host is never called"),
    29: Row("a header of 2 MB, or 20,000 headers", UNREAD),
    30: Row("two lengths", UNREAD),
    31: Row("a length and chunks", UNREAD),
    32: Row("bytes behind an answer", "the next call gets its own answer, over another connection"),
    33: Row("an idle connection that was closed", "nobody notices"),
    34: Row("100,000 levels", UNREAD),
    35: Row("numbers that are none, or too large", UNREAD),
    36: Row("a key twice", "the last counts in JSON, the first in XML; CBOR refuses it"),
    37: Row("a body that is not UTF-8", UNREAD),
    38: Row("Retry-After that says anything", "the deadline of the call wins"),
    39: Row("413 before the body was read", TOLD),
    40: Row("what is not HTTP, or has a status of 999", f"{LOST}; the status: {UNREAD}"),
    41: Row("a signature refused by another clock", "once more with the clock corrected, then its error"),
    42: Row("expired credentials", "once more with others, then its error"),
    43: Row("pages that lead to themselves", UNREAD),
    44: Row(
        "certificates of nobody, expired, of another host; TLS 1.0", "TransportError, not tried again, nothing sent"
    ),
    45: Row("cancelled wherever it waits", "nothing stays open, the connection carries nothing else"),
    46: Row("forked after a call", "connections of its own for the child, the parent's go on"),
    47: Row("everything that is shown, logged, raised or pickled", "no key, token or signature in it"),
    48: Row("ends of lines in what goes into headers", "refused before a connection is made"),
    49: Row("proxies that refuse, close, or are not to be used", "a typed error; the password shows nowhere"),
    50: Row("64 threads or 1,000 tasks and rows 1 to 10 at once", "every answer is its asker's"),
}
_TEST = re.compile(r"^def test_row_(\d+)_", re.MULTILINE)


def tried() -> set[int]:
    """Give the numbers of the rows that a test or a row of `chaos_faults` has."""
    sources = (path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    return {fault.row for fault in FAULTS} | {int(number) for source in sources for number in _TEST.findall(source)}


def test_all_fifty_rows_are_in_the_table_and_tried() -> None:
    assert set(ROWS) == set(range(1, 51)) == tried()
