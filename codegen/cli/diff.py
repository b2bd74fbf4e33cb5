"""`diff`, `changelog` and `semver`: what an update breaks, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from codegen.cli.completing import complete_spec
from codegen.cli.printing import names_option
from codegen.collecting import left_behind, uncollected
from codegen.diagnostics import json_text
from codegen.diff.findings import SEVERITY, Audience, Level, Report
from codegen.diff.printers import printer
from codegen.diff.report import report_of
from codegen.diff.rules import RULES, titles
from codegen.project import Project, read_project
from codegen.review import feed, read_releases, review, reviews, steps
from codegen.spec.source import read_regular_file, shown_path

FORMATS = ("text", "json", "markdown", "html", "github", "sarif")
_old = click.argument("old", metavar="OLD", shell_complete=complete_spec)
_new = click.argument("new", metavar="NEW", shell_complete=complete_spec)
_accept = click.option(
    "--accept",
    "accepted",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What reviewers accepted: TOML or YAML; without it, the file that [tool.speccast] names.",
)


@click.command()
@_old
@_new
@click.option("--audience", type=click.Choice([str(one) for one in Audience]), help="Judge for these alone.")
@click.option("--view", type=click.Choice(["full", "additive"]), default="full", help="Additive: as a change feed.")
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "risky", "none"]),
    default="breaking",
    show_default=True,
    help="The level from which on the exit code is 1.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@_accept
@names_option("--operations", help="Only what these operations reach.")
@click.option("--all", "everything", is_flag=True, help="Tell every finding in full, cosmetic ones included.")
@uncollected()
def diff(
    old: str,
    new: str,
    audience: str | None,
    view: str,
    fail_on: str,
    form: str,
    accepted: Path | None,
    operations: tuple[str, ...] | None,
    everything: bool,
) -> int:
    """Tell what changed from OLD to NEW: what breaks callers, source built anew, and servers.

    OLD and NEW are SPECs: folders, service@release, REV:path in git, botocore:service, a service-2.json or a Smithy
    model.
    """
    project = read_project(Path.cwd())
    if view == "additive":
        click.echo(_feed(old, new, project, form, operations), nl=form == "json")
        return 0
    places = form in ("json", "html", "github", "sarif")
    releases = read_releases(old, new, project)
    report = _accepting(review(*releases, operations, places=places), accepted or project.accept)
    only = Audience(audience) if audience else None
    click.echo(_printed(report, form, only, everything))
    left_behind(releases, report)
    return int(fails(report, fail_on, only))


def _feed(old: str, new: str, project: Project, form: str, operations: tuple[str, ...] | None) -> str:
    """Print what an API change feed would say."""
    if form not in ("text", "json"):
        raise click.UsageError(f"--view additive prints text or json, not {form}")
    from codegen.diff.additive import additive_text

    found = feed(*read_releases(old, new, project), operations)
    return json_text(found.as_json()) if form == "json" else additive_text(found)


def _accepting(report: Report, path: Path | None) -> Report:
    """Mark what the accept list accepts, as of today."""
    if path is None:
        return report
    from codegen.diff.acceptance import accept, read_acceptance

    acceptance = read_acceptance(shown_path(path), read_regular_file(path), tuple(RULES))
    findings = accept(report.findings, acceptance, datetime.now(UTC).date())
    return report_of(report.old, report.new, findings)


def fails(report: Report, fail_on: str, audience: Audience | None) -> bool:
    """Say whether an open finding is at least as bad as what the user bears."""
    if fail_on == "none":
        return False
    least = SEVERITY[Level(fail_on)]
    audiences = [audience] if audience else list(Audience)
    return any(SEVERITY[finding.level_for(one)] >= least for finding in report.open for one in audiences)


def _printed(report: Report, form: str, audience: Audience | None, everything: bool) -> str:
    from codegen.cli.annotating import FORMS, report_from_top

    report = report_from_top(report) if form in FORMS else report
    if form == "text":
        from codegen.cli.reports import SHOWN, report_text

        return report_text(report, audience=audience, limit=None if everything else SHOWN)
    if form == "sarif":
        from codegen.diff.printers.sarif import as_sarif

        return as_sarif(report, titles()).rstrip("\n")
    return printer(form)(report).rstrip("\n")


@click.command()
@_old
@_new
@click.option("--current", metavar="X.Y.Z", help="The version that the package has: prints the next one.")
@click.option("--proposed", metavar="X.Y.Z", help="With --current: exit 1 if this version is too small a step.")
@_accept
def semver(old: str, new: str, current: str | None, proposed: str | None, accepted: Path | None) -> int:
    """Say which part of the generated package's version has to grow from OLD to NEW, and why."""
    project = read_project(Path.cwd())
    report = review(*read_releases(old, new, project), places=False)
    report = _accepting(report, accepted or project.accept)
    from codegen.diff.semver import semver_text

    text, enough = semver_text(report, current, proposed)
    click.echo(text, nl=False)
    return 0 if enough else 1


@click.command()
@click.argument("specs", metavar="OLD NEW...", nargs=-1, required=True, shell_complete=complete_spec)
@_accept
def changelog(specs: tuple[str, ...], accepted: Path | None) -> int:
    """Write a changelog, in Markdown, of the way from OLD to NEW.

    Several SPECs, oldest first, make a range; two releases of one folder bring along those between them.
    """
    if len(specs) < 2:
        raise click.UsageError("name at least two SPECs, the older one first")
    from codegen.diff.changelog import changelog as write_changelog

    project = read_project(Path.cwd())
    accepted = accepted or project.accept
    releases = steps(specs, project)
    whole = _accepting(review(releases[0], releases[-1], places=False), accepted) if len(releases) > 2 else None
    reports = [_accepting(report, accepted) for report in reviews(releases)]
    click.echo(write_changelog(reports, whole), nl=False)
    return 0
