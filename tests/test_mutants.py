"""Break a generated package in one named way, and the case that is named with it must fail: no case passes for nothing.

A mutant is a text in one of the package's files and what to put in its place, wherever it stands. One whose text is not
found fails: it would prove nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from casting import imported, write_tree
from packages import NEW
from suites import CHECKS, cases_of, files_of, run_suite


@dataclass(frozen=True)
class Mutant:
    name: str
    path: str
    old: str
    new: str
    kills: tuple[str, ...]
    spec: str = "everything"


def mutants(path: str, *rows: tuple[str, str, str, str], spec: str = "everything") -> list[Mutant]:
    """Give the mutants of a file: name, what is replaced, by what, and the cases that it kills."""
    return [Mutant(name, path, old, new, tuple(kills.split(" ")), spec) for name, old, new, kills in rows]


MUTANTS = [
    *mutants(
        "models/_types.py",
        (
            "drop a minimum length",
            "min_length=1,\n        max_length=16",
            "max_length=16",
            "Tag.Key:length-min-outside",
        ),
        ("drop a maximum length", "        max_length=40,\n", "", "PutThingRequest.Name:length-max-outside"),
        ("raise a minimum length", "min_length=4,", "min_length=5,", "PutThingRequest.Narrow:length-min-inside"),
        ("lower a maximum length", "max_length=6,", "max_length=5,", "PutThingRequest.Narrow:length-max-inside"),
        ("loosen a pattern", r'"\\A[0-9a-z]+\\z"', r'"[0-9a-z]+"', "Tag.Key:pattern-bad-2"),
        ("tighten a pattern", r'"\\A[0-9a-z]+\\z"', r'"\\A[1-9a-z]+\\z"', "Tag.Key:pattern-good-1"),
        ("allow a newline", r'"\\A[0-9a-z]+\\z"', r'"\\A[0-9a-z]+\\n?\\z"', "Tag.Key:pattern-bad-newline"),
        (
            "forget a look-ahead",
            'engine="rust", negated=True',
            'engine="rust"',
            "PutThingRequest.NoTags:pattern-good-1",
        ),
        ("drop a minimum", "min=1,\n        max=100", "max=100", "PutThingRequest.Count:range-min-outside"),
        ("drop a maximum", "        max=100,\n", "", "PutThingRequest.Count:range-max-outside"),
        ("raise a minimum", "min=10,", "min=11,", "PutThingRequest.Huge:range-min-inside"),
        ("lower a maximum", "max=1.5", "max=1.4", "PutThingRequest.Ratio:range-max-inside"),
        (
            "shrink a long to an integer",
            "max=9223372036854775807",
            "max=2147483647",
            "PutThingRequest.Big:range-max-inside",
        ),
        ("drop a number of bytes", "        max_length=4,\n", "", "PutThingRequest.Blob:length-max-outside"),
        ("write seconds as text", '"epoch-seconds"', '"date-time"', "PutThingRequest:valid-full"),
    ),
    *mutants(
        "models/__init__.py",
        (
            "drop a required",
            'label: Annotated[Name, Field(alias="Label")]',
            'label: Annotated[Name | None, Field(alias="Label")] = None',
            "Tree.Label:required-missing Tree.Label:required-missing@PutThingRequest",
        ),
        (
            "require a token",
            'client_token: Annotated[Token | None, Field(alias="ClientToken")] = None',
            'client_token: Annotated[Token, Field(alias="ClientToken")]',
            "PutThingRequest.ClientToken:token-optional PutThingRequest.ClientToken:token-missing",
        ),
        (
            "require an optional member",
            'byte: Annotated[Byte | None, Field(alias="Byte")] = None',
            'byte: Annotated[Byte, Field(alias="Byte")]',
            "PutThingRequest:valid-minimal",
        ),
        ("rename an attribute", "    two_words: ", "    twoWords: ", "PutThingRequest:valid-full"),
        ("misspell a member", 'alias="Two-Words"', 'alias="TwoWords"', "PutThingRequest:valid-full"),
        ("drop a value of an enum", '    GREEN = "GREEN"\n', "", "PutThingRequest.Color:enum-value[GREEN]"),
        ("misspell a value of an enum", '"dark blue"', '"dark-blue"', "PutThingRequest.Color:enum-value"),
        (
            "drop a value of a long enum",
            '    U = "U"\n',
            "",
            "PutThingRequest.Letter:enum-values PutThingResponse.Letter:answer-enum-values",
        ),
        (
            "drop a list's maximum",
            "Annotated[list[Tree], Items(max=2)]",
            "list[Tree]",
            "Tree.Branches:length-max-outside",
        ),
        ("drop a list's minimum", "Items(min=2, max=3)", "Items(max=3)", "PutThingRequest.Pairs:length-min-outside"),
        ("lower a long list's maximum", "max=2000", "max=1999", "PutThingRequest.Many:length-max-inside"),
        (
            "drop a map's maximum",
            "dict[Key, Name], Items(min=1, max=3)",
            "dict[Key, Name], Items(min=1)",
            "PutThingRequest.Tags:length-max-outside",
        ),
        ("allow an item twice", ", unique=True", "", "PutThingRequest.Names:unique-twice"),
        ("fill the holes", "Items(sparse=True)", "Items()", "PutThingRequest.Holes[]:null-kept"),
        ("drop an arm", '    name: Annotated[Name | None, Field(alias="Name")] = None\n', "", "Choice.Name:union-arm"),
        ("show what is sensitive", ", SENSITIVE]", "]", "PutThingRequest.Password:sensitive-hidden"),
    ),
    *mutants(
        "_runtime/composite.py",
        (
            "accept unknown arguments",
            'extra="forbid"',
            'extra="ignore"',
            "PutThingRequest:unknown-member Tree:unknown-member@PutThingRequest",
        ),
        ("misname unknown arguments", '"unknown", reason)', '"type", reason)', "Choice:union-unknown-arm"),
        (
            "write null",
            "            if value is not None:\n                written",
            "            if value is not None or attribute in self.model_fields_set:\n                written",
            "PutThingRequest.from:null-is-unset",
        ),
        (
            "lose the token",
            "            if value is not None:\n                written",
            '            if value is not None and wire != "ClientToken":\n                written',
            "PutThingRequest.ClientToken:token-kept",
        ),
        (
            "lose unknown members",
            "return {**written, **copied(extra[_UNKNOWN])} if extra else written",
            "return written",
            "PutThingResponse:answer-unknown-member",
        ),
        (
            "require when reading",
            "None if item is None else plan.kind.read(item)",
            "None if item is None and not plan.required else plan.kind.read(item)",
            "PutThingResponse.Id:answer-required-missing PutThingResponse:answer-minimal",
        ),
        (
            "refuse null when reading",
            "None if item is None else plan.kind.read(item)",
            "None if plan.wire not in value else plan.kind.read(item)",
            "PutThingResponse.Level:answer-null",
        ),
        ("lose the path", "mismatch.steps.append(plan.wire)", "pass", "PutThingResponse.Id:answer-wrong-type"),
        (
            "show what is sensitive whatever its mark",
            "REDACTED if plan.sensitive else value",
            "value",
            "PutThingRequest.Password:sensitive-hidden",
        ),
    ),
    *mutants(
        "_runtime/shapes.py",
        ("accept a union of nothing", "count != 1", "count > 1", "Choice:union-none"),
        ("accept two arms", "count != 1", "count == 0", "Choice:union-two"),
        (
            "lose an unknown arm",
            "return next((Unknown(tag, value) for tag, value in unknown_members(self).items()), None)",
            "return None",
            "Choice:answer-union-unknown",
        ),
    ),
    *mutants(
        "_runtime/containers.py",
        ("accept null items", "elif not kind.items.sparse:", "elif False:", "PutThingRequest.Names[]:null-item"),
        ("lose the index", "trail.at(str(index))", "trail", "PutThingRequest.Names[]:length-max-outside"),
    ),
    *mutants(
        "_runtime/text.py",
        (
            "count in UTF-16",
            'check_length(len(value), self.min_length, self.max_length, "character")',
            'check_length(len(value.encode("utf-16-le")) // 2, self.min_length, self.max_length, "character")',
            "PutThingRequest.ClientToken:length-code-points",
        ),
        (
            "enforce when reading",
            "if isinstance(value, str):\n            return value",
            "if isinstance(value, str) and not any(self.check(value)):\n            return value",
            "PutThingResponse.Id:answer-out-of-bounds-pattern-bad-1",
        ),
        (
            "read anything as text",
            'raise Mismatch("a string", value)',
            "return str(value)",
            "PutThingResponse.Id:answer-wrong-type",
        ),
        (
            "write bytes as they are",
            'base64.b64encode(value).decode("ascii")',
            "value.decode()",
            "PutThingResponse:answer-full",
        ),
        (
            "show a sensitive value in a message",
            '"pattern", f"does not match',
            '"pattern", f"{value} does not match',
            "PutThingRequest.Password:pattern-bad-1",
        ),
    ),
    *mutants(
        "_runtime/numeric.py",
        (
            "convert text",
            "core_schema.bool_schema(strict=True)",
            "core_schema.bool_schema()",
            "PutThingRequest.Flag:wrong-type",
        ),
    ),
    *mutants(
        "_runtime/kinds.py",
        (
            "open an enum in requests",
            "elif value not in self.members:",
            "elif False:",
            "PutThingRequest.Color:enum-unknown",
        ),
        (
            "close an enum in answers",
            "            return self.members.get(value, value)",
            "            return self.members[value]",
            "PutThingResponse.Color:answer-enum-unknown",
        ),
        (
            "read enums as text",
            "            return self.members.get(value, value)",
            "            return value",
            "PutThingResponse.Color:answer-enum-value",
        ),
    ),
    *mutants(
        "_runtime/moments.py",
        (
            "lose digits of a fraction",
            "    if wire is not None:\n        return wire",
            "    if wire is not None and not isinstance(wire, str):\n        return wire",
            "PutThingResponse.Day:answer-timestamp-fraction-9",
        ),
        ("misread a fraction", '.ljust(6, "0")[:6]', "[:6]", "PutThingResponse.When:answer-timestamp-fraction-3"),
        (
            "ignore an offset",
            '-minutes if text[0] == "-" else minutes',
            "0",
            "PutThingResponse.Day:answer-timestamp-offset",
        ),
        (
            "read milliseconds",
            "timedelta(seconds=value)",
            "timedelta(milliseconds=value)",
            "PutThingResponse.When:answer-timestamp-epoch",
        ),
    ),
    *mutants(
        "errors.py",
        ("swap two errors", '"CodeError": CodeError,', '"CodeError": ThingError,', "CodeError:error-type"),
        ("lose an alias", '    "OldThingError": ThingError,\n', "", "ThingError:error-alias[OldThingError]"),
        ("flip a flag", "    throttling = True\n", "", "Throttling:error-type"),
        ("lose a flag", "    retryable = True\n", "", "Throttling:error-type"),
        ("lose the advice", '    suggested_action = "Think again."\n', "", "ThingError:error-type"),
        ("return another member", "return self.details.color", "return self.details.raw", "ThingError:error-type"),
        ("take a member for the code", '    "CodeError": True,\n', "", "error-unknown:code-is-member[CodeError]"),
    ),
    *mutants(
        "_runtime/errors.py",
        ("keep the namespace", 'name[name.find("#") + 1 :].strip()', "name.strip()", "ThingError:error-type-namespace"),
        ("keep the URI", 'code.partition(":")[0]', "code", "ThingError:error-type-uri ThingError:error-header-uri"),
        (
            "ignore the header",
            '(header, body.get("__type"))',
            '(body.get("__type"),)',
            "ThingError:error-header ThingError:error-header-only",
        ),
        (
            "prefer __type to the header",
            '(header, body.get("__type"))',
            '(body.get("__type"), header)',
            "ThingError:error-header-first",
        ),
        (
            "prefer code to __type",
            '(header, body.get("__type"))',
            '(header, body.get("code"), body.get("__type"))',
            "ThingError:error-type-second",
        ),
        ("ignore code", "return name if name and", "return None if name and", "ThingError:error-code"),
        (
            "take an empty __type",
            "(code := sanitized(candidate))",
            "(code := sanitized(candidate)) is not None",
            "ThingError:error-type-empty",
        ),
        ("know message only", '("message", "Message")', '("message",)', "ThingError:error-message-upper"),
        ("know Message only", '("message", "Message")', '("Message",)', "ThingError:error-message-lower"),
        (
            "make a message up",
            "if isinstance(text := body.get(key), str)), None)",
            'if isinstance(text := body.get(key), str)), "")',
            "ThingError:error-message-null ThingError:error-message-absent",
        ),
        (
            "go by the status",
            'classes.get(code or "",',
            'classes.get((code or "") if http_status != 418 else "",',
            "ThingError:error-status",
        ),
        (
            "need a status",
            'classes.get(code or "",',
            'classes.get((code or "") if http_status else "",',
            "ThingError:error-no-status",
        ),
        (
            "break on a body that is no JSON",
            "except (ValueError, RecursionError):",
            "except RecursionError:",
            "error-unknown:body-no-json",
        ),
        ("lose the request id", '"x-amzn-requestid"', '"x-request-id"', "ThingError:error-header"),
    ),
    *mutants(
        "models/events.py",
        ("misspell a detail type", '"Thing Put"', '"Thing Get"', "ThingPut:event-full"),
    ),
    *mutants(
        "_runtime/events.py",
        (
            "ignore the source",
            "key == (found.expected_source, found.expected_detail_type)",
            "key[1] == found.expected_detail_type",
            "ThingPut:event-other-source",
        ),
        (
            "break on an unknown event",
            "found.expected_detail_type)), Event)",
            "found.expected_detail_type)))",
            "ThingPut:event-unknown-type",
        ),
        ("lose what is unknown in a payload", '_object(value.get("detail"))', "{}", "ThingPut:event-unknown-member"),
        (
            "make a payload up",
            "if isinstance(value, Mapping) else {}",
            "if value else {'Id': 'a'}",
            "ThingPut:event-minimal",
        ),
    ),
    *mutants(
        "models/_types.py",
        (
            "drop the title's length",
            '        max_length=40,\n    ),\n]\n"""Title of an',
            '    ),\n]\n"""Title of an',
            "CreateEngagementRequest.Title:length-max-outside",
        ),
        spec=NEW,
    ),
    *mutants(
        "errors.py",
        (
            "swap two errors of the service",
            '"ConflictException": ConflictException,',
            '"ConflictException": AccessDeniedException,',
            "ConflictException:error-header",
        ),
        spec=NEW,
    ),
]


def mutated(mutant: Mutant) -> Mapping[str, str]:
    """Give the package's files, one of them broken."""
    files = files_of(mutant.spec)
    text = files[mutant.path]
    assert mutant.old in text, f"{mutant.path} has no {mutant.old!r}: there is nothing to break"
    return {**files, mutant.path: text.replace(mutant.old, mutant.new)}


def _failure(package: Any, spec: str, name: str) -> Exception | None:
    """Run one case; give what it fails with."""
    checks = importlib.import_module(f"{package.__name__}.conformance.checks")
    group, case = next((group, case) for group, case in cases_of(spec) if case["id"] == name)
    try:
        getattr(checks, CHECKS[group])(case)
    except Exception as failure:  # whatever it is, pytest would report it
        return failure
    return None


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_killed(mutant: Mutant) -> None:
    with imported(mutated(mutant)) as package:
        survived = [name for name in mutant.kills if _failure(package, mutant.spec, name) is None]
    assert survived == []


@pytest.mark.parametrize("spec", ["everything", NEW])
def test_without_a_mutation_the_same_cases_pass(spec: str) -> None:
    with imported(files_of(spec)) as package:
        killers = {name for mutant in MUTANTS if mutant.spec == spec for name in mutant.kills}
        assert [name for name in sorted(killers) if _failure(package, spec, name)] == []


def test_every_kind_of_case_kills_a_mutant() -> None:
    """Of calls, `test_mutants_clients` says so."""
    kinds = {case["id"]: case["kind"] for group, case in cases_of("everything") if group != "calls"}
    killing = {kinds[name] for mutant in MUTANTS if mutant.spec == "everything" for name in mutant.kills}
    print(f"{len(MUTANTS)} mutants, of {len(killing)} kinds of case")
    assert sorted(set(kinds.values()) - killing) == []


def test_names_of_mutants_are_unique() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


def test_pytest_reports_a_mutant(tmp_path: Path) -> None:
    mutant = next(one for one in MUTANTS if one.name == "drop a maximum length")
    write_tree(tmp_path / "broken", mutated(mutant))
    done = run_suite(tmp_path, "broken")
    assert done.returncode == 1, done.stdout[-2000:]
    assert f"[{mutant.kills[0]}]" in done.stdout
    assert "demanded by PutThingRequest.Name:length, stated in manual#Name" in done.stdout
