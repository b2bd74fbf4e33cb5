"""Bytes that nobody wrote by hand -> every reader: each ends in a value, or in an error that it documents.

In: seeds, from the specs, pages and vectors that other tests have. Out: nothing; what gets past a target's errors is a
bug, and its bytes go to `build/fuzz/TARGET/`. `make fuzz TARGET=xml SECONDS=300` runs atheris, which is led by the
lines that are reached; `tests/test_fuzz.py` runs the seeds, some changes of each and the bytes of bugs that were found,
which are in `tests/data/fuzz/TARGET.json`.

`mutating` changes JSON as JSON: bytes that are changed at random are rarely JSON any more.
"""
