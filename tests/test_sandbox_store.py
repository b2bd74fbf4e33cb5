"""The sandbox's store: what it opens and refuses, one commit for all that wait, and nothing lost or half done."""

from __future__ import annotations

import asyncio
import itertools
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from threading import get_ident
from types import ModuleType
from typing import Any

import pytest
from sandbox_callers import FIRST, SECOND, finish, opened

from codegen.diagnostics import Diagnostics
from codegen.sandbox.calling import Fault
from codegen.sandbox.store import (
    bookkeeping,
    engagements,
    errands,
    invitations,
    opening,
    opportunities,
    outbox,
    schema,
    tasks,
)
from codegen.sandbox.store.bookkeeping import write_setting
from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.errands import on_loop
from codegen.sandbox.store.opening import identity, open_database
from codegen.sandbox.store.records import Engagement, Member, Opportunity
from codegen.sandbox.store.schema import MIGRATIONS, VERSION
from codegen.sandbox.store.sqlite import SqliteDatabase
from codegen.sandbox.store.writer import Unanswered, Work, Writer

pytest_plugins = ("sandbox_databases",)

UNANSWERED = "InternalServerException: The request could not be stored. Nothing was changed; try again."


# ------------------------------------------------------------------------------------------------------------- opening


def _refusal(url: str, **options: Any) -> str:
    with pytest.raises(Diagnostics) as caught:
        open_database(url, **options)
    return caught.value.text()


def test_an_unknown_scheme_is_refused_without_its_password() -> None:
    assert _refusal("mysql://me:secret@host/db") == (
        'speccast: error: database "mysql://host/db" is none that the sandbox knows;'
        " write sqlite:///FILE, sqlite:// or postgresql://USER@HOST/NAME [sandbox-database]"
    )


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "sandbox.db"
    assert _refusal(f"sqlite:///{path}") == (
        f"{path}: error: cannot open the database: unable to open database file [sandbox-database]"
    )


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    assert _refusal(f"sqlite:///{tmp_path}") == (
        f"{tmp_path}: error: cannot open the database: unable to open database file [sandbox-database]"
    )


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, but notes that somebody wants to keep.\n" * 50)
    before = path.read_bytes()
    assert _refusal(f"sqlite:///{path}") == (
        f"{path}: error: cannot use the database: file is not a database [sandbox-database]"
    )
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "orders.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id TEXT)")
    connection.close()
    before = path.read_bytes()
    assert _refusal(f"sqlite:///{path}") == (
        f"{path}: error: the database belongs to something else:"
        ' it has a table "orders" and none of the sandbox [sandbox-database]'
    )
    assert path.read_bytes() == before


def test_a_postgresql_schema_of_something_else_is_refused(postgresql_schema: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgresql_schema, autocommit=True) as connection:
        connection.execute("CREATE TABLE orders (id TEXT)")
    assert _refusal(postgresql_schema).endswith(
        'the database belongs to something else: it has a table "orders" and none of the sandbox [sandbox-database]'
    )


def test_a_database_of_a_newer_version_is_refused_by_name(lasting: str) -> None:
    database = open_database(lasting)
    database.begin()
    database.execute(schema.UPDATE_IDENTITY, {"name": "version", "value": str(VERSION + 1)})
    database.commit()
    database.close()
    assert _refusal(lasting) == (
        f"{database.name}: error: the database is of version {VERSION + 1}, and this speccast knows up to {VERSION};"
        " use a newer speccast [sandbox-database]"
    )


def test_a_database_that_is_locked_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    open_database(f"sqlite:///{path}").close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert _refusal(f"sqlite:///{path}", busy=0.01) == (
        f"{path}: error: cannot use the database: database is locked [sandbox-database]"
    )
    other.close()


def test_a_server_that_is_not_there_is_refused_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    text = _refusal(f"postgresql://me:secret@/postgres?host={tmp_path}")
    assert text.startswith(f"speccast: error: cannot connect to postgresql:///postgres?host={tmp_path}: ")
    assert "secret" not in text and "\n" not in text


def test_a_database_keeps_its_key_and_its_version_when_it_is_opened_again(lasting: str) -> None:
    first = open_database(lasting)
    key = identity(first, "key")
    first.close()
    again = open_database(lasting)
    assert (identity(again, "key"), identity(again, "version")) == (key, str(VERSION))
    assert len(key) == 64
    again.close()


def test_a_database_of_the_first_version_keeps_what_is_in_it(lasting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", MIGRATIONS[:1])
        patch.setattr(opening, "VERSION", 1)
        old = open_database(lasting)
    old.begin()
    transaction = Transaction(old)
    made = Engagement("eng-0123456789abcd", "Sandbox", FIRST, '{"Title":"T"}', "2025-01-01T00:00:00.000000Z")
    engagements.add_engagement(transaction, made)
    for account in (FIRST, SECOND):  # who made it had a row of its own then
        engagements.add_member(transaction, Member("eng-0123456789abcd", account, made.created))
    old.commit()
    old.close()
    sandbox = opened(lasting)
    for account in (FIRST, SECOND):
        (found,) = sandbox(account, "ListEngagements")["EngagementSummaryList"]
        assert (found["Id"], found["MemberCount"]) == ("eng-0123456789abcd", 2)
        listed = sandbox(account, "ListEngagementMembers", Identifier="eng-0123456789abcd")["EngagementMemberList"]
        assert [each["AccountId"] for each in listed] == [FIRST, SECOND]
    sandbox.engine.close()


def test_eight_workers_may_open_a_new_database_at_once(lasting: str) -> None:
    with ThreadPoolExecutor(8) as workers:
        opened_ones = list(workers.map(lambda _: open_database(lasting), range(8)))
    assert len({identity(each, "key") for each in opened_ones}) == 1
    for each in opened_ones:
        each.close()


def test_every_column_is_text_or_a_number_and_text_sorts_by_code_point(lasting: str) -> None:
    sandbox = opened(lasting)
    for company in ("b", "B", "a", "Ä"):
        sandbox.opportunity(FIRST, Customer={"Account": {"CompanyName": company}})
    listed = sandbox(FIRST, "ListOpportunities", Sort={"SortBy": "CustomerCompanyName", "SortOrder": "ASCENDING"})
    names = [each["Customer"]["Account"]["CompanyName"] for each in listed["OpportunitySummaries"]]
    assert names == ["B", "Ä", "a", "b"]  # as JSON text has them: "\u00c4"
    sandbox.engine.close()


def test_sqlite_is_in_wal_mode_and_writes_through(tmp_path: Path) -> None:
    for fast, level in ((False, 2), (True, 1)):
        database = open_database(f"sqlite:///{tmp_path / 'sandbox.db'}", fast=fast)
        assert database.execute("PRAGMA journal_mode", {}).fetchone() == ("wal",)
        assert database.execute("PRAGMA synchronous", {}).fetchone() == (level,)
        database.close()


def test_postgresql_writes_through_unless_it_is_to_be_fast(postgresql_schema: str) -> None:
    for fast, level in ((False, "on"), (True, "off")):
        database = open_database(postgresql_schema, fast=fast)
        assert database.execute("SHOW synchronous_commit", {}).fetchone() == (level,)
        database.close()


# ---------------------------------------------------------------------------------------------------------- statements

STORES = (bookkeeping, engagements, invitations, opportunities, outbox, tasks)
FREE_TABLES = frozenset({"settings", "forwarding"})
ACROSS_ACCOUNTS = frozenset(
    {
        "engagements.LIST_MEMBERS",
        "engagements.ALL_ENGAGEMENTS",
        "engagements.COUNT_ENGAGEMENTS",
        "invitations.OPEN_INVITATIONS",
        "invitations.ALL_LAPSED",
        "invitations.ALL_INVITATIONS",
        "invitations.COUNT_INVITATIONS",
        "outbox.ALL_EVENTS",
        "outbox.LAST_EVENT",
        "tasks.ALL_DUE",
        "tasks.ALL_TASKS",
        "tasks.COUNT_TASKS",
    }
)
"""The named places that read across accounts; each says in its module why it may."""


def _statements() -> Iterator[tuple[str, str]]:
    for module in STORES:
        for name, value in vars(module).items():
            if isinstance(value, str) and re.match(r"(SELECT|INSERT|UPDATE|DELETE)\b", value):
                yield f"{_last_name(module)}.{name}", value


def _last_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


STATEMENTS = dict(_statements())


def _names_the_account(sql: str) -> bool:
    if sql.startswith("INSERT"):
        return ":account" in sql
    return re.search(r"\b(account|receiver) = :account\b", sql) is not None


def _tables(sql: str) -> set[str]:
    return set(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE) (\w+)", sql.replace("DO UPDATE SET", "")))


def test_there_are_statements_to_check() -> None:
    assert len(STATEMENTS) > 30


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_on_partners_data_names_the_account(name: str) -> None:
    sql = STATEMENTS[name]
    if not _tables(sql) <= FREE_TABLES:
        assert _names_the_account(sql) == (name not in ACROSS_ACCOUNTS), sql


def test_no_exception_is_left_over() -> None:
    assert STATEMENTS.keys() >= ACROSS_ACCOUNTS


def test_statements_stand_in_the_store_only() -> None:
    folder = Path(schema.__file__).parent.parent / "behaviour"
    paths = sorted(folder.glob("*.py"))
    assert len(paths) > 10
    found = [path.name for path in paths if re.search(r'"(SELECT|INSERT|UPDATE|DELETE) ', path.read_text("utf-8"))]
    assert found == []


LISTS = {
    "engagements": f"{engagements.LIST_ENGAGEMENTS} ORDER BY e.created DESC, e.id DESC LIMIT 6",
    "opportunities": f"{opportunities.LIST_OPPORTUNITIES} ORDER BY modified DESC, id DESC LIMIT 6",
}


def _steps(list_sql: str, count: int) -> int:
    """Count the steps that SQLite takes to read a page of so many."""
    database = open_database("sqlite://")
    assert isinstance(database, SqliteDatabase)
    transaction = Transaction(database)
    for number in range(count):
        time = f"2025-01-01T00:00:00.{number:06}Z"
        opportunity = Opportunity(FIRST, f"O{number}", "Sandbox", "Approved", None, "", "{}", "{}", None, time, time)
        opportunities.add_opportunity(transaction, opportunity)
        engagements.add_engagement(transaction, Engagement(f"eng-{number}", "Sandbox", FIRST, "{}", time))
    steps = itertools.count()
    database.connection.set_progress_handler(lambda: 0 * next(steps), 1)
    assert len(transaction.all(list_sql, account=FIRST, catalog="Sandbox")) == 6
    database.connection.set_progress_handler(None, 0)
    database.close()
    return next(steps)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_of_many_takes_as_many_steps_as_one_of_few(name: str) -> None:
    assert 50 < _steps(LISTS[name], 1000) < 2 * _steps(LISTS[name], 20)


# -------------------------------------------------------------------------------------------------------------- writer


@pytest.fixture
def writer(database: str) -> Iterator[Writer]:
    writer = Writer(open_database(database, fast=True, busy=0.05))
    yield writer
    writer.close()


def _setting(writer: Writer, name: str) -> object:
    return writer.submit(lambda transaction: bookkeeping.read_settings(transaction).get(name)).result()


def _put(name: str) -> Any:
    return lambda transaction: write_setting(transaction, name, True)


def _hold(started: Signal, go: Signal) -> Work:
    """Keep the writer busy, so that what is submitted meanwhile waits."""

    def work(transaction: Transaction) -> None:
        started.set()
        assert go.wait(30)

    return work


def test_calls_that_wait_share_one_commit(writer: Writer) -> None:
    commits: list[None] = []
    started, go = Signal(), Signal()
    writer.begun = lambda transaction: commits.append(None)
    first = writer.submit(_hold(started, go))
    started.wait()
    others = [writer.submit(_put(f"setting-{index}")) for index in range(32)]
    go.set()
    for each in (first, *others):
        each.result()
    _setting(writer, "any")
    assert len(commits) == 3  # the first alone, thirty-two together, the one that asks
    assert _setting(writer, "setting-31") is True


def test_calls_that_come_while_a_transaction_begins_share_its_commit(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not writer.database.near:
        pytest.skip("the thread runs the statements of a database that is far")
    commits: list[None] = []
    late: list[Future[Any]] = []
    writer.begun = lambda transaction: commits.append(None)

    def come_late(loop: asyncio.AbstractEventLoop, run: Any) -> Any:
        if not late:
            late.extend(asyncio.run_coroutine_threadsafe(writer.perform(_put(f"late-{each}")), loop) for each in "abc")
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(30)
        return on_loop(loop, run)

    async def call() -> list[Any]:
        return [await writer.perform(_put("early")), *[await asyncio.wrap_future(each) for each in late]]

    monkeypatch.setattr("codegen.sandbox.store.writer.on_loop", come_late)
    assert asyncio.run(call()) == [None] * 4
    assert len(commits) == 1
    assert _setting(writer, "late-c") is True


def test_an_answer_is_not_given_before_its_commit(writer: Writer) -> None:
    seen: list[bool] = []
    future: Future[None] = Future()

    def watch(transaction: Transaction) -> None:
        writer.submit(lambda transaction: seen.append(future.done())).add_done_callback(lambda _: None)
        seen.append(future.done())

    future = writer.submit(watch)
    future.result()
    _setting(writer, "any")
    assert seen == [False, True]


def test_a_fault_undoes_its_own_attempt_and_nothing_else(writer: Writer) -> None:
    def refused(transaction: Transaction) -> None:
        write_setting(transaction, "counted", True)
        with transaction.attempt():
            write_setting(transaction, "attempted", True)
            raise Fault("ConflictException", "no")

    futures = [writer.submit(work) for work in (_put("before"), refused, _put("after"))]
    assert [type(each.exception()).__name__ for each in futures] == ["NoneType", "Fault", "NoneType"]
    known = {name: _setting(writer, name) for name in ("before", "counted", "attempted", "after")}
    assert known == {"before": True, "counted": True, "attempted": None, "after": True}


def test_all_run_again_when_one_that_has_changed_something_fails_and_else_once(writer: Writer) -> None:
    for changing, times in ((True, 2), (False, 1)):
        runs: list[str] = []
        began: list[None] = []
        started, go = Signal(), Signal()
        writer.submit(_hold(started, go))
        started.wait()
        writer.begun = lambda transaction, began=began: began.append(None)  # type: ignore[misc]
        works = (_run_of(runs, "one"), _refused_of(runs, changing), _run_of(runs, "two"))
        futures = [writer.submit(work) for work in works]
        go.set()
        assert [str(each.exception()) for each in futures] == ["None", "ConflictException: no", "None"]
        assert runs == [*(["one", "refused"] if changing else []), "one", "refused", "two"]
        assert len(began) == times
        assert [_setting(writer, name) for name in ("one", "two", "half")] == [True, True, None]


def _run_of(runs: list[str], name: str) -> Work:
    def work(transaction: Transaction) -> None:
        runs.append(name)
        write_setting(transaction, name, True)

    return work


def _refused_of(runs: list[str], changing: bool) -> Work:
    def work(transaction: Transaction) -> None:
        runs.append("refused")
        with transaction.attempt():
            if changing:
                write_setting(transaction, "half", True)
            raise Fault("ConflictException", "no")

    return work


def test_attempts_nest(writer: Writer) -> None:
    def work(transaction: Transaction) -> None:
        with transaction.attempt():
            write_setting(transaction, "outer", True)
            with pytest.raises(Fault), transaction.attempt():
                write_setting(transaction, "inner", True)
                raise Fault("ConflictException", "no")
            write_setting(transaction, "later", True)

    writer.submit(work).result()
    assert [_setting(writer, name) for name in ("outer", "inner", "later")] == [True, None, True]


def test_a_statement_that_the_database_refuses_fails_its_own_call_only(writer: Writer) -> None:
    started, go = Signal(), Signal()
    writer.submit(_hold(started, go))
    started.wait()

    def poison(transaction: Transaction) -> None:
        write_setting(transaction, "half", True)
        transaction.run("INSERT INTO settings (name, value) VALUES (:name, NULL)", name="broken")

    futures = [writer.submit(work) for work in (_put("one"), poison, _put("two"))]
    go.set()
    assert [str(each.exception()) for each in futures] == ["None", UNANSWERED, "None"]
    assert [_setting(writer, name) for name in ("one", "half", "two")] == [True, None, True]


def test_a_bug_fails_what_runs_with_it_and_not_what_comes_after(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(transaction: Transaction) -> None:
        write_setting(transaction, "half", True)
        raise ZeroDivisionError

    with pytest.raises(Unanswered, match=re.escape(UNANSWERED)):
        writer.submit(bug).result()
    assert _setting(writer, "half") is None
    assert [each.message for each in caplog.records] == ["the sandbox failed while it answered a call"]
    assert caplog.records[0].exc_info


def test_what_comes_after_the_end_is_not_answered(database: str) -> None:
    writer = Writer(open_database(database))
    writer.close()
    with pytest.raises(Unanswered):
        writer.submit(_put("late")).result()


def test_work_that_was_cancelled_before_it_began_is_not_done(writer: Writer) -> None:
    started, go = Signal(), Signal()
    writer.submit(_hold(started, go))
    started.wait()
    cancelled = writer.submit(_put("cancelled"))
    assert cancelled.cancel()
    go.set()
    assert _setting(writer, "cancelled") is None


def test_the_loop_runs_the_statements_of_a_database_that_is_near(writer: Writer) -> None:
    async def here() -> bool:
        return bool(await writer.perform(lambda transaction: get_ident()) == get_ident())

    assert asyncio.run(here()) == writer.database.near == (not writer.database.name.startswith("postgresql"))


def test_calls_of_a_loop_that_is_busy_are_answered_by_the_thread(writer: Writer) -> None:
    async def busy() -> tuple[Any, Any]:
        waiting = asyncio.ensure_future(writer.perform(_put("of a task")))
        await asyncio.sleep(0)
        held = _setting(writer, "of a task")  # holds the loop until the writer has done both
        return held, await waiting

    assert asyncio.run(busy()) == (True, None)


def test_a_bug_and_a_fault_reach_the_task_that_waits(writer: Writer) -> None:
    def bug(transaction: Transaction) -> None:
        write_setting(transaction, "half", True)
        raise ZeroDivisionError

    def refused(transaction: Transaction) -> None:
        raise Fault("ConflictException", "No.")

    for work, wanted in ((bug, UNANSWERED), (refused, "ConflictException: No.")):
        with pytest.raises(Fault, match=re.escape(wanted)):
            asyncio.run(writer.perform(work))
    assert _setting(writer, "half") is None


def test_a_task_that_was_cancelled_before_its_work_began_has_done_nothing(writer: Writer) -> None:
    started, go = Signal(), Signal()
    writer.submit(_hold(started, go))

    async def cancelled() -> None:
        await asyncio.to_thread(started.wait)
        waiting = asyncio.ensure_future(writer.perform(_put("cancelled")))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0)
        go.set()

    asyncio.run(cancelled())
    assert _setting(writer, "cancelled") is None


def test_an_errand_of_a_loop_that_has_ended_is_done_here() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    assert on_loop(loop, get_ident) == get_ident()


def test_an_errand_takes_along_what_the_loop_comes_to_on_its_way_unless_that_takes_long() -> None:
    done: list[str] = []

    async def turns(seconds: float) -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: loop.call_soon(done.append, "a call, read and put in line"))
        errands._later(loop, errands.TURNS, loop.time() + seconds, lambda: done.append("the errand"))
        await asyncio.sleep(0.01)

    asyncio.run(turns(60))
    asyncio.run(turns(-1))
    assert done == ["a call, read and put in line", "the errand", "the errand", "a call, read and put in line"]


# ------------------------------------------------------------------------------------------- a database that fails


def test_a_locked_database_is_an_internal_error_and_nothing_is_half_done(tmp_path: Path) -> None:
    sandbox = opened(f"sqlite:///{tmp_path / 'sandbox.db'}", busy=0.05)
    other = sqlite3.connect(tmp_path / "sandbox.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    call = sandbox.call(FIRST, "CreateEngagement", Title="T", Description="")
    with pytest.raises(Fault, match=re.escape(UNANSWERED)):
        finish(sandbox.engine.perform(call))
    other.execute("ROLLBACK")
    other.close()
    assert sandbox(FIRST, "ListEngagements") == {"EngagementSummaryList": []}
    assert finish(sandbox.engine.perform(call)).keys() == {"Arn", "Id"}
    sandbox.engine.close()


def test_a_full_disk_is_an_internal_error_and_nothing_is_half_done(tmp_path: Path) -> None:
    sandbox = opened(f"sqlite:///{tmp_path / 'sandbox.db'}")
    database = sandbox.engine.writer.database
    (pages,) = database.execute("PRAGMA page_count", {}).fetchone() or (0,)
    database.execute(f"PRAGMA max_page_count = {pages + 4}", {})
    made: list[str] = []
    with pytest.raises(Fault, match=re.escape(UNANSWERED)):
        for _ in range(1000):
            made.append(sandbox.engagement(Description="x" * 250))
    database.execute("PRAGMA max_page_count = 1000000", {})
    found = sandbox(FIRST, "ListEngagements")["EngagementSummaryList"]
    assert sorted(each["Id"] for each in found) == sorted(made)
    assert len(sandbox.told(FIRST)) == len(made) > 0
    assert {each["MemberCount"] for each in found} == {1}
    sandbox.engine.close()


def test_a_file_that_was_taken_away_the_right_to_write_is_an_internal_error(tmp_path: Path) -> None:
    sandbox = opened(f"sqlite:///{tmp_path / 'sandbox.db'}")
    sandbox.engagement()
    sandbox.engine.writer.database.execute("PRAGMA query_only = ON", {})
    assert sandbox.fault(FIRST, "CreateOpportunity")[0] == "InternalServerException"
    sandbox.engine.writer.database.execute("PRAGMA query_only = OFF", {})
    assert len(sandbox(FIRST, "ListEngagements")["EngagementSummaryList"]) == 1
    sandbox.engine.close()


def test_a_server_that_goes_away_is_found_again(postgresql_schema: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    sandbox = opened(postgresql_schema)
    kept = sandbox.engagement()
    with psycopg.connect(postgresql_schema, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    call = sandbox.call(FIRST, "CreateEngagement", Title="T", Description="")
    with pytest.raises(Fault, match=re.escape(UNANSWERED)):
        finish(sandbox.engine.perform(call))
    made = finish(sandbox.engine.perform(call))["Id"]
    found = [each["Id"] for each in sandbox(FIRST, "ListEngagements")["EngagementSummaryList"]]
    assert sorted(found) == sorted([kept, str(made)])
    sandbox.engine.close()


# --------------------------------------------------------------------------------------------------- several processes


def test_two_engines_on_one_database_see_each_other(lasting: str) -> None:
    one, two = opened(lasting), opened(lasting)
    engagement = one.engagement()
    invitation = two.invitation(engagement)
    assert one(SECOND, "GetEngagementInvitation", Identifier=invitation)["Status"] == "PENDING"
    one.engine.switch(tasks="in-steps")
    assert two(SECOND, "StartEngagementByAcceptingInvitationTask", Identifier=invitation)["TaskStatus"] == "IN_PROGRESS"
    one.engine.advance(timedelta(days=1))
    assert two.engine.clock.now() != one.engine.clock.now()  # not yet: it has not looked
    assert two(SECOND, "GetEngagement", Identifier=engagement)["MemberCount"] == 2
    assert two.engine.clock.now() == one.engine.clock.now()
    one.engine.close()
    two.engine.close()


WRITING = """
import asyncio, sys
from codegen.sandbox.behaviour.engine import open_engine
from codegen.sandbox.calling import Call
from codegen.sandbox.clock import Clock

engine = open_engine(sys.argv[1], Clock())

async def caller(number):
    for count in range(1000):
        token = f"{sys.argv[2]}-{number}-{count}"
        input = {"Catalog": "Sandbox", "ClientToken": token, "Title": token, "Description": ""}
        now = engine.clock.now()
        call = Call(operation="CreateEngagement", account="111122223333", input=input, now=now, request_id="r")
        answer = await engine.perform(call)
        sys.stdout.write(f"{token} {answer['Id']}\\n")
        sys.stdout.flush()

async def main():
    await asyncio.gather(*(caller(number) for number in range(8)))

asyncio.run(main())
"""


def _killed_while_it_writes(url: str, round: int) -> dict[str, str]:
    """Let a process write, kill it after some answers, and give the answers: token -> identifier."""
    command = [sys.executable, "-c", WRITING, url, str(round)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(20 + 7 * round % 31)]
        process.kill()
        lines += process.stdout.readlines()
    return dict(line.split() for line in lines if line.endswith("\n"))


def _members_of_all(transaction: Transaction) -> dict[str, list[str]]:
    found = engagements.newest_engagements(transaction, 100_000)
    return {each.id: [one.account for one in engagements.list_members(transaction, each.id)] for each in found}


def _check_after_kill(url: str, answered: dict[str, str]) -> None:
    sandbox = opened(url)
    for token, id in answered.items():
        again = sandbox(FIRST, "CreateEngagement", ClientToken=token, Title=token, Description="")
        assert again["Id"] == id, token
    made = sandbox.engine.writer.submit(_members_of_all).result()
    assert made.keys() >= set(answered.values())
    assert all(members == [FIRST] for members in made.values())
    notices = [each.event.detail["engagement"] for each in sandbox.engine.events(limit=100_000)]
    told = [each["engagementId"] for each in notices]  # type: ignore[call-overload,index]
    assert sorted(map(str, told)) == sorted(map(str, made))
    sandbox.engine.close()


KILLS = {"file": 18, "postgresql": 7}


def test_no_answered_call_is_lost_when_the_process_is_killed(lasting: str) -> None:
    kind = lasting.partition(":")[0].replace("sqlite", "file")
    for round in range(KILLS[kind]):
        answered = _killed_while_it_writes(lasting, round)
        assert len(answered) >= 20
        _check_after_kill(lasting, answered)
    if kind == "file":
        with sqlite3.connect(lasting.removeprefix("sqlite:///")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
