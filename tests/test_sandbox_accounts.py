"""Credentials files: who may call, and what is wrong with a file, without a word of what is secret in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from codegen.diagnostics import Diagnostics
from codegen.sandbox.accounts import TEST_KEYS, Key, read_accounts

ENTRY = {"account": "111122223333", "key": "AKIDOFTHETESTS000000", "secret": "a-secret"}


def written(folder: Path, content: Any) -> Path:
    path = folder / "keys.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_a_file_gives_keys_by_their_id(tmp_path: Path) -> None:
    temporary = {**ENTRY, "key": "ASIAOFTHETESTS000000", "token": "a-token", "expires": "2025-01-01T00:00:00Z"}
    found = read_accounts(written(tmp_path, {"accounts": [{**ENTRY, "token": None}, temporary]}))
    assert found == {
        "AKIDOFTHETESTS000000": Key("111122223333", "AKIDOFTHETESTS000000", "a-secret"),
        "ASIAOFTHETESTS000000": Key(
            "111122223333", "ASIAOFTHETESTS000000", "a-secret", "a-token", datetime(2025, 1, 1, tzinfo=UTC)
        ),
    }
    assert "a-secret" not in repr(found) and "a-token" not in repr(found)
    assert not found.keys() & TEST_KEYS.keys()


def test_the_keys_that_everybody_knows_are_those_of_the_documents() -> None:
    assert {key.key: (key.account, key.secret) for key in TEST_KEYS.values()} == {
        "SANDBOXKEY1111222233": ("111122223333", "sandbox-secret-111122223333"),
        "SANDBOXKEY4444555566": ("444455556666", "sandbox-secret-444455556666"),
    }


LIST = 'must be an object with "accounts", a list of at least one key'
WRONG: dict[str, tuple[Any, str]] = {
    "no JSON": (b'{"accounts": [a-secret', "the text is not JSON: line 1, column 15"),
    "not UTF-8": (b"\xff", "the text is not UTF-8"),
    "a key twice in an object": (b'{"accounts": 1, "accounts": 2}', "an object has the same key twice"),
    "a list": ([ENTRY], LIST),
    "nothing": ({}, LIST),
    "no keys": ({"accounts": []}, LIST),
    "a text": ({"accounts": ["a-secret"]}, '"accounts"[0] must be an object'),
    "an unknown member": ({"accounts": [{**ENTRY, "Token": "x"}]}, '"accounts"[0] has an unknown key "Token"'),
    "no account": (
        {"accounts": [{**ENTRY, "account": None}]},
        '"accounts"[0]: "account" must be a string of 12 digits',
    ),
    "a number for an account": (
        {"accounts": [ENTRY, {**ENTRY, "account": 111122223333}]},
        '"accounts"[1]: "account" must be a string of 12 digits',
    ),
    "a short key": (
        {"accounts": [{**ENTRY, "key": "AKID"}]},
        '"accounts"[0]: "key" must be a string of 16 to 128 letters and digits',
    ),
    "a key with a slash": (
        {"accounts": [{**ENTRY, "key": "AKIDOFTHETESTS/00000"}]},
        '"accounts"[0]: "key" must be a string of 16 to 128 letters and digits',
    ),
    "no secret": (
        {"accounts": [{**ENTRY, "secret": ""}]},
        '"accounts"[0]: "secret" must be a string of visible ASCII characters',
    ),
    "a secret with a line end": (
        {"accounts": [{**ENTRY, "secret": "a-secret\n"}]},
        '"accounts"[0]: "secret" must be a string of visible ASCII characters',
    ),
    "a token that no header can have": (
        {"accounts": [{**ENTRY, "token": "a-secret\n"}]},
        '"accounts"[0]: "token" must be a string of visible ASCII characters',
    ),
    "no time": (
        {"accounts": [{**ENTRY, "expires": "soon"}]},
        '"accounts"[0]: "expires" must be a time such as 2025-01-01T00:00:00Z',
    ),
    "a key twice": ({"accounts": [ENTRY, ENTRY]}, "the same key stands there twice"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_file_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    content, message = WRONG[name]
    path = written(tmp_path, content)
    with pytest.raises(Diagnostics) as found:
        read_accounts(path)
    assert str(found.value) == f"{path}: error: {message} [credentials]"
    assert "a-secret" not in str(found.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with pytest.raises(Diagnostics) as found:
        read_accounts(path)
    assert str(found.value) == f"{path}: error: no such file or folder [missing]"
    with pytest.raises(Diagnostics) as found:
        read_accounts(tmp_path)
    assert str(found.value) == f"{tmp_path}: error: a folder stands where a file belongs [not-a-file]"
