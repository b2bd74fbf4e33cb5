"""What a client knows of an operation: rendered into `operations.py` of the package, one record each.

Named tuples, and annotations that are no strings, here and wherever a client's construction leads: dataclasses, or
named tuples that have to look up what strings mean, cost ten times as much to make, and starting counts.
"""

from typing import NamedTuple


class Task(NamedTuple):
    """How the answers of an operation that starts a task tell its state: the member, and the values of each state."""

    member: str
    running: tuple[str, ...]
    complete: tuple[str, ...]
    failed: tuple[str, ...]
    reason: str | None = None
    message: str | None = None


class Pages(NamedTuple):
    """How an operation's answers continue: JMESPath expressions over answers, wire names of the request."""

    input_tokens: tuple[str, ...]
    output_tokens: tuple[str, ...]
    more_results: str | None = None


class Acceptor(NamedTuple):
    """What an answer or error means to a waiter: `state` is success, failure or retry."""

    state: str
    matcher: str
    argument: str | None
    expected: object


class Waiter(NamedTuple):
    """Repeats an operation until an acceptor of success or failure fits; delay in seconds."""

    name: str
    delay: int
    max_attempts: int
    acceptors: tuple[Acceptor, ...]


class Operation(NamedTuple):
    """One operation. `input`, `output`: classes of `models`, by name; `token`: wire name of its idempotency token.

    repeatable: doing it twice does no more than doing it once, so that it is tried again after an answer got lost.
    host_prefix: put before the host, `{Member}` filled in from the request.
    encoded: its answers may be, for what is fetched was stored so. unsigned_payload: the body is not signed.
    compressed: the service takes long bodies compressed.
    events: the member of its answer that is a stream of events. sends_events: so is a member of its request.
    late_errors: an answer of status 200 may tell of an error, for S3 sends the status before it is done.
    """

    name: str
    target: str
    input: str | None = None
    output: str | None = None
    token: str | None = None
    repeatable: bool = False
    signed: bool = True
    host_prefix: str | None = None
    task: Task | None = None
    pages: Pages | None = None
    encoded: bool = False
    unsigned_payload: bool = False
    compressed: bool = False
    events: str | None = None
    sends_events: bool = False
    late_errors: bool = False
