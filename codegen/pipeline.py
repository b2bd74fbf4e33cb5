"""The contents page: a model in, every generated file out as `{path: text}`; nothing is written here.

`files.output` writes or compares the map, for the commands; tests read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from codegen.diagnostics import Diagnostics
from codegen.emit.render import context_of, formatted, render
from codegen.emit.selection import select
from codegen.emit.templates import blamed
from codegen.emit.verify import harmless_twin, verify
from codegen.emit.views.levels import Levels
from codegen.emit.views.package import GENERATE, PackageView, view_package
from codegen.files.manifest import Manifest, digest, write_manifest
from codegen.overrides import NONE, Overrides
from codegen.spec import ir
from codegen.version import generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What changes the output besides the spec.

    `operations` None means all of them, `package` None the name that the service gives; `command` is what the first
    line of every file says to run; `overrides` are the templates that the project has in place of ours.
    """

    operations: tuple[str, ...] | None = None
    spec_digest: str = ""
    checks: Mapping[str, str] = field(default_factory=dict[str, str])
    package: str | None = None
    command: str = GENERATE
    overrides: Overrides = NONE


@dataclass(frozen=True, slots=True)
class Product:
    """The generated package: its folder's name, and its files by path relative to that folder."""

    package: str
    files: Mapping[str, str]


def generate(model: ir.Model, options: Options = Options()) -> Product:
    """Render, verify and format the package of one release.

    Raises Diagnostics for an operation that is not there, for an override that cannot be printed, and when what was
    rendered fails verification.
    """
    chosen = select(model, options.operations) if options.operations is not None else model
    view = view_package(chosen, options.spec_digest, Levels(options.checks), options.command)
    files = formatted(_verified(view, options.overrides), options.overrides)
    manifest = _manifest(model, options, files, _requirements(view))
    return Product(options.package or view.package, {**files, "MANIFEST.json": write_manifest(manifest)})


def _verified(view: PackageView, overrides: Overrides) -> dict[str, str]:
    rendered = render(view, overrides)
    try:
        verify(rendered, render(harmless_twin(view), overrides))
    except Diagnostics as fault:
        if not overrides.found:
            raise
        raise blamed(fault, partial(context_of, view, overrides), overrides) from None
    return rendered


def _manifest(model: ir.Model, options: Options, files: Mapping[str, str], needed: tuple[str, ...]) -> Manifest:
    service = model.service
    return Manifest(
        generator=generator(),
        spec=f"{service.name.raw}@{service.release.raw}",
        spec_digest=options.spec_digest,
        release=service.release.raw,
        operations=options.operations,
        requirements=needed,
        files={path: digest(text) for path, text in sorted(files.items())},
    )


def _requirements(view: PackageView) -> tuple[str, ...]:
    """What the package needs at run time, as `pip` takes it; extras name the client that needs them."""
    needed = {
        "pydantic>=2.12": True,
        "regex": any(pattern.engine == "regex" for found in view.every_type for pattern in found.patterns),
        "jmespath>=1.0": view.client is not None and view.client.needs_jmespath,
        "cbor2>=6.2": view.codec == "rpc_v2_cbor",
        'urllib3>=2.5; extra == "client"': view.client is not None,
        'aiohttp>=3.12; extra == "async-client"': view.client is not None,
    }
    return tuple(requirement for requirement, wanted in needed.items() if wanted)
