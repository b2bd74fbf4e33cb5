"""A service -> whether clients can be made for it: a question that a comparison asks, which views no client."""

from __future__ import annotations

from codegen.spec import ir

AWS_JSON = (ir.Protocol.AWS_JSON_1_0, ir.Protocol.AWS_JSON_1_1)


def has_client(model: ir.Model) -> bool:
    """Say whether clients can be made: they speak every protocol, and sign with version 4.

    Without the name that AWS JSON has in a header, and RPC v2 in its paths, no request finds its operation.
    """
    service = model.service
    named = service.protocol in (*AWS_JSON, ir.Protocol.RPC_V2_CBOR)
    speaks = service.target_prefix is not None or not named
    return speaks and service.signing.version in (ir.SigningVersion.V4, ir.SigningVersion.NONE)


def speaks_json(model: ir.Model) -> bool:
    """Say whether clients can be made, and speak AWS JSON."""
    return has_client(model) and model.service.protocol in AWS_JSON
