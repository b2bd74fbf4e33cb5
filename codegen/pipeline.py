"""The contents page: a model in, every generated file out as `{path: text}`; nothing is written here.

`files.output` writes or compares the map, for the commands; tests read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codegen.emit.render import formatted, render
from codegen.emit.selection import select
from codegen.emit.verify import harmless_twin, verify
from codegen.emit.views.levels import Levels
from codegen.emit.views.package import view_package
from codegen.files.manifest import Manifest, digest, write_manifest
from codegen.spec import ir
from codegen.version import generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What changes the output besides the spec; `operations` None means all of them."""

    operations: tuple[str, ...] | None = None
    spec_digest: str = ""
    checks: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Product:
    """The generated package: its folder's name, and its files by path relative to that folder."""

    package: str
    files: Mapping[str, str]


def generate(model: ir.Model, options: Options = Options()) -> Product:
    """Render, verify and format the package of one release.

    Raises Diagnostics for an operation that is not there, and when what was rendered fails verification.
    """
    chosen = select(model, options.operations) if options.operations is not None else model
    view = view_package(chosen, options.spec_digest, Levels(options.checks))
    rendered = render(view)
    verify(rendered, render(harmless_twin(view)))
    files = formatted(rendered)
    return Product(view.package, {**files, "MANIFEST.json": write_manifest(_manifest(model, options, files))})


def _manifest(model: ir.Model, options: Options, files: Mapping[str, str]) -> Manifest:
    service = model.service
    return Manifest(
        generator=generator(),
        spec=f"{service.name.raw}@{service.release.raw}",
        spec_digest=options.spec_digest,
        release=service.release.raw,
        operations=options.operations,
        requirements=_requirements(files),
        files={path: digest(text) for path, text in sorted(files.items())},
    )


def _requirements(files: Mapping[str, str]) -> tuple[str, ...]:
    """What the package needs at run time: pydantic, and `regex` where a pattern is beyond the other engines."""
    needs_regex = 'engine="regex"' in files["models/_types.py"]
    return ("pydantic>=2.12", *(["regex"] if needs_regex else []))
