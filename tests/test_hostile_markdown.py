"""Markdown that holds text of hostile specs, read by a parser of GitHub's form: all of that text is code or harmless.

In: two specs that differ in everything the hostile vectors have, names that are markup among it. Out: what `diff
--format markdown` and `changelog` print of one and the other, each way.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import speccast
from hostile_claims import assert_quiet
from hostile_markdown import assert_inert_markdown, assert_whole_tables, read_markdown
from strategies import Spec, spec_of, structure
from test_hostile_commands import plain, zoo

from codegen.diagnostics import printable, quoted

MARKUP = (
    "<img src=x onerror=x()>",
    "<!-- x",
    "</details><script>x()</script>",
    "<https://evil.invalid>",
    "https://evil.invalid/x",
    "www.evil.invalid",
    "x@evil.invalid",
    "[x](javascript:x())",
    "![x](http://evil.invalid/p.png)",
    "[x]: http://evil.invalid",
    "[^1]: x",
    "| a | b |\n|---|---|",
    "a|b",
    "|",
    "\\|",
    "a\\",
    "`",
    "a`b",
    "``` x",
    "```\n# x\n```",
    "~~~",
    "a``b` c",
    " `",
    "`|`",
    "` |<b>| `",
    "# x",
    "x\n===",
    "- x",
    "1. x",
    "> x",
    "    x",
    "**x** _x_ ~~x~~",
    "&lt;b&gt; &#124; &copy;",
    "@octocat",
    "#1 GH-1 octocat/x#1",
    "$`x`$ $$x$$",
    ":tada:",
    "<br>|<br>",
    "\u202e|`\u200b",
)
HEADINGS = ("Changelog of post", "2024-12-05|(?:plain|zoo|one|other).json", "Accepted .*", "post: .* -> .*", "Accepted")
SECTIONS = ("Breaks callers", "Breaks source", "Servers have to follow", "Added", "Changed", "Deprecated", "Removed")
AUDIENCES = ("(?:caller|source|server): [a-z ]*", "Documentation")


def marked(texts: tuple[str, ...]) -> Spec:
    """A spec with a name, a value, a pattern and a default of each text."""
    named = [name for name in texts if not name.startswith("#")]  # no shape may be called so
    shapes: Spec = {name: structure(Text="Text") for name in named}
    values = {"Kind": {"type": "enum", "values": list(texts)}, "Text": {"type": "string", "pattern": "^x$"}}
    members = {f"M{number}": {"target": name} for number, name in enumerate(named)}
    either = {"type": "union", "members": {name: {"target": "Text"} for name in texts}}
    said = {name: {"target": "Text", "default": "x"} for name in texts}
    own = {"type": "structure", "members": {**members, **said, "Kind": {"target": "Kind"}, "E": {"target": "E"}}}
    return spec_of({"SendRequest": own, **shapes, **values, "E": either})


def changed(spec: Spec) -> Spec:
    """The same with a text of its own in each place."""
    text = json.dumps(spec)
    return json.loads(text.replace('"^x$"', json.dumps("^(x|[|]`<b>|`@x|</details>)$")).replace('"x"}', '"|`<b>"}'))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def cage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("markdown")
    made = {"zoo": zoo(), "plain": plain(), "one": marked(MARKUP), "other": changed(marked(MARKUP[::2]))}
    for name, spec in made.items():
        (folder / f"{name}.json").write_text(json.dumps(spec), "utf-8")
    return folder


PAIRS = [("plain.json", "zoo.json"), ("zoo.json", "plain.json"), ("one.json", "other.json"), ("other.json", "one.json")]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_markdown_of_hostile_text_is_inert(cage: Path, monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str]) -> None:
    monkeypatch.chdir(cage)
    for command in (("diff", *pair, "--format", "markdown"), ("changelog", *pair)):
        done = speccast(*command)
        assert done.code == int(command[0] == "diff"), done.err
        assert_quiet(done.out + done.err)
        read = read_markdown(done.out)
        assert_inert_markdown(read, (*HEADINGS, *SECTIONS, *AUDIENCES))
        assert_whole_tables(done.out)
        assert len(read.code) > 40


def test_every_name_is_told_word_for_word(cage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cage)
    read = read_markdown(speccast("changelog", "other.json", "one.json").out)
    for name in MARKUP[1::2]:
        assert (printable(name) if name.strip() else quoted(name)) in read.code


def test_the_reader_tells_what_is_markup() -> None:
    for text in ("<b>", "[x](http://x)", "http://evil.invalid", "![x](y)", "```\nx\n```", "> x", "1. x", "@x", "www.x"):
        with pytest.raises(AssertionError):
            assert_inert_markdown(read_markdown(text), ())
    with pytest.raises(AssertionError):
        assert_whole_tables("| a |\n|---|\n| `a|b` |")
