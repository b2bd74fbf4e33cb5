"""Two releases of a service -> what an update breaks, and for whom.

    model x model -> compare (by meaning, not by text) -> Change -> judge (rules, reach, Python) -> Finding -> Report

`rules` is the table: every kind of change, its level for each audience with the reason, its mirror. `compare` (one
module per subject) only says what changed and where; `judge` looks up what that means. `reports` holds the result;
`printers` show it to people and machines; `acceptance`, `semver`, `changelog` and `additive` answer the questions asked
after it. Nothing here reads or writes files.
"""
