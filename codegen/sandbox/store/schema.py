"""The tables, and how an older database becomes one of this version.

A migration is a tuple of statements that both databases take; a new version appends one and changes none. `TEXT` and
`BIGINT` are all there is. What partners write is JSON in `content` columns: escaped, so that no character of it can
trouble a database, and read as a whole anyway. Columns of their own have what is searched for.
"""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "CREATE TABLE engagements (id TEXT PRIMARY KEY, catalog TEXT NOT NULL, account TEXT NOT NULL,"
        " content TEXT NOT NULL, created TEXT NOT NULL)",
        "CREATE TABLE members (engagement TEXT NOT NULL, account TEXT NOT NULL, joined TEXT NOT NULL,"
        " PRIMARY KEY (engagement, account))",
        "CREATE INDEX members_by_account ON members (account, engagement)",
        "CREATE TABLE invitations (id TEXT PRIMARY KEY, catalog TEXT NOT NULL, account TEXT NOT NULL,"
        " receiver TEXT NOT NULL, engagement TEXT NOT NULL, opportunity TEXT, status TEXT NOT NULL,"
        " content TEXT NOT NULL, reason TEXT, created TEXT NOT NULL, expires TEXT NOT NULL)",
        "CREATE INDEX invitations_by_sender ON invitations (account, status)",
        "CREATE INDEX invitations_by_receiver ON invitations (receiver, status)",
        "CREATE INDEX invitations_by_engagement ON invitations (engagement)",
        "CREATE TABLE opportunities (account TEXT NOT NULL, id TEXT NOT NULL, catalog TEXT NOT NULL,"
        " review TEXT NOT NULL, stage TEXT, customer TEXT NOT NULL, content TEXT NOT NULL, related TEXT NOT NULL,"
        " engagement TEXT, created TEXT NOT NULL, modified TEXT NOT NULL, PRIMARY KEY (account, id))",
        "CREATE INDEX opportunities_by_engagement ON opportunities (account, engagement)",
        "CREATE TABLE tasks (id TEXT PRIMARY KEY, catalog TEXT NOT NULL, account TEXT NOT NULL,"
        " operation TEXT NOT NULL, status TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL,"
        " started TEXT NOT NULL, due TEXT NOT NULL, reason TEXT, message TEXT, engagement TEXT, invitation TEXT,"
        " opportunity TEXT, job TEXT)",
        "CREATE INDEX tasks_by_account ON tasks (account, operation, started)",
        "CREATE INDEX tasks_by_status ON tasks (account, status)",
        "CREATE TABLE jobs (id TEXT PRIMARY KEY, catalog TEXT NOT NULL, account TEXT NOT NULL,"
        " engagement TEXT NOT NULL, opportunity TEXT NOT NULL, status TEXT NOT NULL, created TEXT NOT NULL)",
        "CREATE TABLE snapshots (engagement TEXT NOT NULL, account TEXT NOT NULL, opportunity TEXT NOT NULL,"
        " revision BIGINT NOT NULL, content TEXT NOT NULL, created TEXT NOT NULL,"
        " PRIMARY KEY (engagement, account, opportunity, revision))",
        "CREATE TABLE tokens (account TEXT NOT NULL, catalog TEXT NOT NULL, operation TEXT NOT NULL,"
        " token TEXT NOT NULL, payload TEXT NOT NULL, answer TEXT NOT NULL,"
        " PRIMARY KEY (account, catalog, operation, token))",
        "CREATE TABLE faults (account TEXT PRIMARY KEY, reason TEXT NOT NULL)",
        "CREATE TABLE usages (account TEXT NOT NULL, quota TEXT NOT NULL, second BIGINT NOT NULL,"
        " calls BIGINT NOT NULL, PRIMARY KEY (account, quota, second))",
        "CREATE TABLE events (sequence BIGINT PRIMARY KEY, account TEXT NOT NULL, time TEXT NOT NULL,"
        " type TEXT NOT NULL, resources TEXT NOT NULL, detail TEXT NOT NULL)",
        "CREATE INDEX events_by_account ON events (account, sequence)",
        "CREATE TABLE forwarding (target TEXT PRIMARY KEY, sequence BIGINT NOT NULL, holder TEXT NOT NULL,"
        " lease BIGINT NOT NULL)",
    ),
    (
        "DELETE FROM members WHERE EXISTS"
        " (SELECT 1 FROM engagements e WHERE e.id = members.engagement AND e.account = members.account)",
        "CREATE INDEX engagements_by_account ON engagements (account, created)",
        "CREATE INDEX opportunities_by_account ON opportunities (account, modified)",
    ),
)

VERSION = len(MIGRATIONS)

IDENTITY = "speccast_sandbox"
"""Name of the table by which a database is known as ours; it holds the version and the key that seals page tokens."""

CREATE_IDENTITY = f"CREATE TABLE {IDENTITY} (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
GET_IDENTITY = f"SELECT value FROM {IDENTITY} WHERE name = :name"
INSERT_IDENTITY = f"INSERT INTO {IDENTITY} (name, value) VALUES (:name, :value)"
UPDATE_IDENTITY = f"UPDATE {IDENTITY} SET value = :value WHERE name = :name"
