"""Packages kept as their specs say while somebody edits the specs.

`loop` turns wakes into events; `asking` finds what is wanted and outlives files that go, come back, or become folders,
links and pipes; `making` makes one package what its spec says; `wakes` waits for the system to tell of changes.

A wake says nothing. What is to do is told from digests each time, so lost, doubled and late events do no harm.
"""
