"""The part of the cases' JSON Schema that is about calls."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.spec.ir import Json

_NAME: Json = {"type": "string", "minLength": 1}
_SECONDS: dict[str, Json] = {"type": "number", "minimum": 0}

CALL_DEFS: Mapping[str, Json] = {
    "operation": {
        "type": "object",
        "required": ["target", "errors", "signed"],
        "additionalProperties": False,
        "properties": {
            "target": {"description": "The value of `X-Amz-Target`.", "type": "string"},
            "input": {"description": "The shape that it takes; absent where it takes none.", "type": "string"},
            "output": {"description": "The shape that it gives; absent where it gives none.", "type": "string"},
            "token": {"description": "The member of the input that is its idempotency token.", "type": "string"},
            "hostPrefix": {"description": "What is put before the host; `{Member}` is filled in.", "type": "string"},
            "errors": {"type": "array", "items": {"type": "string"}},
            "signed": {"type": "boolean"},
        },
    },
    "config": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "region": _NAME,
            "endpoint": {"description": "A URL in place of the service's own.", "type": "string"},
            "credentials": {
                "type": "object",
                "required": ["accessKeyId", "secretAccessKey"],
                "additionalProperties": False,
                "properties": {"accessKeyId": _NAME, "secretAccessKey": _NAME, "sessionToken": _NAME},
            },
            "clock": {"description": "What the time is when the first request is made.", "type": "string"},
            "attempts": {"description": "How often a request is tried at most.", "type": "integer", "minimum": 1},
        },
    },
    "call": {
        "$ref": "#/$defs/case",
        "required": ["operation", "does", "exchanges", "outcome"],
        "unevaluatedProperties": False,
        "dependentRequired": {"held": ["input"], "waiter": ["does"]},
        "properties": {
            "operation": _NAME,
            "does": {
                "description": "A call; the call that starts a task, and waiting for it; all pages; a waiter.",
                "enum": ["call", "task", "pages", "waiter"],
            },
            "waiter": {"description": "The waiter, where there is one.", "type": "string"},
            "timeout": {"description": "Seconds that a task is waited for.", **_SECONDS},
            "style": {
                "description": (
                    "How the input is passed where there is a choice: as one request; as one that was read, as answers "
                    "are; its members by their names on the wire, and those within by the language's own; or, where "
                    "nothing is said, the other way round."
                ),
                "enum": ["model", "read", "wire"],
            },
            "config": {"$ref": "#/$defs/config"},
            "held": {"$ref": "#/$defs/request/properties/held"},
            "secret": {"description": "A text that shows in no part of an error.", "type": "string"},
            "exchanges": {
                "description": "Every request that is sent, in order, and what comes of it; no others are.",
                "type": "array",
                "items": {"$ref": "#/$defs/exchange"},
            },
            "outcome": {"$ref": "#/$defs/outcome"},
        },
    },
    "exchange": {
        "type": "object",
        "required": ["expect", "then"],
        "additionalProperties": False,
        "properties": {
            "expect": {"$ref": "#/$defs/expected"},
            "then": {"$ref": "#/$defs/told"},
            "takes": {"description": "Seconds until that.", **_SECONDS},
        },
    },
    "expected": {
        "description": "What holds for the request.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "method": {"const": "POST"},
            "url": _NAME,
            "headers": {"description": "Names in lower case.", "$ref": "#/$defs/names"},
            "absent": {"description": "Headers that are not sent.", "type": "array", "items": _NAME},
            "body": {"description": "The body, byte for byte.", "type": "string"},
            "input": {"description": "The body, read as JSON.", "type": "object"},
            "filled": {
                "description": "The member, last of the body, that is a UUID of version 4; the rest is the input.",
                "type": "string",
            },
            "same": {
                "description": "What is as it was in the first request: the body, or headers.",
                "type": "array",
                "minItems": 1,
                "items": _NAME,
            },
            "attempt": {"description": "Which attempt of its call it is.", "type": "integer", "minimum": 1},
            "pause": {
                "description": "Seconds, from and to, that are waited before it is sent.",
                "type": "array",
                "items": _SECONDS,
                "minItems": 2,
                "maxItems": 2,
            },
        },
    },
    "told": {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            "answer": {
                "type": "object",
                "required": ["status", "headers"],
                "additionalProperties": False,
                "oneOf": [{"required": ["body"]}, {"required": ["base64"]}],
                "properties": {
                    "status": {"type": "integer"},
                    "headers": {"$ref": "#/$defs/names"},
                    "body": {"type": "string"},
                    "base64": {"type": "string", "contentEncoding": "base64"},
                },
            },
            "fault": {
                "description": "Nothing was sent; the answer is not there whole; it is not there in time.",
                "enum": ["refused", "cut", "timeout"],
            },
        },
    },
    "outcome": {
        "description": "What the caller is given. After pages, an error may follow.",
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": ["answer"]}, {"required": ["error"]}, {"required": ["pages"]}],
        "properties": {
            "answer": {
                "type": "object",
                "required": ["output"],
                "additionalProperties": False,
                "properties": {
                    "output": {"description": "Null where the operation gives nothing.", "type": ["object", "null"]},
                    "requestId": {"type": ["string", "null"]},
                    "status": {"type": "integer"},
                    "token": {"description": "The idempotency token that was sent.", "type": "string"},
                },
            },
            "pages": {"type": "array", "items": {"type": "object"}},
            "error": {"$ref": "#/$defs/failure"},
            "attempts": {"description": "How often the request was sent.", "type": "integer", "minimum": 0},
        },
    },
    "failure": {
        "type": "object",
        "required": ["class"],
        "additionalProperties": False,
        "properties": {
            "class": {
                "description": (
                    "An error of the service; no complete answer; one that cannot be read; a request that is refused "
                    "before it leaves; a task that failed, or that is not complete in time."
                ),
                "enum": ["service", "transport", "response", "validation", "task-failed", "wait-timed-out"],
            },
            "name": {"description": "The error; null where the release knows none.", "type": ["string", "null"]},
            "code": {"type": "string"},
            "message": {"type": ["string", "null"]},
            "status": {"type": "integer"},
            "requestId": {"type": ["string", "null"]},
            "members": {"description": "Members of the error beside its message.", "type": "object"},
            "path": {"description": "What is wrong: a path of the request, or of the answer.", "type": "string"},
            "violation": {"$ref": "#/$defs/request/properties/violation"},
            "timedOut": {"type": "boolean"},
            "sent": {"description": "Whether the service may have seen the request.", "type": "boolean"},
            "reasonCode": {"type": ["string", "null"]},
        },
    },
}
