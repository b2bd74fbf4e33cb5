"""Credentials: found in the order that is promised, renewed when refused, and shown nowhere.

boto3 and botocore are the real ones; they read files of the test alone and ask no network.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3  # type: ignore[import-untyped]
import botocore.session  # type: ignore[import-untyped]
import pytest
import runtime
from botocore.credentials import RefreshableCredentials  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError, RefreshWithMFAUnsupportedError  # type: ignore[import-untyped]
from runtime import errors

if TYPE_CHECKING:
    from templates.static import credentials, sessions, sources
    from templates.static.credentials import Credentials, Source
else:
    credentials, sessions, sources = (runtime.load(name) for name in ("credentials", "sessions", "sources"))
    Credentials = credentials.Credentials

THREADS = 64
ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "canary/SECRET/1234567890+abcdefghijk="
TOKEN = "canary-TOKEN-1234567890-abcdefghijklm=="
PARTS = {"access_key_id": ID, "secret_access_key": SECRET, "session_token": TOKEN}
KEYS = Credentials(**PARTS)
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
PROGRAM = """
import json, pathlib, sys
count = pathlib.Path(sys.argv[1])
runs = int(count.read_text() or 0) + 1
count.write_text(str(runs))
lives = json.loads(pathlib.Path(sys.argv[2]).read_text())
if runs > len(lives):
    print({secret!r}, file=sys.stderr)
    sys.exit(3)
keys = {{"AccessKeyId": f"PROGRAM{{runs}}", "SecretAccessKey": {secret!r}, "SessionToken": {token!r}}}
print(json.dumps({{"Version": 1, "Expiration": lives[runs - 1], **keys}}))
"""


@dataclass(frozen=True)
class Home:
    """A home folder with botocore's two files, and a program that prints keys and counts its runs."""

    folder: Path

    def write(self, **profiles: str) -> None:
        """Write the file of credentials: a profile's access key id each."""
        texts = (
            f"[{name}]\naws_access_key_id={key}\naws_secret_access_key={SECRET}\n" for name, key in profiles.items()
        )
        (self.folder / "credentials").write_text("".join(texts))

    def configure(self, text: str) -> None:
        (self.folder / "config").write_text(text)

    def program(self, *minutes: float) -> None:
        """Have profile `program` run one. minutes: how long the keys of each run live; further runs fail."""
        now = datetime.now(UTC)
        (self.folder / "lives").write_text(
            json.dumps([(now + timedelta(minutes=life)).isoformat() for life in minutes])
        )
        (self.folder / "runs").write_text("")
        (self.folder / "program.py").write_text(PROGRAM.format(secret=SECRET, token=TOKEN))
        command = [sys.executable, "-I", "-S", *(str(self.folder / name) for name in ("program.py", "runs", "lives"))]
        self.configure(f"[profile program]\ncredential_process = {' '.join(command)}\n")

    @property
    def runs(self) -> int:
        return int((self.folder / "runs").read_text() or 0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Home(tmp_path)


def boto3_source(profile: str) -> Source:
    return sources.find_source(None, boto3.Session(profile_name=profile), None)


def botocore_source(profile: str) -> Source:
    return sources.find_source(None, botocore.session.Session(profile=profile), None)


def profile_source(profile: str) -> Source:
    return sources.find_source(None, None, profile)


SOURCES: list[Callable[[str], Source]] = [boto3_source, botocore_source, profile_source]
every_source = pytest.mark.parametrize("source_of", SOURCES, ids=lambda made: made.__name__)


def at_once(ask: Callable[[], Any]) -> list[Any]:
    """Ask from all threads together."""
    barrier = Barrier(THREADS)

    def wait_and_ask() -> Any:
        barrier.wait()
        return ask()

    with ThreadPoolExecutor(THREADS) as pool:
        return [done.result() for done in [pool.submit(wait_and_ask) for _ in range(THREADS)]]


BAD = ["", " ", "a b", "a\r\nX: y", "a\n", "a\x00", "a\x7f", "a\t", "é", "\ud800", None, 5, b"bytes", ["x"]]


@pytest.mark.parametrize("value", BAD, ids=repr)
@pytest.mark.parametrize("name", ["access_key_id", "secret_access_key", "session_token"])
def test_a_value_that_can_be_in_no_header_is_refused_and_not_shown(name: str, value: Any) -> None:
    if (name, value) == ("session_token", None):
        assert Credentials(ID, SECRET).session_token is None
        return
    with pytest.raises(errors.ConfigurationError) as caught:
        Credentials(**{**PARTS, name: value})
    assert str(caught.value) == f"credentials: {name} is empty, or has characters that keys never have"


def test_credentials_show_the_end_of_a_long_access_key_id_alone() -> None:
    assert repr(KEYS) == "Credentials(...MPLE, **redacted**, **redacted**)"
    assert f"{Credentials('short', SECRET)}" == "Credentials(**redacted**, **redacted**, None)"


def test_credentials_are_compared_by_value_and_copied_as_themselves() -> None:
    assert Credentials(ID, SECRET, TOKEN) == KEYS
    assert Credentials(ID, SECRET) != KEYS
    assert len({KEYS, Credentials(ID, SECRET, TOKEN)}) == 1
    assert copy.copy(KEYS) is KEYS
    assert copy.deepcopy([KEYS])[0] is KEYS


def test_credentials_do_not_change() -> None:
    with pytest.raises(AttributeError):
        KEYS.secret_access_key = "other"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_credentials_are_not_pickled(protocol: int) -> None:
    with pytest.raises(TypeError) as caught:
        pickle.dumps({"credentials": KEYS}, protocol)
    assert (
        str(caught.value) == "credentials cannot be pickled: pass on what they are found with, such as a profile's name"
    )


ORDER = ["ARGUMENT", "SESSION", "PROFILE", "ENVIRONMENT", "DEFAULT"]


@pytest.mark.parametrize("given", range(len(ORDER)), ids=ORDER)
def test_each_source_wins_over_all_that_follow(home: Home, given: int, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(default="DEFAULT", mine="PROFILE")
    if given <= ORDER.index("ENVIRONMENT"):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENVIRONMENT")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    source = sources.find_source(
        Credentials("ARGUMENT", SECRET) if given <= ORDER.index("ARGUMENT") else None,
        boto3.Session("SESSION", SECRET) if given <= ORDER.index("SESSION") else None,
        "mine" if given <= ORDER.index("PROFILE") else None,
    )
    assert source.current() == Credentials(ORDER[given], SECRET)
    assert source.blocking is (ORDER[given] not in ("ARGUMENT", "ENVIRONMENT"))


def test_keys_in_the_environment_win_over_a_profile_named_there(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(mine="PROFILE")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert sources.find_source(None, None, None).current().access_key_id == "PROFILE"
    assert sources.find_source(None, None, None, {**ENVIRONMENT, "AWS_PROFILE": "mine"}).current() == KEYS
    assert botocore.session.Session().get_credentials().access_key == "PROFILE"


def test_a_region_and_keys_of_one_profile_are_found_together(home: Home) -> None:
    home.write(mine="PROFILE")
    home.configure("[profile mine]\nregion = eu-west-1\n")
    assert sessions.session_region(None, "mine") == "eu-west-1"
    assert profile_source("mine").current().access_key_id == "PROFILE"


def test_nothing_found_says_what_to_pass() -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        sources.find_source(None, None, None).current()
    assert str(caught.value) == (
        "no credentials: pass credentials=..., session=... or profile=..., or set AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY"
    )


@pytest.mark.parametrize("session", [boto3.Session, botocore.session.Session])
def test_a_session_without_credentials_is_told(session: Callable[[], object]) -> None:
    source = sources.find_source(None, session(), None)
    with pytest.raises(errors.ConfigurationError, match=r"^no credentials: the session has none$"):
        source.current()
    assert source.renewed() is None


def test_a_profile_without_credentials_is_told(home: Home) -> None:
    home.configure("[profile bare]\nregion = us-east-1\n")
    with pytest.raises(errors.ConfigurationError, match=r"^no credentials: the profile has none$"):
        profile_source("bare").current()


def test_a_profile_that_does_not_exist_is_named_when_asked(home: Home) -> None:
    home.write(mine="PROFILE")
    source = profile_source("yours")
    for ask in (source.current, lambda: sessions.session_region(None, "yours")):
        with pytest.raises(errors.ConfigurationError, match=r"ProfileNotFound: The config profile \(yours\)"):
            ask()


class Asynchronous:
    async def get_credentials(self) -> None: ...


@pytest.mark.parametrize("session", ["us-east-1", Asynchronous(), {}, SimpleNamespace(get_credentials="x")])
def test_a_session_that_is_none_is_refused(session: object) -> None:
    with pytest.raises(errors.ConfigurationError, match=r"^session: pass a Session of boto3 or botocore$"):
        sources.find_source(None, session, None)


def test_the_environment_gives_a_token_or_none() -> None:
    assert sources.find_source(None, None, None, ENVIRONMENT).current() == KEYS
    empty = {**ENVIRONMENT, "AWS_SESSION_TOKEN": ""}
    assert sources.find_source(None, None, None, empty).current() == Credentials(ID, SECRET)


@pytest.mark.parametrize("secret", [{}, {"AWS_SECRET_ACCESS_KEY": ""}])
def test_a_key_without_its_secret_is_told(secret: dict[str, str]) -> None:
    source = sources.find_source(None, None, None, {"AWS_ACCESS_KEY_ID": ID, **secret})
    with pytest.raises(errors.ConfigurationError, match="AWS_SECRET_ACCESS_KEY is not"):
        source.current()
    assert source.renewed() is None


def test_the_environment_is_read_again_after_a_refusal() -> None:
    variables = dict(ENVIRONMENT)
    source = sources.find_source(None, None, None, variables)
    assert source.renewed() is None
    variables["AWS_SESSION_TOKEN"] = "other"
    assert source.current() == KEYS
    fresh = Credentials(ID, SECRET, "other")
    assert source.renewed(KEYS) == fresh
    assert source.current() == fresh
    assert source.renewed(KEYS) == fresh, "another thread that was refused the old ones gets the new ones too"
    assert source.renewed(fresh) is None


def test_credentials_that_were_passed_are_never_renewed() -> None:
    source = sources.find_source(KEYS, None, None)
    assert source.renewed() is None
    assert source.renewed(Credentials("other", SECRET)) is None


@every_source
def test_a_program_runs_once_until_its_keys_expire(home: Home, source_of: Callable[[str], Source]) -> None:
    home.program(60)
    source = source_of("program")
    assert {source.current() for _ in range(5)} == {Credentials("PROGRAM1", SECRET, TOKEN)}
    assert home.runs == 1


@every_source
def test_a_program_runs_again_when_its_keys_are_about_to_expire(home: Home, source_of: Callable[[str], Source]) -> None:
    home.program(1, 60)
    source = source_of("program")
    assert [source.current().access_key_id for _ in range(3)] == ["PROGRAM2"] * 3
    assert home.runs == 2


@every_source
def test_a_program_runs_again_after_a_refusal(home: Home, source_of: Callable[[str], Source]) -> None:
    home.program(60, 60, 60)
    source = source_of("program")
    first = source.current()
    second = source.renewed(first)
    assert second is not None
    assert (second.access_key_id, home.runs) == ("PROGRAM2", 2)
    assert source.current() == source.renewed(first) == second
    assert home.runs == 2
    assert source.renewed() == source.current() == Credentials("PROGRAM3", SECRET, TOKEN)


@every_source
def test_a_refresh_that_fails_is_none_and_leaves_what_was_there(home: Home, source_of: Callable[[str], Source]) -> None:
    home.program(60)
    source = source_of("program")
    first = source.current()
    assert source.renewed(first) is None
    assert home.runs == 2
    assert source.current() == first
    assert home.runs == 2


def test_a_session_outlives_a_refresh_that_needs_a_device() -> None:
    def refresh() -> None:
        raise RefreshWithMFAUnsupportedError

    session = botocore.session.Session()
    expiry = datetime.now(UTC) + timedelta(hours=1)
    session._credentials = RefreshableCredentials(ID, SECRET, TOKEN, expiry, refresh, "assume-role")
    source = sources.find_source(None, session, None)
    assert source.renewed(source.current()) is None
    assert session.get_credentials().get_frozen_credentials().access_key == ID


def test_keys_that_refresh_themselves_are_made_to_after_a_refusal(home: Home) -> None:
    """As many programs do: keys of a role put on a session, with a function that gets others."""
    home.write(default="OTHER")
    expiry = datetime.now(UTC) + timedelta(hours=1)
    fresh = {"access_key": "FRESH", "secret_key": SECRET, "token": TOKEN, "expiry_time": expiry.isoformat()}
    session = botocore.session.Session()
    session._credentials = RefreshableCredentials("OLD", SECRET, TOKEN, expiry, lambda: fresh, "sts-assume-role")
    source = sources.find_source(None, boto3.Session(botocore_session=session), None)
    old = source.current()
    assert old.access_key_id == "OLD"
    assert source.renewed(old) == source.current() == Credentials("FRESH", SECRET, TOKEN)
    assert source.renewed() is None


def test_keys_of_a_session_are_read_again_where_they_were(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write(default="OLD")
    source = sources.find_source(None, boto3.Session(), None)
    old = source.current()
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, ENVIRONMENT[name])
    assert source.renewed(old) is None, "the environment's are another account's"
    home.write(default="NEW")
    assert source.renewed(old) == Credentials("NEW", SECRET)


def test_an_empty_token_in_a_file_is_none(home: Home) -> None:
    home.write(mine="PROFILE")
    with (home.folder / "credentials").open("a") as file:
        file.write("aws_session_token =\n")
    assert profile_source("mine").current() == Credentials("PROFILE", SECRET)


@every_source
def test_a_file_is_read_again_after_a_refusal(home: Home, source_of: Callable[[str], Source]) -> None:
    home.write(mine="OLD")
    source = source_of("mine")
    old = source.current()
    assert source.renewed(old) is None
    home.write(mine="NEW")
    assert source.current() == old
    assert source.renewed(old) == Credentials("NEW", SECRET)
    assert source.renewed(old) == source.current() == Credentials("NEW", SECRET)
    assert source.renewed() is None
    home.write()
    assert source.renewed() is None


def test_the_default_profile_is_read_again_after_a_refusal(home: Home) -> None:
    home.write(default="OLD")
    source = sources.find_source(None, None, None)
    old = source.current()
    home.write(default="NEW")
    assert source.renewed(old) == Credentials("NEW", SECRET)


def test_keys_of_a_session_are_never_replaced_by_those_of_another_account(home: Home) -> None:
    home.write(default="OTHER")
    session = boto3.Session("MINE", SECRET)
    source = sources.find_source(None, session, None)
    mine = source.current()
    assert source.renewed(mine) is None
    assert source.current() == mine
    session._session.set_credentials("LATER", SECRET)
    assert source.renewed(mine) == source.current() == Credentials("LATER", SECRET)


class Vault:
    """Not a session of botocore, but with its method."""

    def __init__(self) -> None:
        self.asked = 0

    def get_credentials(self) -> Any:
        self.asked += 1
        return botocore.credentials.Credentials(f"VAULT{self.asked}", SECRET, method="vault")


def test_an_object_with_the_method_alone_is_asked_again_after_a_refusal() -> None:
    source = sources.find_source(None, Vault(), None)
    assert source.current() == source.current() == Credentials("VAULT1", SECRET)
    assert source.renewed() == source.current() == Credentials("VAULT2", SECRET)


RAISED = [
    *(AttributeError(SECRET), KeyError(SECRET), FileNotFoundError(SECRET), RuntimeError(SECRET), TypeError(SECRET)),
    *(
        ValueError(SECRET),
        ImportError(SECRET),
        BotoCoreError(),
        ClientError({"Error": {"Message": SECRET}}, "AssumeRole"),
    ),
]


@pytest.mark.parametrize("raised", RAISED, ids=lambda raised: type(raised).__name__)
def test_whatever_a_session_raises_is_a_configuration_error_that_names_its_kind(raised: Exception) -> None:
    def get_credentials() -> None:
        raise raised

    source = sources.find_source(None, SimpleNamespace(get_credentials=get_credentials), None)
    with pytest.raises(errors.ConfigurationError) as caught:
        source.current()
    assert str(caught.value) == f"no credentials: botocore failed with {type(raised).__name__}"
    assert source.renewed() is None


@every_source
def test_many_threads_load_once_and_renew_once(home: Home, source_of: Callable[[str], Source]) -> None:
    home.program(60, 60)
    source = source_of("program")
    assert {keys.access_key_id for keys in at_once(source.current)} == {"PROGRAM1"}
    assert home.runs == 1
    refused = source.current()
    assert {keys.access_key_id for keys in at_once(lambda: source.renewed(refused))} == {"PROGRAM2"}
    assert home.runs == 2


def test_many_threads_get_whole_keys_from_the_environment() -> None:
    source = sources.find_source(None, None, None, ENVIRONMENT)
    assert set(at_once(source.current)) == {KEYS}


REGIONS: list[tuple[str, object, str | None, str | None]] = [
    ("boto3", lambda: boto3.Session(region_name="eu-north-1"), "mine", "eu-north-1"),
    ("boto3's profile", lambda: boto3.Session(profile_name="mine"), None, "eu-west-1"),
    ("botocore's profile", lambda: botocore.session.Session(profile="mine"), None, "eu-west-1"),
    ("a session without one, whatever the profile", lambda: boto3.Session(profile_name="bare"), "mine", None),
    ("no session of boto3's", Vault, "mine", None),
    ("a region that is no text", lambda: SimpleNamespace(region_name=5), "mine", None),
    ("a profile", lambda: None, "mine", "eu-west-1"),
    ("a profile without one", lambda: None, "bare", None),
    ("the default profile", lambda: None, None, "eu-central-1"),
]


@pytest.mark.parametrize(
    ("session", "profile", "expected"), [case[1:] for case in REGIONS], ids=[c[0] for c in REGIONS]
)
def test_the_region_is_that_of_the_session_or_else_the_profile(
    home: Home, session: Callable[[], object], profile: str | None, expected: str | None
) -> None:
    home.configure(
        "[default]\nregion = eu-central-1\n[profile mine]\nregion = eu-west-1\n[profile bare]\noutput = json\n"
    )
    assert sessions.session_region(session(), profile) == expected


def test_there_is_no_region_without_a_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sessions.session_region(None, None) is None
    monkeypatch.delenv("AWS_CONFIG_FILE")
    assert sessions.session_region(None, None) is None
    (home.folder / ".aws").mkdir()
    (home.folder / ".aws" / "config").write_text("[default]\nregion = us-west-2\n")
    assert sessions.session_region(None, None) == "us-west-2"


def test_a_file_that_cannot_be_read_names_no_region_unless_a_profile_was_passed(home: Home) -> None:
    home.configure(f"{SECRET}\n")
    assert sessions.session_region(None, None) is None
    with pytest.raises(errors.ConfigurationError, match="ConfigParseError: Unable to parse config file") as caught:
        sessions.session_region(None, "mine")
    assert_hidden(caught.value)


def failing_program() -> None:
    profile_source("program").current()


def failing_session() -> None:
    boto3_source("program").current()


def bad_profile() -> None:
    profile_source("bad").current()


def partial_profile() -> None:
    profile_source("partial").current()


def bad_arguments() -> None:
    Credentials(f"{ID}\n", SECRET, TOKEN)


def bad_environment() -> None:
    sources.find_source(None, None, None).current()


def failing_call() -> None:
    source = sources.find_source(KEYS, None, None)
    keys = source.current()
    raise errors.ConfigurationError(f"{source} {keys} {[keys]}")


def refused_session() -> None:
    sources.find_source(None, {}, None)


FAILURES = [
    *(failing_program, failing_session, bad_profile, partial_profile),
    *(bad_arguments, bad_environment, failing_call, refused_session),
]


def assert_hidden(error: BaseException) -> None:
    """Neither the error's text nor any frame's variables show a key."""
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    frames = [str(frame.f_locals) for frame, _ in traceback.walk_tb(error.__traceback__)]
    for text in (shown, str(error), repr(error), *frames):
        assert "canary" not in text


@pytest.mark.parametrize("failing", FAILURES, ids=lambda failing: failing.__name__)
def test_no_failure_shows_a_key(home: Home, failing: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    home.program()
    with (home.folder / "config").open("a") as file:
        file.write(f"[profile bad]\naws_access_key_id={ID}\naws_secret_access_key={SECRET} é\n")
        file.write(f"[profile partial]\naws_access_key_id={SECRET}\n")
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, ENVIRONMENT[name])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", f"{ID}\t")
    with pytest.raises(errors.ConfigurationError) as caught:
        failing()
    assert caught.value.__context__ is None, "what botocore raised holds its frames"
    assert_hidden(caught.value)


def test_a_program_that_fails_is_told_without_what_it_printed(home: Home) -> None:
    home.program()
    with pytest.raises(
        errors.ConfigurationError, match=r"^no credentials: botocore failed with CredentialRetrievalError$"
    ):
        profile_source("program").current()


@every_source
def test_no_log_shows_a_key(home: Home, source_of: Callable[[str], Source], caplog: pytest.LogCaptureFixture) -> None:
    home.program(1, 60, 60)
    with caplog.at_level(logging.DEBUG):
        source = source_of("program")
        logging.getLogger("test").debug("%s %r %s", source.current(), source, [source.renewed()])
    assert home.runs == 3
    assert len(caplog.records) > 1
    assert "canary" not in caplog.text


@pytest.mark.parametrize("source", [KEYS, sources.find_source(KEYS, None, None)], ids=["keys", "source"])
def test_no_text_of_them_shows_a_key(source: object) -> None:
    for text in (repr(source), str(source), f"{source}", f"{source!r:>5}", f"{[source]}", f"{copy.deepcopy(source)}"):
        assert "canary" not in text


WITHOUT = """
import json, sys
{block}
from importlib import import_module
import importlib.util
spec = importlib.util.spec_from_file_location("r", {init!r}, submodule_search_locations=[{folder!r}])
sys.modules["r"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["r"])
found, sessions = import_module("r.sources"), import_module("r.sessions")
def told(ask):
    try:
        return str(ask())
    except import_module("r.errors").ConfigurationError as error:
        return str(error)
print(json.dumps([told(lambda: {ask}), sorted(name for name in sys.modules if name.startswith("boto"))]))
"""


def fresh(ask: str, block: str = "") -> tuple[str, list[str]]:
    """Ask in a fresh interpreter; give what was told, and the modules of botocore that were loaded."""
    folder = runtime.FOLDER
    text = WITHOUT.format(block=block, init=str(folder / "__init__.py"), folder=str(folder), ask=ask)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    answer, loaded = json.loads(done.stdout)
    return answer, loaded


BLOCK = "sys.modules['botocore'] = None"


@pytest.mark.parametrize("profile", [None, "mine"])
def test_without_botocore_the_message_names_it(profile: str | None) -> None:
    answer, _ = fresh(f"found.find_source(None, None, {profile!r}).current()", BLOCK)
    assert answer.endswith("; profiles and roles need botocore, which is not installed")
    assert "AWS_ACCESS_KEY_ID" in answer


def test_without_botocore_the_environment_is_enough(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.configure("[default]\nregion = us-west-2\n")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert fresh("found.find_source(None, None, None).current()", BLOCK)[0] == str(KEYS)
    assert fresh("sessions.session_region(None, None)", BLOCK)[0] == "None"
    assert "which is not installed" in fresh("sessions.session_region(None, 'mine')", BLOCK)[0]


LAZY = ["None", "sessions.session_region(None, None)", "found.find_source(None, None, None)"]


@pytest.mark.parametrize("ask", [*LAZY, "found.find_source(None, None, 'mine').blocking"])
def test_botocore_is_not_loaded_before_it_is_needed(ask: str) -> None:
    assert fresh(ask)[1] == []


def test_botocore_is_loaded_when_it_is_needed(home: Home) -> None:
    home.write(mine="PROFILE")
    answer, loaded = fresh("found.find_source(None, None, 'mine').current().access_key_id")
    assert answer == "PROFILE"
    assert "botocore.session" in loaded
