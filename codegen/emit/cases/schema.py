"""The JSON Schema of `cases.json`, which every package carries beside it."""

from __future__ import annotations

import json

from codegen.emit.cases.schema_calls import CALL_DEFS
from codegen.spec.ir import Json


def write_schema() -> str:
    return json.dumps(_SCHEMA, indent=2) + "\n"


_SCHEMA: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Conformance cases of a service's release",
    "description": (
        "What an implementation must accept, refuse, read and write. Names are those of the spec, values are JSON as "
        "on the wire; `python` alone says how the generated package spells names."
    ),
    "type": "object",
    "required": ["format", "service", "release", "python", "groups"],
    "additionalProperties": False,
    "properties": {
        "format": {"const": 1},
        "service": {"type": "string"},
        "release": {"type": "string"},
        "config": {
            "description": "How the client of each call is configured, but for what the case says.",
            "allOf": [{"$ref": "#/$defs/config"}],
            "required": ["region", "credentials", "clock", "attempts"],
        },
        "operations": {
            "description": "The operations that a client has.",
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/operation"},
        },
        "python": {
            "description": "The package's names: of shapes, errors, events where not the spec's own; of every member.",
            "type": "object",
            "required": ["shapes", "errors", "events", "members", "errorMembers"],
            "additionalProperties": False,
            "properties": {
                "shapes": {"$ref": "#/$defs/names"},
                "errors": {"$ref": "#/$defs/names"},
                "events": {"$ref": "#/$defs/names"},
                "members": {"type": "object", "additionalProperties": {"$ref": "#/$defs/names"}},
                "errorMembers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/names"}},
                "methods": {"$ref": "#/$defs/names"},
                "pages": {"$ref": "#/$defs/names"},
                "waiters": {"$ref": "#/$defs/names"},
            },
        },
        "groups": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                "requests": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/request"}},
                "answers": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/answer"}},
                "errors": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/error"}},
                "events": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/event"}},
                "calls": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/call"}},
            },
        },
    },
    "$defs": {
        "names": {"type": "object", "additionalProperties": {"type": "string"}},
        "steps": {
            "description": "The way into a JSON value: names and indices.",
            "type": "array",
            "minItems": 1,
            "items": {"type": ["string", "integer"]},
        },
        "case": {
            "type": "object",
            "required": ["id", "kind", "fact", "sources", "input"],
            "properties": {
                "id": {"description": "Unique in the file, and stable.", "type": "string", "minLength": 1},
                "kind": {"description": "What is tried.", "type": "string", "pattern": "^[a-z0-9-]+$"},
                "fact": {
                    "description": "What of the spec demands it: a shape, a member, or one and its constraint.",
                    "type": "string",
                },
                "sources": {
                    "description": "Where the fact is stated: source#place.",
                    "type": "array",
                    "items": {"type": "string"},
                },
                "input": {
                    "description": "The whole shape as JSON; of an error, its body as text, or in JSON form where that "
                    "is not JSON; of an event, its envelope."
                },
            },
        },
        "placed": {
            "properties": {
                "at": {
                    "description": "Where `values`, `repeat` or `instant` stand in the input.",
                    "$ref": "#/$defs/steps",
                },
                "values": {
                    "description": "The input holds for each of these, put in place.",
                    "type": "array",
                    "minItems": 1,
                },
                "repeat": {
                    "description": "Put in place: a text or list, and how many of it in a row.",
                    "type": "array",
                    "prefixItems": [
                        {"type": ["string", "array"], "minLength": 1, "minItems": 1},
                        {"type": "integer", "minimum": 1},
                    ],
                    "items": False,
                    "minItems": 2,
                },
            },
            "dependentRequired": {"values": ["at"], "repeat": ["at"], "instant": ["at"]},
        },
        "request": {
            "$ref": "#/$defs/case",
            "allOf": [
                {"$ref": "#/$defs/placed"},
                {
                    "if": {"properties": {"expect": {"const": "refuse"}}},
                    "then": {"required": ["violation", "path"]},
                    "else": {"not": {"required": ["violation"]}},
                },
            ],
            "required": ["shape", "expect"],
            "unevaluatedProperties": False,
            "properties": {
                "shape": {"description": "The shape that the input is of.", "type": "string"},
                "member": {"description": "The member in question: Shape.Member.", "type": "string"},
                "expect": {"enum": ["accept", "refuse"]},
                "violation": {
                    "description": "The kind of violation that is reported.",
                    "enum": ["required", "unknown", "type", "length", "range", "pattern", "enum", "union", "unique"],
                },
                "path": {"description": "Where it is reported, in names of the spec.", "type": "string"},
                "server": {
                    "description": "Why a server refuses what a client accepts, since it fills something in.",
                    "type": "object",
                    "required": ["violation", "path"],
                    "additionalProperties": False,
                    "properties": {"violation": {"const": "required"}, "path": {"type": "string"}},
                },
                "output": {"description": "What is written, where that is not the input."},
                "secret": {
                    "description": "A text that shows in no description of the value and in no message.",
                    "type": "string",
                },
                "held": {
                    "description": "Values that a program holds in another type than JSON's: steps, and form.",
                    "type": "array",
                    "items": {
                        "type": "array",
                        "prefixItems": [
                            {"$ref": "#/$defs/steps"},
                            {"enum": ["blob", "json", "date-time", "epoch-seconds", "http-date"]},
                        ],
                        "items": False,
                        "minItems": 2,
                    },
                },
            },
        },
        "answer": {
            "$ref": "#/$defs/case",
            "allOf": [
                {"$ref": "#/$defs/placed"},
                {"if": {"properties": {"expect": {"const": "refuse"}}}, "then": {"required": ["path"]}},
            ],
            "required": ["shape", "expect"],
            "unevaluatedProperties": False,
            "properties": {
                "shape": {"description": "The shape that the input is of.", "type": "string"},
                "member": {"description": "The member in question: Shape.Member.", "type": "string"},
                "expect": {"enum": ["read", "refuse"]},
                "path": {"description": "JSON path of what cannot be read.", "type": "string"},
                "output": {"description": "What is written back, where that is not the input."},
                "instant": {
                    "description": "The moment that the timestamp means, to the microsecond.",
                    "type": "string",
                },
                "tag": {"description": "The arm of the union that is set.", "type": "string"},
            },
        },
        "error": {
            "$ref": "#/$defs/case",
            "required": ["error", "status", "headers", "code", "message", "retryable", "throttling", "action"],
            "unevaluatedProperties": False,
            "properties": {
                "input": {"type": ["string", "object"]},
                "error": {"description": "The error; null where the release knows none.", "type": ["string", "null"]},
                "status": {"type": ["integer", "null"]},
                "headers": {"$ref": "#/$defs/names"},
                "code": {"type": "string"},
                "message": {"type": ["string", "null"]},
                "retryable": {"type": "boolean"},
                "throttling": {"type": "boolean"},
                "action": {"description": "What the documents advise.", "type": ["string", "null"]},
                "members": {"description": "Members of the error beside its message.", "type": "object"},
            },
        },
        "event": {
            "$ref": "#/$defs/case",
            "required": ["event"],
            "unevaluatedProperties": False,
            "properties": {
                "input": {"type": "object"},
                "event": {"description": "The event; null where the release knows none.", "type": ["string", "null"]},
            },
        },
        **CALL_DEFS,
    },
}
