"""AWS's partitions, as the rules of endpoints ask for them: the name of a region gives the facts of its partition.

The facts are those of botocore's `partitions.json`, carried over by hand: few, and seldom changed. A test compares them
with the installed botocore's and fails when they differ. Regions are told by the form of their names, so that a region
that opens after a package was generated is found in its partition as well.
"""

from functools import lru_cache
from typing import NamedTuple

FACTS_OF = "3dfaba8a471f98d2ea6f0681c3ef5776a9da9ad92e7934939cacb7457fa196b7"
"""The SHA-256 of the `partitions.json` that these facts were last compared with."""


class Partition(NamedTuple):
    """One partition. `starts`: how its regions' names begin: `cn` that of `cn-north-1`. `others`: other regions."""

    name: str
    starts: tuple[str, ...]
    others: tuple[str, ...]
    dns_suffix: str
    dual_stack_dns_suffix: str
    implicit_global_region: str
    supports_fips: bool = True
    supports_dual_stack: bool = True

    def outputs(self) -> dict[str, str | bool]:
        """Give the facts under the names that rules call them by."""
        return {
            "name": self.name,
            "dnsSuffix": self.dns_suffix,
            "dualStackDnsSuffix": self.dual_stack_dns_suffix,
            "implicitGlobalRegion": self.implicit_global_region,
            "supportsFIPS": self.supports_fips,
            "supportsDualStack": self.supports_dual_stack,
        }

    def has(self, region: str) -> bool:
        """Say whether a region is one of the partition, known today or not: its name tells."""
        rest, _, number = region.rpartition("-")
        start, _, word = rest.rpartition("-")
        named = word.replace("_", "x").isalnum() and number.isdecimal()
        return region in self.others or (named and start in self.starts)


_US = ("amazonaws.com", "api.aws")
PARTITIONS = (
    Partition("aws", ("us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"), ("aws-global",), *_US, "us-east-1"),
    Partition(
        "aws-cn",
        ("cn",),
        ("aws-cn-global",),
        "amazonaws.com.cn",
        "api.amazonwebservices.com.cn",
        "cn-northwest-1",
    ),
    Partition("aws-eusc", ("eusc-de",), (), "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"),
    Partition("aws-iso", ("us-iso",), ("aws-iso-global",), "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"),
    Partition("aws-iso-b", ("us-isob",), ("aws-iso-b-global",), "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"),
    Partition(
        "aws-iso-e",
        ("eu-isoe",),
        ("aws-iso-e-global",),
        "cloud.adc-e.uk",
        "api.cloud-aws.adc-e.uk",
        "eu-isoe-west-1",
    ),
    Partition(
        "aws-iso-f",
        ("us-isof",),
        ("aws-iso-f-global",),
        "csp.hci.ic.gov",
        "api.aws.hci.ic.gov",
        "us-isof-south-1",
    ),
    Partition("aws-us-gov", ("us-gov",), ("aws-us-gov-global",), *_US, "us-gov-west-1"),
)


@lru_cache(maxsize=64)
def partition_of(region: str) -> Partition:
    """Find the partition of a region; a region of no known form is taken for one of the first."""
    found = (one for one in PARTITIONS if one.has(region))
    return next(found, PARTITIONS[0])
