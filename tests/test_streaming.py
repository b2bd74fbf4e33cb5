"""What streams: bytes, which clients carry whole, and events, which they give as a list; botocore is the peer."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args, get_origin
from urllib.parse import urlsplit

import pytest
from boto3_sides import Answer, Sent
from botocore import xform_name  # type: ignore[import-untyped]
from service_sides import awaited, files_of, ours, packages_of, theirs, told
from test_event_stream import event, written

BOTH = ("Client", "AsyncClient")
SOUND = bytes(range(256)) * 40
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"


class Call(NamedTuple):
    """A call, and what the service answers."""

    service: str
    operation: str
    arguments: Mapping[str, Any]
    answer: Answer


@pytest.fixture(scope="module")
def packages() -> Iterator[Any]:
    calls = (*BYTES.values(), *STREAMS.values(), CHAT)
    with packages_of((call.service, call.operation) for call in calls) as found:
        yield found


def made(package: Any, call: Call, kind: str, sent: list[Sent], **options: Any) -> Any:
    """Make a call with one of our clients."""

    def handler(request: Sent) -> Answer:
        sent.append(request)
        return call.answer

    client = ours(package, handler, kind, **options)
    method = getattr(client, xform_name(call.operation))
    members = {xform_name(name): value for name, value in call.arguments.items()}
    return awaited(lambda: method(**members)) if kind == "AsyncClient" else method(**members)


def made_by_botocore(call: Call, sent: list[Sent]) -> Any:
    def handler(request: Sent) -> Answer:
        sent.append(request)
        return call.answer

    return getattr(theirs(call.service, handler), xform_name(call.operation))(**call.arguments)


def assert_sent_alike(mine: Sent, other: Sent) -> None:
    """Compare what a request says, its headers but for those that each side has of its own."""
    ours, theirs = urlsplit(mine.url), urlsplit(other.url)
    assert (mine.method, ours.path, sorted(ours.query.split("&"))) == (
        other.method,
        theirs.path,
        sorted(theirs.query.split("&")),
    )
    assert mine.body == other.body or json.loads(mine.body) == json.loads(other.body)


# --------------------------------------------------------------------------------------------------------------- bytes

BYTES: Mapping[str, Call] = {
    "sound": Call(
        "polly",
        "SynthesizeSpeech",
        {"OutputFormat": "mp3", "Text": "hello", "VoiceId": "Joanna"},
        Answer(200, {"Content-Type": "audio/mpeg", "x-amzn-RequestCharacters": "5"}, SOUND),
    ),
    "a payload both ways": Call(
        "lambda",
        "Invoke",
        {"FunctionName": FUNCTION, "Payload": b'{"a": 1}', "Qualifier": "7", "LogType": "Tail"},
        Answer(202, {"X-Amz-Function-Error": "Unhandled", "X-Amz-Executed-Version": "7"}, b'{"b": 2}'),
    ),
    "an object out": Call(
        "s3",
        "GetObject",
        {"Bucket": "bucket", "Key": "a/b c", "VersionId": "v"},
        Answer(200, {"ETag": '"e"', "Content-Length": str(len(SOUND)), "x-amz-meta-a": "1"}, SOUND),
    ),
    "an object out that was stored encoded": Call(
        "s3", "GetObject", {"Bucket": "bucket", "Key": "k"}, Answer(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x00")
    ),
    "an empty object": Call("s3", "GetObject", {"Bucket": "bucket", "Key": "k"}, Answer(200, {}, b"")),
    "an object in": Call(
        "s3",
        "PutObject",
        {"Bucket": "bucket", "Key": "k", "Body": SOUND, "Metadata": {"a": "1"}, "ContentType": "audio/mpeg"},
        Answer(200, {"ETag": '"e"'}, b""),
    ),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", BYTES)
def test_bytes_are_carried_whole(case: str, kind: str, packages: Any) -> None:
    call = BYTES[case]
    sent: list[Sent] = []
    expected = told(made_by_botocore(call, sent))
    found = told(made(packages(call.service), call, kind, sent))
    assert_sent_alike(sent[1], sent[0])
    assert found == expected
    assert call.answer.body in found.values() or call.operation.startswith("Put")


@pytest.mark.parametrize("kind", BOTH)
def test_a_file_is_as_good_as_its_bytes(kind: str, packages: Any) -> None:
    call = BYTES["an object in"]
    sent: list[Sent] = []
    made(packages("s3"), call, kind, sent)
    file = io.BytesIO(b"before" + SOUND)
    file.seek(6)
    made(packages("s3"), call._replace(arguments={**call.arguments, "Body": file}), kind, sent)
    assert sent[0].body == sent[1].body == SOUND


def test_a_file_of_text_is_refused(packages: Any) -> None:
    package, call = packages("s3"), BYTES["an object in"]
    text = call._replace(arguments={**call.arguments, "Body": io.StringIO("text")})
    with pytest.raises(package.errors.ValidationError) as refused:
        made(package, text, "Client", [])
    assert [str(one) for one in refused.value.violations] == ["Body: expected bytes, found a string [type]"]


@pytest.mark.parametrize("kind", BOTH)
def test_an_answer_above_the_bound_is_refused(kind: str, packages: Any) -> None:
    package, call = packages("s3"), BYTES["an object out"]
    assert made(package, call, kind, [], max_response_bytes=len(SOUND)).body == SOUND
    with pytest.raises(package.errors.ResponseError) as refused:
        made(package, call, kind, [], max_response_bytes=len(SOUND) - 1)
    assert refused.value.message == f"the answer is larger than {len(SOUND) - 1} bytes"


@pytest.mark.parametrize("path", ["client.py", "async_client.py"])
def test_methods_say_what_they_take_and_how_far_they_carry(path: str) -> None:
    text = files_of("s3", ("GetObject", "PutObject", "SelectObjectContent"))[path]
    assert "        body: bytes | BinaryIO | None = None," in text and "from typing import BinaryIO" in text
    said = " ".join(text.split())
    assert "Gives the bytes at once: one longer than the client's `max_response_bytes` is refused" in said


# -------------------------------------------------------------------------------------------------------------- events

STATS = b"<Stats><BytesScanned>10</BytesScanned><BytesProcessed>9</BytesProcessed></Stats>"
SELECT = {
    "Bucket": "bucket",
    "Key": "k",
    "Expression": "select 1",
    "ExpressionType": "SQL",
    "InputSerialization": {"CSV": {}},
    "OutputSerialization": {"JSON": {"RecordDelimiter": ","}},
}
SUBSCRIBE = {
    "ConsumerARN": "arn:aws:kinesis:us-east-1:111122223333:stream/s/consumer/c:1",
    "ShardId": "shardId-000000000000",
    "StartingPosition": {"Type": "LATEST"},
}
RECORD = {"SequenceNumber": "1", "Data": b64encode(b"\x00\xff").decode(), "PartitionKey": "p"}
SHARD_EVENT = {"Records": [RECORD], "ContinuationSequenceNumber": "2", "MillisBehindLatest": 0}
CONVERSE = {"modelId": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": [{"text": "hi"}]}]}
INITIAL = event("initial-response", b"{}")


def stream(*frames: bytes, **headers: str) -> Answer:
    return Answer(200, {"Content-Type": "application/vnd.amazon.eventstream", **headers}, b"".join(frames))


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


STREAMS: Mapping[str, Call] = {
    "bytes as events": Call(
        "lambda",
        "InvokeWithResponseStream",
        {"FunctionName": FUNCTION, "Payload": b"{}"},
        stream(
            event("PayloadChunk", b"\x00one"),
            event("PayloadChunk", b"two"),
            event("InvokeComplete", b'{"LogResult": "bG9n"}'),
            **{"X-Amz-Executed-Version": "$LATEST"},
        ),
    ),
    "structures as events": Call(
        "bedrock-runtime",
        "ConverseStream",
        CONVERSE,
        stream(
            event("messageStart", b'{"role": "assistant", "p": "abcd"}'),
            event("contentBlockDelta", b'{"delta": {"text": "hello"}, "contentBlockIndex": 0}'),
            event("messageStop", b'{"stopReason": "end_turn"}'),
            event("metadata", b'{"usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}}'),
        ),
    ),
    "XML in events": Call(
        "s3",
        "SelectObjectContent",
        SELECT,
        stream(event("Records", b'{"a":1},'), event("Stats", STATS), event("Cont"), event("End")),
    ),
    "after an initial answer": Call(
        "kinesis",
        "SubscribeToShard",
        SUBSCRIBE,
        stream(INITIAL, event("SubscribeToShardEvent", as_json(SHARD_EVENT))),
    ),
    "none at all": Call("kinesis", "SubscribeToShard", SUBSCRIBE, stream(INITIAL)),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", STREAMS)
def test_events_are_given_as_botocore_gives_them(case: str, kind: str, packages: Any) -> None:
    call = STREAMS[case]
    sent: list[Sent] = []
    answer = made_by_botocore(call, sent)
    found = told(made(packages(call.service), call, kind, sent))
    expected = {name: list(map(told, item)) if hasattr(item, "close") else item for name, item in answer.items()}
    del expected["ResponseMetadata"]
    assert found == expected
    if call.service != "s3":  # whose bodies are XML, compared elsewhere
        assert_sent_alike(sent[1], sent[0])


def test_events_are_typed(packages: Any) -> None:
    package = packages("lambda")
    found = made(package, STREAMS["bytes as events"], "Client", [])
    first = found.event_stream[0]
    assert type(first) is package.models.InvokeWithResponseStreamResponseEvent
    assert (first.tag, first.payload_chunk.payload) == ("PayloadChunk", b"\x00one")
    listed, none = get_args(type(found).model_fields["event_stream"].annotation)
    assert (get_origin(listed), get_args(listed), none) == (list, (type(first),), type(None))


def test_an_event_of_a_later_release_is_kept(packages: Any) -> None:
    call = STREAMS["structures as events"]._replace(answer=stream(event("later", b'{"a": 1}')))
    (found,) = made(packages("bedrock-runtime"), call, "Client", []).stream
    assert found.tag == "later"


def exception(name: str, message: str) -> bytes:
    return written({":message-type": (7, "exception"), ":exception-type": (7, name)}, as_json({"message": message}))


FAILURES = {
    "modelled": (exception("throttlingException", "slow"), ("ThrottlingException", "ThrottlingException", "slow")),
    "not modelled": (exception("Other", "no"), ("ServiceError", "Other", "no")),
    "an error": (
        written({":message-type": (7, "error"), ":error-code": (7, "InternalError"), ":error-message": (7, "broken")}),
        ("ServiceError", "InternalError", "broken"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", FAILURES)
def test_a_stream_that_fails_raises_its_error(case: str, kind: str, packages: Any) -> None:
    frame, expected = FAILURES[case]
    package = packages("bedrock-runtime")
    started = event("messageStart", b'{"role": "assistant"}')
    with pytest.raises(package.errors.ServiceError) as raised:
        made(package, STREAMS["structures as events"]._replace(answer=stream(started, frame)), kind, [])
    assert (type(raised.value).__name__, raised.value.code, raised.value.message) == expected


def test_an_error_before_the_stream_is_an_error_as_ever(packages: Any) -> None:
    package = packages("bedrock-runtime")
    answer = Answer(400, {"X-Amzn-ErrorType": "ValidationException"}, b'{"message": "no"}')
    with pytest.raises(package.errors.ValidationException):
        made(package, STREAMS["structures as events"]._replace(answer=answer), "Client", [])


def test_a_stream_that_was_cut_is_refused(packages: Any) -> None:
    package = packages("bedrock-runtime")
    cut = stream(event("messageStart", b'{"role": "assistant"}')[:-1])
    with pytest.raises(package.errors.ResponseError) as refused:
        made(package, STREAMS["structures as events"]._replace(answer=cut), "Client", [])
    assert refused.value.message == "the stream of events ends within an event"


CHAT = Call("qbusiness", "Chat", {"applicationId": "a" * 36}, Answer())


@pytest.mark.parametrize("kind", BOTH)
def test_what_sends_events_is_refused_before_anything_is_sent(kind: str, packages: Any) -> None:
    package = packages("qbusiness")
    sent: list[Sent] = []
    with pytest.raises(package.errors.ConfigurationError) as refused:
        made(package, CHAT, kind, sent)
    assert str(refused.value) == (
        "Chat sends events while it receives others: that takes HTTP/2, which no transport of this package has. Use "
        "AWS's own SDK for this operation"
    )
    assert sent == []
    assert hasattr(package.models, "ChatInputStream")
