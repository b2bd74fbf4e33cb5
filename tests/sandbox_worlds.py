"""Three accounts that send a sandbox whatever comes to mind, in sequences that lead somewhere; every answer is judged.

In: a seed. Out: what was found wrong, each with the seed and the number of its request, so that it comes again. Bodies
are made up from the spec; identifiers are mostly those that the sandbox has given, to whomever, so that invitations
get accepted, opportunities submitted, and foreign ones asked for. Some requests go at once, some twice.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from sandbox_bodies import MODEL, OPERATIONS, damaged_body, good_body
from sandbox_callers import START
from sandbox_fronts import right, spoiled, wrong
from sandbox_opinions import faults_of, fits_schema, is_right
from sandbox_stub import KEY, NOW, OTHER_KEY, Answer

from codegen.sandbox.accounts import Accounts, Key
from codegen.sandbox.app import Sandbox
from codegen.sandbox.behaviour.engine import Engine, open_engine
from codegen.sandbox.clock import Clock
from codegen.sandbox.requests import HttpRequest

KEYS = (KEY, OTHER_KEY, Key("777788889999", "SANDBOXKEY7777888899", "sandbox-secret-777788889999"))
ACCOUNTS: Accounts = {each.key: each for each in KEYS}
Ask = Callable[[HttpRequest], Awaitable[Answer]]
CREATING = ("CreateEngagement", "CreateEngagementInvitation", "CreateOpportunity", "StartEngagementFromOpportunityTask")
_NAMES = tuple(OPERATIONS)
_OPERATIONS = (*_NAMES, *CREATING, "StartEngagementByAcceptingInvitationTask", "UpdateOpportunity")
"""What there is to do; what others need comes oftener."""
_KINDS = {"eng": "Engagement", "engi": "Invitation", "O": "Opportunity", "task": "Task", "job": "Job"}
_ID = re.compile(r"(?:eng|engi|task|job)-[0-9a-z]{13,14}\b|\bO[0-9]{15}\b")
_OWN = ("Opportunity", "Task", "Job")
"""Kinds of which the identifier is known to one account alone."""
_BY_THE_SPEC = re.compile(r"[0-9]+ validation errors? detected[.] ")
_AT_ONCE = (1, 4, 16, 32)
SAMPLED = 50
"""One answer in so many is held to the exported schema as well; arbitrary."""


class Asked(NamedTuple):
    """A request, whose it is, and what may come back; `operation` None where none is reached."""

    key: Key
    operation: str | None
    request: HttpRequest
    codes: frozenset[str] | None = None
    """None: what the body says decides."""
    kind: str = "right"


@dataclass(slots=True)
class World:
    """What has been said so far."""

    seed: int
    random: Random = field(init=False)
    known: dict[str, list[str]] = field(default_factory=lambda: defaultdict[str, list[str]](list))
    owners: dict[str, str] = field(default_factory=dict[str, str])
    dates: dict[str, str] = field(default_factory=dict[str, str])
    tokens: list[str] = field(default_factory=list[str])
    said: list[tuple[Asked, Answer]] = field(default_factory=list[tuple[Asked, Answer]])
    made: dict[tuple[str, str, str, str], tuple[str, bytes]] = field(
        default_factory=dict[tuple[str, str, str, str], tuple[str, bytes]]
    )
    """Account, operation, catalog and token of what was done: the body, and the answer."""
    counts: Counter[str] = field(default_factory=Counter[str])
    ids: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.random = Random(self.seed)


# ------------------------------------------------------------------------------------------------------ what is asked


def make(world: World) -> Asked:
    """Make up the next request."""
    random, key = world.random, world.random.choice(KEYS)
    operation = random.choice(_OPERATIONS)
    body = _aimed(world, key, operation, good_body(random, operation, random.choice((0.0, 0.3, 0.9))))
    content = _written(random, body)
    dice = random.random()
    if dice < 0.55:
        return _plain(key, operation, content)
    if dice < 0.80:
        found = damaged_body(random, operation, body)
        kind, changed = found or ("right", body)
        return _plain(key, operation, _written(random, changed), kind)
    if dice < 0.85:
        return Asked(key, operation, *spoiled(random, key, operation, content))
    if dice < 0.91:
        return Asked(key, None, *wrong(random, key, operation, content))
    if dice < 0.93:
        at = random.randrange(len(content))
        flipped = content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]
        return _plain(key, operation, flipped, "a byte changed at random")
    if dice < 0.95 and world.tokens:
        body["ClientToken"] = random.choice(world.tokens)
        return _plain(key, operation, _written(random, body), "a token that was used")
    if world.said:
        return random.choice(world.said)[0]._replace(kind="a replay")
    return _plain(key, operation, content)


def _plain(key: Key, operation: str, content: bytes, kind: str = "right") -> Asked:
    return Asked(key, operation, right(key, operation, content), kind=kind)


def _written(random: Random, body: Any) -> bytes:
    """Write it as any client may: escaped or not, members in any order."""
    members = list(body.items())
    random.shuffle(members)
    return json.dumps(dict(members), ensure_ascii=random.random() < 0.5).encode()


def _aimed(world: World, key: Key, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Point a body at something that is there."""
    random = world.random
    body["Catalog"] = "Sandbox" if random.random() < 0.9 else "AWS"
    if "ClientToken" in body:
        body["ClientToken"] = f"{world.seed}-{random.getrandbits(40)}"
    for name in ("Identifier", "EngagementIdentifier", "OpportunityIdentifier"):
        kind = _kind_of(operation, name)
        if isinstance(body.get(name), str) and random.random() < 0.9:
            body[name] = _pick(world, key.account, kind, body[name])
    if "NextToken" in body and world.known["NextToken"] and random.random() < 0.8:
        body["NextToken"] = random.choice(world.known["NextToken"][-6:])
    if "MaxResults" in body:
        body["MaxResults"] = random.choice((1, 2, body["MaxResults"]))
    if operation == "UpdateOpportunity" and body["Identifier"] in world.dates and random.random() < 0.8:
        body["LastModifiedDate"] = world.dates[body["Identifier"]]
    if operation == "CreateEngagementInvitation":
        body["Invitation"]["Receiver"] = {"Account": {"AwsAccountId": random.choice(KEYS).account}}
    return body


def _pick(world: World, account: str, kind: str, other: str) -> str:
    """Take what an account has to do with, mostly, or anybody's."""
    pool = world.known[f"{kind} {account}" if world.random.random() < 0.75 else kind]
    return world.random.choice(pool[-8:]) if pool else other


def _kind_of(operation: str, name: str) -> str:
    if name != "Identifier":
        return name.removesuffix("Identifier")
    if "Invitation" in operation:
        return "Invitation"
    return "Opportunity" if "Opportunity" in operation else "Engagement"


# ---------------------------------------------------------------------------------------------------- what is answered


def judge(world: World, asked: Asked, answer: Answer) -> Iterator[str]:
    """Say what is wrong with an answer to this request."""
    yield from faults_of(asked.operation, answer)
    code = answer.code if answer.content and answer.status != 200 else ""
    if asked.codes is not None:
        if code not in asked.codes:
            yield f"{answer.status} {code} instead of {sorted(asked.codes)}"
    elif asked.operation is not None:
        yield from _misjudged(asked.operation, asked.request.body, answer, code)
        yield from _repeated(world, asked, answer, code)
    if answer.headers.get("x-amzn-requestid", "") in world.ids:
        yield "a request id twice"
    yield from _leaked(world, asked, answer)


def _misjudged(operation: str, content: bytes, answer: Answer, code: str) -> Iterator[str]:
    refused = code == "SerializationException" or (code == "ValidationException" and _is_of_form(answer))
    if is_right(operation, content) == refused:
        yield f"{'refused' if refused else 'accepted'}: {operation} {content[:400]!r} -> {answer.content[:400]!r}"


def _is_of_form(answer: Answer) -> bool:
    """Tell a refusal by the spec from one by what uses the value: a page token, a moment, a rule of the business."""
    return _BY_THE_SPEC.match(answer.body["Message"]) is not None


def _repeated(world: World, asked: Asked, answer: Answer, code: str) -> Iterator[str]:
    """The same token: the same answer to the same body, a conflict with any other."""
    place = _token_of(asked)
    known = world.made.get(place) if place else None
    if known is None or place is None or code in ("SerializationException", "ValidationException"):
        return
    same = known[0] == _canonical(asked)
    if same and (answer.status, answer.content) != (200, known[1]):
        yield f"another answer to the same: {known[1]!r}, then {answer.status} {answer.content!r}"
    if not same and code != "ConflictException":
        yield f"no conflict of tokens: {answer.status} {answer.content[:300]!r}"


def _token_of(asked: Asked) -> tuple[str, str, str, str] | None:
    if asked.operation is None or asked.codes is not None or not is_right(asked.operation, asked.request.body):
        return None
    body = json.loads(asked.request.body or b"{}")
    named = [member.wire.raw for member in MODEL.shapes[_input(asked.operation)].members]  # type: ignore[union-attr]
    if "ClientToken" not in named:
        return None
    return asked.key.account, asked.operation, body["Catalog"], body["ClientToken"]


def _input(operation: str) -> Any:
    return OPERATIONS[operation].input


def _canonical(asked: Asked) -> str:
    return json.dumps(json.loads(asked.request.body), sort_keys=True)


def _leaked(world: World, asked: Asked, answer: Answer) -> Iterator[str]:
    told = answer.content.decode()
    for id in _ID.findall(told):
        foreign = _kind(id) in _OWN and world.owners.get(id, asked.key.account) != asked.key.account
        if foreign and id.encode() not in asked.request.body:
            at = told.index(id)
            yield f"{asked.operation} tells of another account's: {told[max(at - 200, 0) : at + 40]}"


def _kind(id: str) -> str:
    return _KINDS["O" if id[0] == "O" else id.partition("-")[0]]


def learn(world: World, asked: Asked, answer: Answer) -> None:
    """Remember what an answer gives: later requests are about it."""
    world.ids.add(answer.headers.get("x-amzn-requestid", ""))
    world.counts[f"{asked.operation or 'front'} {answer.status if answer.status == 200 else answer.code}"] += 1
    world.counts[asked.kind] += 1
    world.said = [*world.said[-30:], (asked, answer)]
    if answer.status != 200 or not answer.content:
        return
    body = answer.body
    for id in _ID.findall(answer.content.decode()):
        world.owners.setdefault(id, asked.key.account)
        _know(world, id, asked.key.account)
    if asked.operation == "CreateEngagementInvitation":
        receiver = json.loads(asked.request.body)["Invitation"]["Receiver"]["Account"]["AwsAccountId"]
        _know(world, body["Id"], receiver)
        _know(world, body["Arn"], receiver)
    if isinstance(body.get("NextToken"), str):
        world.known["NextToken"].append(body["NextToken"])
    if "LastModifiedDate" in body and "Id" in body:
        world.dates[body["Id"]] = body["LastModifiedDate"]
    place = _token_of(asked)
    if place and place not in world.made:
        world.made[place] = _canonical(asked), answer.content
        world.tokens = [*world.tokens[-20:], place[3]]


def _know(world: World, id: str, account: str) -> None:
    kind = _kind(_ID.findall(id)[-1])
    for pool in (world.known[kind], world.known[f"{kind} {account}"]):
        if id not in pool[-8:]:
            pool.append(id)


# ----------------------------------------------------------------------------------------------------------- the rounds


def sandbox_of(database: str = "sqlite://") -> tuple[Sandbox, Engine]:
    """Open a sandbox of three accounts whose signatures are checked at one moment."""
    clock = Clock(fixed=START, machine=lambda: NOW)
    engine = open_engine(database, clock, model=MODEL, fast=True)
    return Sandbox(model=MODEL, engine=engine, accounts=ACCOUNTS, clock=clock), engine


async def play(world: World, ask: Ask, engine: Engine, number: int) -> list[str]:
    """Send so many requests, up to six at once; gives what was found wrong."""
    found: list[str] = []
    sent = 0
    while sent < number:
        if world.random.random() < 0.01:
            engine.advance(timedelta(hours=world.random.choice((1, 30, 200))))
        group = [make(world) for _ in range(min(world.random.choice(_AT_ONCE), number - sent))]
        group += group[:1] if world.random.random() < 0.05 else []
        answers = await asyncio.gather(*(ask(each.request) for each in group))
        found += [f"world {world.seed}, {sent}: {fault}" for fault in _judged(world, group, answers)]
        sent += len(group)
    world.counts["sent"] += sent
    return found


def _judged(world: World, group: Sequence[Asked], answers: Sequence[Answer]) -> Iterator[str]:
    """Judge each, and learn from it: of two with one token that went at once, either may have been the first."""
    for asked, answer in zip(group, answers, strict=True):
        yield from judge(world, asked, answer)
        learn(world, asked, answer)
        if len(world.ids) % SAMPLED == 0:
            yield from _disputed(asked, answer)


def _disputed(asked: Asked, answer: Answer) -> Iterator[str]:
    output = OPERATIONS[asked.operation].output if asked.operation else None
    if answer.status == 200 and output and not fits_schema(output.raw, answer.body):
        yield f"the exported schema refuses {answer.content[:400]!r}"
