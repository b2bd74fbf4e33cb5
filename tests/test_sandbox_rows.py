"""What a sandbox has to hold, in 44 rows, and the tests that hold it to each: none is without one.

In: the tests beside this file, and `bench` for what is measured and never asserted. A row names tests as
`file::function`; one that is renamed or taken away fails here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache

import pytest
from packages import ROOT

_SIGNING = "tests/test_sandbox_signing.py::"
_SERVING = "tests/test_sandbox_serving.py::"
_WIRE = "tests/test_sandbox_wire.py::"
_ADMIN = "tests/test_sandbox_admin.py::"
_SLOW = "tests/test_sandbox_slow.py::"
_STRANGERS = "tests/test_sandbox_strangers.py::"
_DISK = "tests/test_sandbox_disk.py::"
_STORE = "tests/test_sandbox_store.py::"
_CALLS = "tests/test_sandbox_behaviour_calls.py::"
_LOAD = "tests/test_sandbox_load.py::"
_FUZZ = "tests/test_sandbox_fuzz.py::"
_TWO_READERS = f"{_SERVING}test_what_two_readers_could_read_differently_is_refused_and_the_connection_closed"
_OTHERS = (
    f"{_WIRE}test_pages_of_others_are_refused_before_routing",
    f"{_ADMIN}test_s20_to_s23_pages_of_others_reach_no_admin_route",
)
_SCOPES = f"{_SIGNING}test_s10_to_s12_a_scope_of_something_else_is_refused"
_TOKENS = f"{_SIGNING}test_s13_and_s14_a_temporary_key_without_its_token_is_refused"

ROWS: Mapping[str, tuple[str, ...]] = {
    "S01 no signature": (f"{_SIGNING}test_s01_a_request_without_authorization_is_refused",),
    "S02 a malformed signature": (f"{_SIGNING}test_s02_a_malformed_authorization_is_refused",),
    "S03 an unknown key": (
        f"{_SIGNING}test_s03_an_unknown_key_is_refused",
        f"{_SIGNING}test_an_unknown_key_costs_the_work_of_a_wrong_secret",
    ),
    "S04 a wrong secret": (f"{_SIGNING}test_s04_a_wrong_secret_is_refused",),
    "S05 a tampered body": (f"{_SIGNING}test_s05_a_tampered_body_is_refused",),
    "S06 a tampered signed header": (
        f"{_SIGNING}test_s06_a_tampered_signed_header_is_refused",
        f"{_SIGNING}test_any_mutation_of_a_signed_request_is_refused",
    ),
    "S07 an unsigned header of AWS": (f"{_SIGNING}test_s07_a_header_of_aws_that_is_not_signed_is_refused",),
    "S08 a signed header twice": (f"{_SIGNING}test_s08_a_signed_header_that_is_there_twice_is_refused",),
    "S09 the edge of five minutes": (
        f"{_SIGNING}test_s09_a_date_may_be_five_minutes_off",
        f"{_SIGNING}test_s09_the_time_is_the_machine_s_and_not_that_of_the_play",
    ),
    "S10 another day in the scope": (_SCOPES,),
    "S11 another region": (_SCOPES, f"{_SIGNING}test_s11_a_region_that_is_configured_is_accepted"),
    "S12 another service": (_SCOPES,),
    "S13 no session token": (_TOKENS,),
    "S14 a wrong session token": (_TOKENS, f"{_SIGNING}test_s14_a_token_is_refused_when_it_has_expired"),
    "S15 the digest of another body": (f"{_SIGNING}test_s15_a_digest_of_another_body_is_refused",),
    "S16 an unsigned body": (f"{_SIGNING}test_s16_a_body_that_is_not_signed_is_refused_by_name",),
    "S17 a presigned request": (f"{_SIGNING}test_s17_a_presigned_request_is_refused_by_name",),
    "S18 version 4a": (f"{_SIGNING}test_s18_version_4a_is_refused_by_name",),
    "S19 an exact replay": (
        f"{_SIGNING}test_s19_the_same_request_is_accepted_again",
        f"{_FUZZ}test_s43_no_request_is_answered_by_a_5xx_or_against_the_contract",
    ),
    "S20 another host": _OTHERS,
    "S21 another origin": _OTHERS,
    "S22 a preflight": (
        f"{_WIRE}test_s22_a_preflight_is_refused_without_a_word_of_cors",
        f"{_ADMIN}test_s22_a_preflight_is_refused",
    ),
    "S23 another site": _OTHERS,
    "S24 where it listens": (
        f"{_SERVING}test_s24_an_address_is_loopback_or_it_is_not",
        f"{_SERVING}test_what_cannot_be_served_is_one_line_and_a_2",
    ),
    "S25 a length and chunks": (_TWO_READERS,),
    "S26 two lengths": (_TWO_READERS,),
    "S27 folded lines": (_TWO_READERS,),
    "S28 bare line feeds": (_TWO_READERS,),
    "S29 extensions, signs and spaces": (
        _TWO_READERS,
        f"{_SERVING}test_s29_a_megabyte_of_chunk_extensions_is_refused",
        f"{_SERVING}test_s29_a_megabyte_of_extensions_over_many_chunks_is_refused",
    ),
    "S30 large headers": (
        f"{_SERVING}test_s30_a_header_section_may_have_16_kib",
        f"{_SERVING}test_s30_a_header_that_never_ends_is_refused",
    ),
    "S31 many headers": (f"{_SERVING}test_s31_more_than_100_headers_are_refused",),
    "S32 large bodies": (
        f"{_SERVING}test_s32_a_body_that_is_too_long_by_its_length_is_refused_unread",
        f"{_SERVING}test_s32_a_body_that_is_too_long_by_its_chunks_is_refused",
        f"{_SERVING}test_memory_stays_small_under_hostile_callers",
    ),
    "S33 JSON that is none": (
        f"{_WIRE}test_what_is_not_json_is_refused",
        f"{_WIRE}test_long_texts_are_refused_as_fast_as_they_are_read",
        "tests/test_sandbox_checking.py::test_what_is_not_of_the_type_is_no_matter_of_validation",
    ),
    "S34 slow callers": (
        f"{_SLOW}test_s34_a_thousand_callers_of_a_byte_a_second_are_let_go_and_the_others_answered",
        f"{_SLOW}test_s34_callers_who_keep_a_connection_and_say_nothing_more_are_let_go",
        f"{_SLOW}test_s34_a_connection_that_is_half_closed_gets_its_answer_and_no_more",
        f"{_SLOW}test_s34_callers_who_vanish_leave_nothing_behind",
        "bench/sandbox.py::_beside_slow",
    ),
    "S35 refusals before the body is read": (
        f"{_SLOW}test_s35_the_request_after_a_refusal_is_read_where_it_begins_or_not_at_all",
        f"{_SERVING}test_s35_a_refused_body_is_drained_or_the_connection_closed",
    ),
    "S36 what is somebody else's": (
        f"{_STRANGERS}test_s36_what_is_somebody_elses_is_answered_like_what_is_not_there",
        f"{_STORE}test_every_statement_on_partners_data_names_the_account",
    ),
    "S37 page tokens of somebody else's": (
        f"{_CALLS}test_a_token_that_was_tampered_with_or_is_somebody_elses_is_refused",
        f"{_CALLS}test_a_token_of_one_operation_does_not_fit_another",
    ),
    "S38 three accounts in any order": (
        "tests/test_sandbox_stateful.py::TestPartners",
        f"{_STRANGERS}test_s38_a_token_of_somebody_elses_is_as_new",
    ),
    "S39 tokens of idempotency": (
        f"{_CALLS}test_the_same_token_and_payload_get_the_same_answer_and_another_payload_a_conflict",
        f"{_CALLS}test_tokens_of_accounts_catalogs_and_operations_are_independent",
        f"{_CALLS}test_a_token_is_known_after_a_restart",
        f"{_CALLS}test_32_callers_with_equal_tokens_get_one_answer",
        f"{_LOAD}test_callers_who_come_at_once_with_one_token_get_one_engagement",
    ),
    "S40 kills": (
        f"{_LOAD}test_nothing_that_was_acknowledged_is_lost_when_the_process_is_killed",
        f"{_STORE}test_no_answered_call_is_lost_when_the_process_is_killed",
        f"{_STORE}test_sqlite_is_in_wal_mode_and_writes_through",
    ),
    "S41 databases that fail": (
        f"{_DISK}test_s41_a_file_that_may_not_grow_is_an_internal_error_and_nothing_is_half_done",
        f"{_DISK}test_s41_a_full_disk_is_an_internal_error_and_nothing_is_half_done",
        f"{_DISK}test_s41_a_file_that_cannot_be_written_is_refused_at_the_start_and_left_alone",
        f"{_DISK}test_s41_a_file_that_is_damaged_is_refused_or_answers_with_an_internal_error",
        f"{_STORE}test_a_locked_database_is_an_internal_error_and_nothing_is_half_done",
        f"{_STORE}test_a_database_that_is_locked_is_refused",
        f"{_STORE}test_a_database_of_a_newer_version_is_refused_by_name",
    ),
    "S42 bugs": (f"{_WIRE}test_s42_a_bug_is_told_to_nobody_but_the_log_on_one_line",),
    "S43 whatever comes": (
        f"{_FUZZ}test_s43_no_request_is_answered_by_a_5xx_or_against_the_contract",
        f"{_FUZZ}test_s43_requests_of_the_day_are_answered_as_well",
        f"{_FUZZ}test_s43_on_connections_that_are_kept_the_answers_are_the_same",
        f"{_FUZZ}test_a_sandbox_that_is_broken_is_found_out",
    ),
    "S44 load": ("bench/sandbox.py::tables", "bench/soak.py::main"),
}
"""Number and name of a row -> what holds it."""


@cache
def defined(file: str) -> frozenset[str]:
    """Name what a file defines or assigns at its top."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
    targets = [target for each in tree.body if isinstance(each, ast.Assign) for target in each.targets]
    return frozenset(functions | {target.id for target in targets if isinstance(target, ast.Name)})


def test_all_44_rows_are_there() -> None:
    assert [name.partition(" ")[0] for name in ROWS] == [f"S{number:02}" for number in range(1, 45)]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_held_by_tests_that_there_are(row: str) -> None:
    assert ROWS[row]
    missing = [each for each in ROWS[row] if each.partition("::")[2] not in defined(each.partition("::")[0])]
    assert missing == []


def test_what_calls_itself_a_row_is_in_the_table() -> None:
    """A test named for a row belongs to one, even where the table names others."""
    files = sorted((ROOT / "tests").glob("test_sandbox_*.py"))
    named = {name for file in files for name in defined(str(file.relative_to(ROOT))) if name.startswith("test_s")}
    numbers = {name[5:8] for name in named if name[6:8].isdigit()}
    assert numbers <= {name[:3].lower() for name in ROWS} and len(numbers) > 30
