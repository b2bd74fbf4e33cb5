"""Models that the installed botocore brings, by name: botocore itself is never imported.

In: `sqs`, `sqs@2012-11-05` or `all`. Out: `Found`, or `Diagnostics` that name what is near.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from codegen.diagnostics import Diagnostic, Diagnostics, Note, quoted
from codegen.load.found import Found
from codegen.load.releases import found_service, is_step, newest_release, release_names
from codegen.spec.wording import nearest_name, words
from codegen.trees import Disk


def find_in_botocore(name: str) -> tuple[Found, ...]:
    """Find `sqs`, the newest API version, or `sqs@2012-11-05`, or `all`."""
    folder = _botocore_data()
    if folder is None:
        message = f"{quoted(f'botocore:{name}')} names a model that botocore brings, and botocore is not installed"
        raise Diagnostics([Diagnostic("no-botocore", message, notes=(Note("`pip install botocore` installs it"),))])
    data = Disk(folder)
    if name == "all":
        return _every_service(data)
    found = found_service(data, ".", name)
    if not found:
        raise Diagnostics([_not_in_botocore(data, name)])
    return tuple(_named(f"botocore:{name}", one) for one in found)


def botocore_services() -> tuple[str, ...]:
    """Name the services that the installed botocore brings; none where it is not installed."""
    folder = _botocore_data()
    if folder is None:
        return ()
    data = Disk(folder)
    return tuple(sorted(name for name in data.children(".") if newest_release(data, name)))


def _every_service(data: Disk) -> tuple[Found, ...]:
    """Each by the name it would be given alone."""
    found = {name: found_service(data, ".", name) for name in data.children(".")}
    return tuple(_named(f"botocore:{name}", one) for name in found for one in found[name])


def _named(shown: str, found: Found) -> Found:
    return Found(shown=shown, files=found.files, origin=found.origin)


def _botocore_data() -> Path | None:
    """Find the models without importing botocore, which takes longer than reading one."""
    found = importlib.util.find_spec("botocore")
    places = found.submodule_search_locations if found else None
    return next((folder for place in places or () if (folder := Path(place) / "data").is_dir()), None)


def _not_in_botocore(data: Disk, name: str) -> Diagnostic:
    """Name what is near: among the releases of a service that is there, else among the services."""
    service, mark, _ = name.partition("@")
    releases = release_names(data, service) if is_step(service) else []
    if releases and mark:
        note = f"known are {words([f'{service}@{release}' for release in releases])}"
    else:
        nearest = nearest_name(service, [each for each in data.children(".") if data.is_folder(each)])
        note = f"did you mean {quoted(f'botocore:{nearest}')}?" if nearest else ""
    message = f"the installed botocore has no service {quoted(name)}"
    return Diagnostic("no-such-spec", message, notes=(Note(note),) if note else ())
