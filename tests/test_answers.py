"""What of an answer that cannot be read is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import runtime

if TYPE_CHECKING:
    from templates.static import answers, transport
else:
    answers, transport = (runtime.load(name) for name in ("answers", "transport"))

HIDDEN = '"**redacted**"'


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"<html>Sign in</html>", "<html>Sign in</html>"),
        (b'{"Id": "canary"', f'{{"Id": {HIDDEN}'),
        (b'{"Id": "canary', f'{{"Id": {HIDDEN}'),
        (b'{"Id" : "a\\"canary\\\\", "B": ["canary", 5]}', f'{{"Id" : {HIDDEN}, "B": [{HIDDEN}, 5]}}'),
        (b"<a href='canary'>x</a>", f"<a href={HIDDEN}>x</a>"),
        (b"token 0123456789abcdef0123456789abcdef.", "token **redacted**."),
        (b"a\r\n\x1b[31mb\xff", "a   [31mb\ufffd"),
        (b"", ""),
        (b"<?xml version='1.0'?>\n<A><B>canary</B>", f"<?xml version={HIDDEN}?> <A><B>**redacted**</B>"),
        (b"\n<?xml version='1.0'?><A>canary</A>", f" <?xml version={HIDDEN}?><A>**redacted**</A>"),
        (b"<?xml?><A>b<![CDATA[canary<]]>can<!--ary--></A>", "<?xml?><A>" + "**redacted**" * 4 + "</A>"),
        (b"<?xml?><A><![CDATA[canary</A>", "<?xml?><A>**redacted**"),
        (b"\xa1bIdfcanary", ""),
        (b"\xbfbIdfcanary\xff", ""),
        (b"\x00\x00\x00\x10canary", ""),
    ],
)
def test_an_excerpt_shows_names_and_no_values(body: bytes, shown: str) -> None:
    assert answers.excerpt_of(transport.HttpResponse(200, {}, body)) == shown


def test_an_excerpt_of_xml_shows_no_text() -> None:
    body = b"<a><b c='canary'>canary</b> <d/>can"
    found = answers.excerpt_of(transport.HttpResponse(200, {"content-type": "text/xml;charset=UTF-8"}, body))
    assert found == f"<a><b c={HIDDEN}>**redacted**</b> <d/>**redacted**"


def test_an_excerpt_is_short() -> None:
    assert len(answers.excerpt_of(transport.HttpResponse(200, {}, b"ab " * 10_000))) == 1024


def test_the_request_id_is_found_under_both_names() -> None:
    assert answers.request_id_of({"x-amzn-requestid": "a", "x-amz-request-id": "b"}) == "a"
    assert answers.request_id_of({"x-amz-request-id": "b"}) == "b"
    assert answers.request_id_of({}) is None
