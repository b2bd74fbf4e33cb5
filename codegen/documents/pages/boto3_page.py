"""A page of one method of a boto3 client -> facts.

In: the blocks of the page: where it is (`Service / Client / method`), the signature, the description, and the parts
that `client` knows. Out: the facts of the operation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegen.documents.pages.blocks import Block
from codegen.documents.pages.client import CALL, METHOD, api_name, read_operation
from codegen.documents.pages.findings import Findings

_WHERE = re.compile(rf"([A-Za-z0-9_ .-]{{1,100}}?) ?/ ?Client ?/ ?({METHOD})")
_SIGNATURE = re.compile(rf"(?:- )?([A-Za-z0-9_]{{1,100}})\.Client\.({METHOD})\(")
_TITLE = re.compile(rf"{METHOD} ?[#¶]?(?: [-–—] Boto3 .*+)?")


def method_of(blocks: Sequence[Block]) -> str:
    """Tell which method a page is about; "" where it is no such page."""
    named = (found[2] for block in blocks[:400] if (found := _SIGNATURE.match(block.text)))
    called = (found[1] for block in blocks[:400] if (found := CALL.match(block.text)))
    return next(named, "") or next(called, "")


def read_boto3_page(findings: Findings, blocks: Sequence[Block]) -> str | None:
    """Read the page; give the service as it is named there."""
    method = method_of(blocks)
    begin = next((n + 1 for n, block in enumerate(blocks) if _SIGNATURE.match(block.text)), None)
    head = blocks[: begin or 0]
    findings.begin(api_name(method, blocks), head[-1].line if head else blocks[0].line)
    places = (found[1] for block in head if (found := _SIGNATURE.match(block.text) or _WHERE.match(block.text)))
    for block in head:
        if not (_SIGNATURE.match(block.text) or _WHERE.search(block.text) or _TITLE.fullmatch(block.text)):
            findings.leave(block, "this stands before the method")
    read_operation(findings, blocks[begin or 0 :])
    return next(places, None)
