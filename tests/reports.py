"""Hand-made reports for the printers: every level and direction, accepted findings, and names that mean harm."""

from __future__ import annotations

from codegen.diagnostics import Location
from codegen.diff.findings import Accepted, Audience, Bump, Finding, Level, Report, Side, Verdict, Verdicts
from codegen.diff.findings import Direction as To

OLD = Side("botocore-1.35.61", "partnercentral-selling@1.35.61", lambda: "sha256:" + "1f" * 32)
NEW = Side("botocore-1.35.62", "partnercentral-selling@1.35.62", lambda: "sha256:" + "2e" * 32)

ESCAPE = "\x1b[31mred\x1b[0m"
HOSTILE_NAME = f"Evil{ESCAPE}`|<script>alert(1)</script>\n::error::@aws [x](http://x.example) \u202e**b**"
HOSTILE_OPERATION = 'Get"><img src=x onerror=alert(1)>%0A\x07|`@team`'
HOSTILE_VALUE = f"</details>\r\n# head\n| a | b |\n{ESCAPE}```\u2028<!-- ::warning::"
MARKUP = "https://a.example/<i>_*~[t](javascript:x)&lt;"

BREAKING, RISKY, SAFE, COSMETIC = Level.BREAKING, Level.RISKY, Level.SAFE, Level.COSMETIC
MANY = tuple(f"{verb}{noun}" for verb in ("Create", "Get", "List", "Update") for noun in ("Engagement", "Opportunity"))
START = ("StartEngagementByAcceptingInvitationTask", "StartEngagementFromOpportunityTask")


def verdicts(caller: tuple[Level, str], source: tuple[Level, str], server: tuple[Level, str]) -> Verdicts:
    return {audience: Verdict(*said) for audience, said in zip(Audience, (caller, source, server), strict=True)}


def at(line: int, column: int = 9, path: str = "specs/partnercentral-selling/1.35.62.json") -> Location:
    return Location(path, line, column)


def before(line: int, column: int = 9) -> Location:
    return at(line, column, "specs/partnercentral-selling/1.35.61.json")


INVISIBLE = (COSMETIC, "nothing on the wire changes")
SAME = (SAFE, "what is generated stays the same")
FINE = (SAFE, "what it sends and reads stays valid")
QUIET = verdicts(INVISIBLE, (COSMETIC, "only words change"), (COSMETIC, "nothing to do"))


def _documentation(path: str, line: int) -> Finding:
    return Finding(
        rule="docs.changed",
        path=path,
        summary="documentation changed",
        direction=To.BOTH,
        old="The old words.",
        new="The new words.",
        verdicts=QUIET,
        old_at=before(line),
        new_at=at(line + 2),
    )


BREAKING_ONES = (
    Finding(
        rule="enum.value-removed",
        path="AwsClosedLostReason",
        summary='value "Other" removed',
        direction=To.INPUT,
        old="Other",
        operations=("CreateOpportunity", "UpdateOpportunity"),
        verdicts=verdicts(
            (BREAKING, "a request with this value is refused"),
            (BREAKING, "the enum member is gone"),
            (SAFE, "fewer values to take"),
        ),
        lost=("Other",),
        old_at=before(120),
        new_at=at(118, 5),
    ),
    Finding(
        rule="length.tightened",
        path="ExpectedCustomerSpendList",
        summary="takes at most 10 items, had no upper bound",
        direction=To.INPUT,
        old={"min": 1},
        new={"min": 1, "max": 10},
        operations=MANY,
        verdicts=verdicts(
            (BREAKING, "longer lists are refused"),
            (BREAKING, "longer lists are refused before they are sent"),
            (RISKY, "longer lists have to be refused"),
        ),
        old_at=before(300),
        new_at=at(304),
    ),
    Finding(
        rule="pattern.tightened",
        path="ClientToken",
        summary="pattern accepts less",
        direction=To.INPUT,
        old="[!-~]{1,64}",
        new="[a-zA-Z0-9-]{1,64}",
        operations=(*START, *(f"Start{number:02}Task" for number in range(12))),
        verdicts=verdicts(
            (BREAKING, "a token of other characters is refused"),
            (BREAKING, "the model refuses what it took"),
            (RISKY, "tokens have to be checked"),
        ),
        lost=("abc!", "a b" + "c" * 120),
        old_at=before(410),
        new_at=at(411),
    ),
    Finding(
        rule="member.required-added",
        path="CreateEngagementRequest.Title",
        summary="required member added",
        direction=To.INPUT,
        new={"shape": "EngagementTitle", "required": True},
        operations=("CreateEngagement",),
        verdicts=verdicts(
            (BREAKING, "a request without it is refused"),
            (BREAKING, "calls without it raise"),
            (RISKY, "a request without it has to be refused"),
        ),
        new_at=at(512),
    ),
    Finding(
        rule="operation.removed",
        path="RejectEngagementInvitation",
        summary="operation removed",
        direction=To.NONE,
        old="RejectEngagementInvitation",
        operations=("RejectEngagementInvitation",),
        verdicts=verdicts(
            (BREAKING, "the service knows it no longer"),
            (BREAKING, "the method is gone"),
            (SAFE, "one handler less"),
        ),
        old_at=before(77, 3),
        new_at=at(12, 3),
    ),
    Finding(
        rule="shape.removed",
        path="ExpectedCustomerSpendAmountString",
        summary="shape removed",
        direction=To.BOTH,
        old={"type": "string", "pattern": "(0|([1-9][0-9]{0,30}))(\\.[0-9]{0,2})?"},
        verdicts=verdicts(FINE, (BREAKING, "the exported alias is gone"), (SAFE, "nothing refers to it")),
        old_at=before(640, 5),
        new_at=at(3, 3),
    ),
    Finding(
        rule="member.made-required",
        path="GetEngagementResponse.Arn",
        summary="optional member made required",
        direction=To.OUTPUT,
        old=False,
        new=True,
        operations=("GetEngagement",),
        verdicts=verdicts(FINE, SAME, (BREAKING, "it has to be sent always")),
        old_at=before(700),
        new_at=at(702),
    ),
)

RISKY_ONES = (
    Finding(
        rule="enum.value-added",
        path="ReasonCode",
        summary='value "ResourceSnapshotAccessDenied" added',
        direction=To.OUTPUT,
        new="ResourceSnapshotAccessDenied",
        operations=START,
        verdicts=verdicts(
            (SAFE, "unknown values are read as text"),
            (RISKY, "a match over all values misses one"),
            (SAFE, "it may send the new value"),
        ),
        gained=("ResourceSnapshotAccessDenied",),
        new_at=at(820),
    ),
    Finding(
        rule="pattern.changed",
        path="EstimationUrl",
        summary="pattern changed, relation unknown",
        direction=To.BOTH,
        old="(?=a)" + "x?" * 200,
        new="(?=b)" + "y?" * 300,
        operations=("GetOpportunity",),
        verdicts=verdicts(
            (RISKY, "some requests may be refused"),
            (RISKY, "the model may refuse what it took"),
            (RISKY, "requests have to be checked anew"),
        ),
        old_at=before(900),
        new_at=at(902),
    ),
    Finding(
        rule="member.removed",
        path="ListEngagementsRequest.CreatedBy",
        summary="optional member removed",
        direction=To.INPUT,
        old={"shape": "AwsAccountList"},
        operations=("ListEngagements",),
        verdicts=verdicts(
            (RISKY, "it is ignored or refused"),
            (BREAKING, "the argument is gone"),
            (SAFE, "nothing to read"),
        ),
        old_at=before(930),
        new_at=at(928, 5),
    ),
    Finding(
        rule="error.added",
        path="CreateEngagement.ConflictException",
        summary="error added",
        direction=To.OUTPUT,
        new="ConflictException",
        operations=("CreateEngagement",),
        verdicts=verdicts(
            (RISKY, "it arrives as a general error"),
            (SAFE, "one more class"),
            (RISKY, "it may have to be raised"),
        ),
        new_at=at(960),
    ),
    Finding(
        rule="sensitive.added",
        path="CurrencyCode",
        summary="made sensitive",
        direction=To.BOTH,
        old=False,
        new=True,
        verdicts=verdicts(FINE, (RISKY, "its value is hidden in repr"), (RISKY, "logs have to hide it")),
        old_at=before(1000),
        new_at=at(1003),
    ),
    Finding(
        rule="operation.added",
        path="CreateEngagementContext",
        summary="operation added",
        direction=To.NONE,
        new="CreateEngagementContext",
        operations=("CreateEngagementContext",),
        verdicts=verdicts((SAFE, "nobody calls it yet"), (SAFE, "one more method"), (RISKY, "a handler is missing")),
        new_at=at(1100, 3),
    ),
    Finding(
        rule="endpoint.changed",
        path="partnercentral-selling",
        summary="endpoint prefix changed",
        direction=To.NONE,
        old="partnercentral-selling",
        new="partnercentral",
        verdicts=verdicts((RISKY, "the old host may go away"), SAME, (RISKY, "it has to answer both")),
        old_at=Location("specs/partnercentral-selling/1.35.61.json"),
        new_at=Location("specs/partnercentral-selling/1.35.62.json"),
    ),
)

SAFE_ONES = (
    Finding(
        rule="pattern.loosened",
        path="AwsAccount",
        summary="pattern accepts more",
        direction=To.INPUT,
        old="[0-9]{12}",
        new="([0-9]{12}|\\w{1,12})",
        verdicts=verdicts(FINE, (SAFE, "it takes more"), (SAFE, "more to take")),
        gained=("a_1",),
        old_at=before(1210),
        new_at=at(1215),
    ),
    Finding(
        rule="member.optional-added",
        path="CreateOpportunityRequest.Tags",
        summary="optional member added",
        direction=To.INPUT,
        new={"shape": "TagList"},
        operations=("CreateOpportunity",),
        verdicts=verdicts((SAFE, "nobody sends it yet"), (SAFE, "one more argument"), (SAFE, "it may be absent")),
        new_at=at(1300),
    ),
    Finding(
        rule="paginator.added",
        path="ListEngagements",
        summary="paginator added",
        direction=To.NONE,
        new={"input": "NextToken", "size": 10, "ratio": 0.5, "more": [None, True]},
        operations=("ListEngagements",),
        verdicts=verdicts((SAFE, "single calls go on"), (SAFE, "one more method"), (SAFE, "nothing to do")),
    ),
)

COSMETIC_ONES = (
    *(_documentation(f"{name}.Description", 1400 + index) for index, name in enumerate(MANY)),
    Finding(
        rule="enum.reordered",
        path="ReasonCode",
        summary="values reordered",
        direction=To.OUTPUT,
        old=["A", "B"],
        new=["B", "A"],
        verdicts=QUIET,
        old_at=before(810),
        new_at=at(812),
    ),
)

ACCEPTED_ONES = (
    Finding(
        rule="member.type-changed",
        path="Money.Amount",
        summary="string became number",
        direction=To.BOTH,
        old="string",
        new="number",
        operations=("CreateOpportunity",),
        verdicts=verdicts(
            (BREAKING, "a string is refused"), (BREAKING, "the type changed"), (BREAKING, "numbers have to be read")
        ),
        old_at=before(1500),
        new_at=at(1501),
        accepted=Accepted("we never send amounts", "2027-01-31"),
    ),
    Finding(
        rule="error.removed",
        path=f"TagResource.{HOSTILE_NAME}",
        summary="error removed",
        direction=To.OUTPUT,
        old=HOSTILE_NAME,
        operations=("TagResource",),
        verdicts=verdicts(FINE, (RISKY, "the class is gone"), (SAFE, "one error less")),
        old_at=before(1600),
        accepted=Accepted(f"nobody catches it {ESCAPE}\n::error::<b>"),
    ),
)

HOSTILE_ONES = (
    Finding(
        rule="member.renamed",
        path=HOSTILE_NAME,
        summary=f"renamed to {HOSTILE_NAME}",
        direction=To.INPUT,
        old=HOSTILE_NAME,
        new={HOSTILE_NAME: [HOSTILE_VALUE, MARKUP]},
        operations=(HOSTILE_OPERATION,),
        verdicts=verdicts(
            (BREAKING, f"the wire name changed {ESCAPE}"), (BREAKING, "the attribute is gone"), (RISKY, "read both")
        ),
        lost=(HOSTILE_VALUE, MARKUP, ""),
        gained=(HOSTILE_VALUE[::-1],),
        old_at=Location(f"specs/{ESCAPE},::a:b\n.json", 7, 1),
        new_at=Location("specs/a b#c?%,::\n\x07.json", 8, 2),
    ),
    Finding(
        rule="enum.value-added",
        path="Markup",
        summary=f'value "{MARKUP}" added',
        direction=To.OUTPUT,
        new=MARKUP,
        verdicts=verdicts(FINE, (SAFE, "one more value"), (SAFE, "it may send it")),
        gained=(MARKUP,),
        new_at=at(1700),
    ),
)


def report(*findings: Finding, semver: Bump = Bump.MINOR, upstream_breaking: bool = False) -> Report:
    """Make a report of these findings, in the order of their paths."""
    ordered = tuple(sorted(findings, key=lambda finding: (finding.path, finding.rule, finding.summary)))
    return Report(old=OLD, new=NEW, findings=ordered, semver=semver, upstream_breaking=upstream_breaking)


def sample_report() -> Report:
    """Make a report with something of everything."""
    return report(
        *BREAKING_ONES,
        *RISKY_ONES,
        *SAFE_ONES,
        *COSMETIC_ONES,
        *ACCEPTED_ONES,
        *HOSTILE_ONES,
        semver=Bump.MAJOR,
        upstream_breaking=True,
    )


def plain_report() -> Report:
    """Make the report of an update that only tightens a request and adds a value: nothing in it means harm."""
    chosen = ("ClientToken", "ReasonCode", "AwsAccount", "CreateEngagement.Description")
    found = (*BREAKING_ONES, *RISKY_ONES, *SAFE_ONES, *COSMETIC_ONES)
    return report(*(one for one in found if one.path in chosen), upstream_breaking=True)


def empty_report() -> Report:
    """Make the report of a release with itself."""
    return report(semver=Bump.NONE)


def big_report() -> Report:
    """Make a report of 3,000 findings, as an update of a large service has them."""
    safe = verdicts(FINE, (RISKY, "a match over all values misses one"), (SAFE, "it may send the new value"))
    broken = verdicts((BREAKING, "a longer text is refused"), (BREAKING, "the model refuses it"), (RISKY, "check it"))
    values = (
        Finding(
            rule="enum.value-added",
            path=f"InstanceType{number % 31}",
            summary=f'value "m{number}.large" added',
            direction=To.BOTH,
            new=f"m{number}.large",
            operations=MANY,
            verdicts=safe,
            new_at=at(number + 1),
        )
        for number in range(1400)
    )
    lengths = (
        Finding(
            rule="length.tightened",
            path=f"Request{number}.Name",
            summary="takes at most 64 characters, took 128",
            direction=To.INPUT,
            old={"max": 128},
            new={"max": 64},
            operations=(f"Call{number}",),
            verdicts=broken,
            lost=("a" * 65,),
            old_at=before(number + 1),
            new_at=at(number + 1),
        )
        for number in range(600)
    )
    return report(*values, *lengths, *(_documentation(f"Shape{number}", number) for number in range(1000)))
