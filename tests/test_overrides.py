"""Templates of a project's own: what they change, which are stale, and what is said of those that are none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import black
import pytest
from black.mode import TargetVersion
from black.parsing import InvalidInput
from casting import imported
from commands import speccast
from strategies import BREAKOUTS, CANARY, Spec, model_of, spec_of, structure
from suites import BARE

from codegen import overrides
from codegen.diagnostics import Diagnostics
from codegen.emit.filters import LINE_LENGTH
from codegen.emit.templates import templates_of
from codegen.overrides import Overrides, base_line, our_text, ours, read_overrides, stale_overrides
from codegen.pipeline import Options, generate

ERRORS = "package/errors.py.j2"
MODELS = "models/class.j2"
ENUM = "models/enum.j2"
AGENT = "static/user_agent.py"
VECTORS = "conformance/vectors.py"
CALLS = "conformance/test_calls.py.j2"
INIT = "package/__init__.py.j2"
MODE = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
SHAPES: Spec = {
    "SendRequest": structure(Text="Text", Kind="Kind"),
    "Text": {"type": "string"},
    "Kind": {"type": "enum", "values": ["A"]},
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that paths are shown as `overrides/...`."""
    monkeypatch.chdir(tmp_path)


def put(path: str, text: str, line: str | None = None) -> Path:
    """Write an override; `line` is its first."""
    target = Path("overrides", path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f"{base_line(path) if line is None else line}\n{text}", encoding="utf-8", newline="\n")
    return target


def edit(path: str, old: str, new: str) -> Path:
    """Override a template of ours with one passage changed."""
    text = our_text(path)
    assert text.count(old) == 1
    return put(path, text.replace(old, new))


def found() -> Overrides:
    return read_overrides(Path("overrides"))


SPEC = spec_of(SHAPES, errors={"Refused": {"documentation": "No."}})


def files(spec: Spec = SPEC) -> Mapping[str, str]:
    return generate(model_of(spec), Options(overrides=found())).files


@cache
def plain() -> Mapping[str, str]:
    return generate(model_of(SPEC)).files


def changed(new: Mapping[str, str]) -> set[str]:
    old = plain()
    return {path for path in {*new, *old} if new.get(path) != old.get(path)} - {"MANIFEST.json"}


def said(spec: Spec = SPEC) -> str:
    with pytest.raises(Diagnostics) as caught:
        files(spec)
    return caught.value.text()


# ----------------------------------------------------------------------------------------------------- what they change


def test_copies_of_all_templates_change_nothing() -> None:
    for path in ours():
        put(path, our_text(path))
    assert len(found().found) == len(ours()) > 60
    assert changed(files()) == set()


def test_a_template_of_the_package_is_replaced() -> None:
    edit(ERRORS, "__all__ = [\n", 'CONTACT = "api@example.com"\n\n__all__ = [\n')
    made = files()
    assert changed(made) == {"errors.py"}
    with imported(made) as package:
        assert package.errors.CONTACT == "api@example.com" and package.errors.Refused


def test_a_template_of_models_is_replaced_and_may_begin_with_a_decorator() -> None:
    edit(MODELS, "class {{ view.name }}", "@final\nclass {{ view.name }}")
    edit("package/models/__init__.py.j2", "if TYPE_CHECKING:\n", "from typing import final\n\nif TYPE_CHECKING:\n")
    edit(ENUM, '    """{{ view.doc|docstring }}"""\n', '    """{{ view.doc|docstring }}"""\n\n    origin = "spec"\n')
    made = files()
    assert changed(made) == {"models/__init__.py"}
    with imported(made) as package:
        assert package.models.SendRequest.__final__ and package.models.Kind.origin == "spec"


def test_a_file_of_the_runtime_and_one_of_the_suite_are_replaced_and_formatted() -> None:
    edit(AGENT, 'RUNTIME = "1"', "RUNTIME = '1-acme'")
    put(VECTORS, our_text(VECTORS) + "X = {'a':1}\n")
    edit(CALLS, "from __future__ import annotations\n", "from __future__ import annotations\nX = {'a':1}\n")
    made = files()
    assert changed(made) == {"_runtime/user_agent.py", "conformance/vectors.py", "conformance/test_calls.py"}
    assert 'RUNTIME = "1-acme"' in made["_runtime/user_agent.py"]
    assert [path for path in changed(made) if black.format_str(made[path], mode=MODE) != made[path]] == []


def test_what_an_override_includes_may_be_overridden_too() -> None:
    put(ENUM, our_text(ENUM))
    put(ERRORS, '{% include "package/__init__.py.j2" %}\n')
    put(INIT, "X = 1\n")
    assert files()["errors.py"] == files()["__init__.py"] == "X = 1\n"


def test_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    target = edit(ERRORS, "__all__ = [\n", "A = 1\n\n__all__ = [\n")
    before = found()
    target.write_bytes(b"\xef\xbb\xbf" + target.read_bytes().replace(b"\n", b"\r\n"))
    assert found() == before


def test_no_folder_and_an_empty_one_are_the_same() -> None:
    Path("overrides").mkdir()
    assert found() == read_overrides(None) == Overrides()
    assert Overrides().digest == ""
    assert changed(files()) == set()


def test_the_digest_is_that_of_what_is_printed() -> None:
    put(ERRORS, "x = 1\n")
    first = found().digest
    put(ERRORS, "x = 1\n", "{# speccast base: 0000000000000000 #}")
    assert found().digest == first != ""
    put(ERRORS, "x = 2\n")
    second = found().digest
    put(INIT, "x = 2\n")
    assert len({first, second, found().digest}) == 3


def test_hidden_files_and_leftovers_of_editors_are_nobodys() -> None:
    for name in (".gitkeep", "errors.py.j2~", ".errors.py.j2.swp", "errors.py.j2.swp", "#errors.py.j2#", ".git/config"):
        target = Path("overrides/package", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("?")
    (Path("overrides/static/__pycache__")).mkdir(parents=True)
    Path("overrides/static/__pycache__/wire.cpython-311.pyc").write_bytes(b"\xff")
    assert found() == Overrides()


def test_a_link_within_the_folder_is_a_file_like_any() -> None:
    put(ERRORS, "x = 1\n").rename("overrides/.shared")
    Path("overrides", ERRORS).symlink_to("../.shared")
    assert [(one.path, one.text) for one in found().found] == [(ERRORS, "x = 1\n")]


def test_every_file_has_a_template_that_can_be_replaced_but_data() -> None:
    without = [path for path in plain() if not set(templates_of(path)) & set(ours())]
    assert without == ["conformance/cases.json", "conformance/cases.schema.json", "py.typed", "MANIFEST.json"]


# ------------------------------------------------------------------------------------------------- which cannot be read


def refused() -> str:
    with pytest.raises(Diagnostics) as caught:
        found()
    return caught.value.text()


def test_the_folder_has_to_be_there() -> None:
    assert refused() == (
        'overrides: error: no such folder, though "templates" of [tool.speccast] names it; make it, or run: '
        "speccast override PATH [template]"
    )


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("package/error.py.j2", 'did you mean "package/errors.py.j2"?'),
        ("package/errors.py", 'did you mean "package/errors.py.j2"?'),
        ("static/README.md", "`speccast override` lists them"),
        ("pages/diff.html.j2", "what can be replaced stands in conformance, models, package and static"),
        ("starter/service.json", "what can be replaced stands in conformance, models, package and static"),
        ("errors.py.j2", "what can be replaced stands in conformance, models, package and static"),
    ],
)
def test_a_file_that_replaces_nothing_is_refused(path: str, meant: str) -> None:
    Path("overrides", path).parent.mkdir(parents=True)
    Path("overrides", path).write_text("x")
    assert refused() == f'overrides/{path}: error: there is no template "{path}" [template]\n  speccast: note: {meant}'


@pytest.mark.parametrize("path", [ERRORS, MODELS, AGENT])
@pytest.mark.parametrize("line", ["", "{# speccast base: 12 #}", "speccast base: 0123456789abcdef", "  "])
def test_the_first_line_has_to_name_the_base(path: str, line: str) -> None:
    put(path, "x = 1\n", line)
    wanted = base_line(path)
    assert refused() == (
        f'overrides/{path}:1:1: error: the first line must say what this was made from; add "{wanted}", or run: '
        f"speccast override {path} --rebase [template]"
    )


def test_the_first_line_is_a_comment_in_the_language_of_the_file() -> None:
    put(ERRORS, "x = 1\n", base_line(AGENT))
    put(AGENT, "x = 1\n", base_line(ERRORS))
    assert [line.split(": error: ")[0] for line in refused().splitlines()] == [
        f"overrides/{ERRORS}:1:1",
        f"overrides/{AGENT}:1:1",
    ]


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    Path("overrides/package").mkdir(parents=True)
    Path("outside").mkdir()
    Path("outside/errors.py.j2").write_text("x")
    Path("overrides", ERRORS).symlink_to(tmp_path / "outside/errors.py.j2")
    Path("overrides/static").symlink_to(tmp_path / "outside")
    said = "error: a symbolic link leads out of the folder; put the file itself here [template]"
    assert refused() == f"overrides/{ERRORS}: {said}\noverrides/static: {said}"


def test_what_is_no_text_of_a_sensible_size_is_refused() -> None:
    put(ERRORS, "").write_bytes(base_line(ERRORS).encode() + b"\n\xff\n")
    put(INIT, "#" * overrides.MAX_BYTES)
    Path("overrides/static").mkdir()
    os.mkfifo(f"overrides/{AGENT}")
    assert refused() == (
        f"overrides/{INIT}: error: larger than 1 MiB [template]\n"
        f"overrides/{ERRORS}:2:1: error: byte 0xff is not UTF-8; save the file as UTF-8 [template]\n"
        f"overrides/{AGENT}: error: a pipe or device stands where a file belongs [not-a-file]"
    )


# ---------------------------------------------------------------------------------------------- which cannot be printed

SEE = "\n  speccast: note: docs/templates.md says what each template gets"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ view. }}\n", "3:1: error: no template: expected name or number [template]"),
        (
            "{% fro a in b %}",
            "2:1: error: no template: encountered unknown tag 'fro' [template]",
        ),
        ("\n\n{{ a|upper }}", "4:1: error: no template: no filter named 'upper' [template]"),
        ("\n\n{{ nobody }}", f"4:1: error: cannot be printed: 'nobody' is undefined [template]{SEE}"),
        (
            "{% for error in view.errors %}\n{{ error.nam }}\n{% endfor %}",
            f"3:1: error: cannot be printed: ErrorView has no attribute 'nam' [template]{SEE}",
        ),
        (
            "x = '{{ view.title }}'",
            "2:1: error: cannot be printed: spec text enters code only through a filter (literal, docstring, comment) "
            f"or codegen.spec.names [template]{SEE}",
        ),
        (
            "{{ view.package|docstring }}",
            f"2:1: error: cannot be printed: ModuleName has no attribute 'raw' [template]{SEE}",
        ),
        ("{{ 1 / 0 }}", f"2:1: error: cannot be printed: division by zero [template]{SEE}"),
        (
            '{% include "package/x.j2" %}',
            f"2:1: error: cannot be printed: there is no template package/x.j2 [template]{SEE}",
        ),
        ("x = 1\n\ny = (\n", "4:1: error: what this prints is no Python: '(' was never closed [template]"),
        (
            "{% for error in view.errors %}\nx = 1\n\ny = ]\n{% endfor %}\n",
            "5:1: error: what this prints is no Python: unmatched ']' [template]",
        ),
        (
            "{% if view.errors %}\nx = 1\n{% endif %}\nclass {{ view.package }}({% if view %}]{% endif %}): ...\n",
            "5:1: error: what this prints is no Python: closing parenthesis ']' does not match opening parenthesis '(' "
            "[template]",
        ),
        (
            "x = 1\x00\n",
            "2:1: error: what this prints is no Python: source code string cannot contain null bytes [template]",
        ),
        ("(" * 5000 + ")" * 5000, "2:1: error: what this prints is no Python: too many nested parentheses [template]"),
    ],
)
def test_what_cannot_be_printed_is_said_with_its_line(text: str, message: str) -> None:
    put(ERRORS, text)
    assert said() == f"overrides/{ERRORS}:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "class {{ view.nam }}:\n    x = 1\n",
            f"2:1: error: cannot be printed: VIEW has no attribute 'nam' [template]{SEE}",
        ),
        ("\nclass {{ class_name }}: ...", f"3:1: error: cannot be printed: 'class_name' is undefined [template]{SEE}"),
        ("{% if %}", "2:1: error: no template: expected an expression, got 'end of statement block' [template]"),
        (
            "class {{ view.name }}:\n    x = = 1\n",
            "3:1: error: what this prints is no Python: invalid syntax [template]",
        ),
        ("{{ view.name|lower }}", "2:1: error: no template: no filter named 'lower' [template]"),
    ],
)
@pytest.mark.parametrize("path", [MODELS, ENUM])
def test_what_is_wrong_with_a_template_of_models_is_said_with_its_line(path: str, text: str, message: str) -> None:
    put(path, text)
    view = "ClassView" if path == MODELS else "EnumView"
    assert said() == f"overrides/{path}:{message.replace('VIEW', view)}"


@pytest.mark.parametrize("path", [AGENT, VECTORS])
def test_what_is_copied_has_to_be_python(path: str) -> None:
    put(path, "x = 1\ny = = 2\n")
    assert said() == f"overrides/{path}:3:1: error: what this prints is no Python: invalid syntax [template]"


def test_what_black_cannot_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(text: str, mode: object) -> str:
        raise InvalidInput("cannot parse")

    put(AGENT, our_text(AGENT))
    monkeypatch.setattr("codegen.emit.render._formats", lambda path, own: own is not None)
    monkeypatch.setattr("black.format_str", refusing)
    message = "error: what this prints is no Python 3.11, or black cannot format it [template]"
    assert said() == f"overrides/{AGENT}: {message}"


def test_a_fault_in_an_included_override_is_said_of_that_one() -> None:
    put(ERRORS, f'x = 1\n{{% include "{INIT}" %}}\n')
    put(INIT, "\n{{ nobody }}")
    assert said() == f"overrides/{INIT}:3:1: error: cannot be printed: 'nobody' is undefined [template]{SEE}"


def test_a_fault_in_a_template_of_ours_stays_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    put(INIT, our_text(INIT))
    monkeypatch.setattr("codegen.emit.render.model_imports", lambda body, view: 5)
    with pytest.raises(TypeError, match="'int' object is not iterable"):
        files()


# ---------------------------------------------------------------------------------------------- text that becomes code

NOTE = "note: where it was printed"
BECAME_CODE = "error: a text of the spec has changed the code beyond its strings [verify]"


def test_text_that_an_override_lets_become_code_is_refused_with_its_line() -> None:
    put(ERRORS, "x = 1\n\n{% if view.errors %}\n{{ view.title.raw }}()\n{% endif %}\n")
    assert said() == f"overrides/{ERRORS}:5:1: {BECAME_CODE}\n  errors.py:3:1: {NOTE}"


def test_text_of_models_that_an_override_lets_become_code_is_refused() -> None:
    put(MODELS, our_text(MODELS).rstrip() + "\n\n    {{ view.doc.raw }} = 1\n")
    spec = spec_of({"SendRequest": {**structure(), "documentation": "Sent"}})
    assert said(spec).startswith(f"overrides/{MODELS}:")
    assert "what this prints is no Python" in said(spec)
    put(ENUM, "class {{ view.name }}:\n{% for one in view.constants %}\n    f({{ view.doc.raw }})\n{% endfor %}")
    Path("overrides", MODELS).unlink()
    spec = spec_of({"SendRequest": structure(A="A"), "A": {"type": "enum", "closed": True, "values": ["A"]}})
    assert f"overrides/{ENUM}" in said(spec)


def test_the_page_says_that_templates_are_trusted() -> None:
    """Vector K25: a hostile template is the project's own code."""
    page = Path(__file__).parent.parent / "docs" / "templates.md"
    assert "\n## Trust\n\nTemplates are trusted: they are code of your project" in page.read_text("utf-8")


@pytest.mark.parametrize("text", BREAKOUTS)
def test_hostile_text_between_quotes_of_an_override_is_refused_or_stays_text(text: str) -> None:
    put(ERRORS, '{% for error in view.errors %}\nx = "{{ error.doc.raw }}"\n{% endfor %}\n')
    try:
        printed = files(spec_of(errors={"Refused": {"documentation": text}}))["errors.py"]
    except Diagnostics as fault:
        assert all(str(fault.location(one.place)).startswith(f"overrides/{ERRORS}:") for one in fault.found)
    else:
        names: dict[str, object] = {}
        exec(printed, names)
        assert CANARY not in names


# -------------------------------------------------------------------------------------------------------------- stale


def test_an_override_whose_base_changed_is_stale() -> None:
    put(ERRORS, our_text(ERRORS), "{# speccast base: 0123456789abcdef #}")
    put(INIT, our_text(INIT))
    assert Diagnostics(stale_overrides(found())).text() == (
        f'overrides/{ERRORS}:1:1: warning: the template "{ERRORS}" has changed since this was made from it; compare '
        f"with `speccast override {ERRORS} --diff`, take over what changed, then run: speccast override {ERRORS} "
        "--rebase [stale-override]"
    )
    assert changed(files()) == set()


def test_an_edit_of_a_base_makes_its_override_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(ERRORS, our_text(ERRORS))
    put(INIT, our_text(INIT))
    assert stale_overrides(found()) == ()
    base = shutil.copy(ours()[ERRORS], tmp_path / "base")
    monkeypatch.setattr(overrides, "ours", lambda: {**dict.fromkeys(ours(), ours()[INIT]), ERRORS: Path(base)})
    Path(base).write_bytes(Path(base).read_bytes().replace(b"\n", b"\r\n"))
    assert [one for one in found().found if overrides.is_stale(one) and one.path == ERRORS] == []
    Path(base).write_bytes(Path(base).read_bytes() + b"\n")
    assert [one.path for one in found().found if overrides.is_stale(one)] == [ERRORS]


# ---------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def project() -> Path:
    assert speccast("init", "--service", "notes").code == 0
    config = Path("pyproject.toml")
    config.write_text(config.read_text() + 'templates = "overrides"\n')
    return Path("overrides")


def test_a_template_is_copied_with_its_base_and_listed(project: Path) -> None:
    listed = speccast("override")
    assert (listed.code, listed.err) == (0, "")
    assert listed.out == "".join(f"ours        {path}\n" for path in ours())
    done = speccast("override", ERRORS, MODELS, AGENT, ERRORS)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"wrote: overrides/{ERRORS}\nwrote: overrides/{MODELS}\nwrote: overrides/{AGENT}\n"
    for path in (ERRORS, MODELS, AGENT):
        assert (project / path).read_text() == f"{base_line(path)}\n{our_text(path)}"
    put(AGENT, "x = 1\n", "# speccast base: 0123456789abcdef")
    lines = [line.split() for line in speccast("override").out.splitlines()]
    assert {path: state for state, path in lines if state != "ours"} == {
        ERRORS: "overridden",
        MODELS: "overridden",
        AGENT: "stale",
    }


def test_nothing_is_overwritten_and_then_nothing_written(project: Path) -> None:
    put(ERRORS, "mine\n")
    done = speccast("override", MODELS, ERRORS)
    assert (done.code, done.out, done.err) == (
        2,
        "",
        f"overrides/{ERRORS}: error: already there; compare it with `speccast override PATH --diff`, or remove it "
        "[exists]\n",
    )
    assert [path.name for path in project.rglob("*.*")] == ["errors.py.j2"]


def test_the_difference_is_shown(project: Path) -> None:
    edit(ERRORS, "__all__ = [\n", "A = 1\n\n__all__ = [\n")
    wanted = ["--- templates/package/errors.py.j2", "+++ overrides/package/errors.py.j2", "+", "+A = 1"]
    for arguments in ((), (ERRORS,), (f"overrides/{ERRORS}",)):
        done = speccast("override", *arguments, "--diff")
        assert (done.code, done.err) == (0, "")
        assert [line for line in done.out.splitlines() if line.startswith(("+", "-"))] == wanted
    done = speccast("override", MODELS, "--diff")
    assert (done.code, done.err) == (
        2,
        f"speccast: error: {MODELS} is not overridden; run: speccast override {MODELS} [template]\n",
    )


@pytest.mark.parametrize("line", ["{# speccast base: 0123456789abcdef #}", None])
def test_rebasing_changes_the_first_line_alone(project: Path, line: str | None) -> None:
    target = put(ERRORS, "{# mine #}\nx = 1\n", line or "")
    if line is None:
        target.write_text("{# mine #}\nx = 1\n")
    done = speccast("override", ERRORS, "--rebase")
    assert (done.code, done.out, done.err) == (0, f"wrote: overrides/{ERRORS}\n", "")
    assert target.read_text() == f"{base_line(ERRORS)}\n{{# mine #}}\nx = 1\n"
    again = speccast("override", ERRORS, "--rebase")
    assert (again.code, again.out, again.err) == (0, f"up to date: overrides/{ERRORS}\n", "")
    assert [path.name for path in target.parent.iterdir()] == ["errors.py.j2"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("package/error.py.j2",),
            'speccast: error: there is no template "package/error.py.j2" [template]\n'
            '  speccast: note: did you mean "package/errors.py.j2"?\n',
        ),
        (
            ("../package/errors.py.j2",),
            'speccast: error: there is no template "../package/errors.py.j2" [template]\n'
            "  speccast: note: what can be replaced stands in conformance, models, package and static\n",
        ),
        ((ERRORS, "--rebase"), f"overrides/{ERRORS}: error: no such file or folder [missing]\n"),
    ],
)
def test_what_is_no_template_is_refused(project: Path, arguments: tuple[str, ...], message: str) -> None:
    done = speccast("override", *arguments)
    assert (done.code, done.out, done.err) == (2, "", message)
    assert not project.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--rebase",), "--rebase needs the PATH of a template"),
        ((ERRORS, "--rebase", "--diff"), "--diff and --rebase do not go together"),
    ],
)
def test_options_that_make_no_sense_are_refused(arguments: tuple[str, ...], message: str) -> None:
    done = speccast("override", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1] == f"speccast: error: {message} [usage]"


def test_a_project_that_names_no_folder_is_told_the_line_to_add() -> None:
    done = speccast("override", ERRORS)
    assert (done.code, done.err) == (
        2,
        "speccast: error: no [tool.speccast] in a pyproject.toml here; run: speccast init [no-project]\n",
    )
    Path("pyproject.toml").write_text("[tool.speccast]\n")
    done = speccast("override", ERRORS)
    assert (done.code, done.err) == (
        2,
        "pyproject.toml: error: this project names no folder for templates; add to [tool.speccast]: "
        'templates = "overrides" [config]\n',
    )
    assert speccast("override").out.startswith("ours        conformance/")


def test_a_link_out_of_the_folder_is_not_written_through(project: Path) -> None:
    Path("outside").mkdir()
    project.mkdir()
    (project / "package").symlink_to(Path("outside").absolute())
    done = speccast("override", ERRORS)
    assert (done.code, done.err) == (
        2,
        f"overrides/{ERRORS}: error: a symbolic link leads out of the folder; put the file itself here [template]\n",
    )
    assert list(Path("outside").iterdir()) == []


# --------------------------------------------------------------------------------------------------------- a project


def test_a_project_with_overrides_is_fresh_until_one_is_edited(project: Path) -> None:
    project.mkdir()
    assert speccast("generate").code == 0
    plain = Path("generated/notes/errors.py").read_text()
    edit(ERRORS, "__all__ = [\n", "CONTACT = 1\n\n__all__ = [\n")
    assert speccast("check").code == 1
    assert speccast("generate").code == 0
    made = Path("generated/notes/errors.py").read_text()
    assert "\nCONTACT = 1\n" in made and made != plain
    stamps = {path: path.stat().st_mtime_ns for path in Path("generated").rglob("*")}
    again = speccast("generate")
    assert (again.code, again.out.startswith("up to date: generated/notes (")) == (0, True)
    assert {path: path.stat().st_mtime_ns for path in Path("generated").rglob("*")} == stamps
    assert speccast("check").code == 0
    edit(ERRORS, "__all__ = [\n", "CONTACT = 2\n\n__all__ = [\n")
    done = speccast("check")
    assert done.code == 1 and "generated/notes/errors.py: stale: " in done.out
    assert speccast("generate").code == 0
    shutil.rmtree(project)
    project.mkdir()
    assert speccast("generate").code == 0
    assert Path("generated/notes/errors.py").read_text() == plain


def test_a_project_with_a_broken_override_writes_nothing(project: Path) -> None:
    project.mkdir()
    assert speccast("generate").code == 0
    before = {path: path.read_bytes() for path in Path("generated").rglob("*") if path.is_file()}
    put(ERRORS, "{{ nobody }}")
    done = speccast("generate")
    assert (done.code, done.out, done.err) == (
        2,
        "",
        f"overrides/{ERRORS}:2:1: error: cannot be printed: 'nobody' is undefined [template]{SEE}\n",
    )
    assert {path: path.read_bytes() for path in Path("generated").rglob("*") if path.is_file()} == before


def test_the_same_overrides_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    edit(MODELS, "class {{ view.name }}", "# own\nclass {{ view.name }}")
    edit(ERRORS, "__all__ = [\n", "A = 1\n\n__all__ = [\n")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from strategies import model_of, spec_of, structure\n"
        "from pathlib import Path\n"
        "from codegen.overrides import read_overrides\n"
        "from codegen.pipeline import Options, generate\n"
        "spec = spec_of({'R': structure(A='A', B='B'), 'A': structure(B='B'), 'B': structure()})\n"
        "print(generate(model_of(spec), Options(overrides=read_overrides(Path('overrides')))).files['MANIFEST.json'])\n"
    )
    here = Path(__file__).parent
    printed = {
        subprocess.run(
            [sys.executable, "-c", script, str(here)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(here.parent)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1 and "errors.py" in printed.pop()


def test_an_overridden_package_passes_its_own_suite(tmp_path: Path) -> None:
    golden = Path(__file__).with_name("golden") / "clients" / "spec.json"
    shutil.copy(golden, "spec.json")
    edit(ERRORS, "__all__ = [\n", "A = 1\n\n__all__ = [\n")
    edit(MODELS, "class {{ view.name }}", "# own\nclass {{ view.name }}")
    edit(AGENT, 'RUNTIME = "1"', 'RUNTIME = "1-acme"')
    Path("pyproject.toml").write_text('[tool.speccast]\nspecs = ["./spec.json"]\ntemplates = "overrides"\n')
    done = speccast("generate")
    assert (done.code, done.err) == (0, "")
    (package,) = [path for path in Path("generated").iterdir() if path.is_dir()]
    suite = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            str(package / "conformance" / "test_calls.py"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(tmp_path / "generated"), **BARE},
    )
    assert suite.returncode == 0, suite.stdout


def test_a_folder_that_cannot_be_read_is_not_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package").mkdir()
    scan = os.scandir

    def refused(path: Path) -> object:
        if Path(path).name == "package":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(Diagnostics) as caught:
        read_overrides(tmp_path)
    assert caught.value.text() == "package: error: cannot be read: permission denied [template]"
