"""Statements about the two kinds of tasks, and about the failures that were ordered for them."""

from __future__ import annotations

from codegen.sandbox.store.database import Transaction
from codegen.sandbox.store.records import Task, columns, insert, values

_COLUMNS = columns(Task)

INSERT_TASK = insert("tasks", Task)
GET_TASK = f"SELECT {_COLUMNS} FROM tasks WHERE account = :account AND id = :id"
LIST_TASKS = f"SELECT {_COLUMNS} FROM tasks WHERE account = :account AND catalog = :catalog AND operation = :operation"
LIST_DUE = f"SELECT {_COLUMNS} FROM tasks WHERE account = :account AND status = 'IN_PROGRESS' AND due <= :now"
FINISH_TASK = (
    "UPDATE tasks SET status = :status, reason = :reason, message = :message, engagement = :engagement,"
    " invitation = :invitation, opportunity = :opportunity, job = :job WHERE account = :account AND id = :id"
)
ALL_DUE = f"SELECT {_COLUMNS} FROM tasks WHERE status = 'IN_PROGRESS' AND due <= :now ORDER BY due, id"
"""Across accounts: the worker, which gets tasks done whoever looks."""
ALL_TASKS = f"SELECT {_COLUMNS} FROM tasks ORDER BY started DESC, id DESC LIMIT :most"
COUNT_TASKS = "SELECT COUNT(*) FROM tasks"
"""Across accounts: the console of who runs the sandbox."""
ORDER_FAULT = (
    "INSERT INTO faults (account, reason) VALUES (:account, :reason)"
    " ON CONFLICT (account) DO UPDATE SET reason = :reason WHERE faults.account = :account"
)
GET_FAULT = "SELECT reason FROM faults WHERE account = :account"
DELETE_FAULT = "DELETE FROM faults WHERE account = :account"


def add_task(transaction: Transaction, task: Task) -> None:
    transaction.run(INSERT_TASK, **values(task))


def get_task(transaction: Transaction, account: str, id: str) -> Task | None:
    row = transaction.one(GET_TASK, account=account, id=id)
    return Task(*row) if row else None


def finish_task(transaction: Transaction, task: Task) -> None:
    """Store what has become of a task."""
    kept = {"catalog", "operation", "subject", "content", "started", "due"}
    transaction.run(FINISH_TASK, **{name: value for name, value in values(task).items() if name not in kept})


def due_of(transaction: Transaction, account: str, now: str) -> tuple[Task, ...]:
    rows = transaction.all(f"{LIST_DUE} ORDER BY due, id", account=account, now=now)
    return tuple(Task(*row) for row in rows)


def all_due(transaction: Transaction, now: str) -> tuple[Task, ...]:
    return tuple(Task(*row) for row in transaction.all(ALL_DUE, now=now))


def newest_tasks(transaction: Transaction, most: int) -> tuple[Task, ...]:
    """Give so many of all accounts, the newest last."""
    return tuple(Task(*row) for row in reversed(transaction.all(ALL_TASKS, most=most)))


def count_tasks(transaction: Transaction) -> int:
    row = transaction.one(COUNT_TASKS)
    return int(row[0]) if row else 0


def order_fault(transaction: Transaction, account: str, reason: str) -> None:
    """Remember that the next task of an account is to fail."""
    transaction.run(ORDER_FAULT, account=account, reason=reason)


def take_fault(transaction: Transaction, account: str) -> str | None:
    """Give the failure that was ordered for an account, once."""
    row = transaction.one(GET_FAULT, account=account)
    if row:
        transaction.run(DELETE_FAULT, account=account)
    return str(row[0]) if row else None
