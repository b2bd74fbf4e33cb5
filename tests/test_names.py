"""Names: readable for the models AWS publishes, sound for the ones nobody should write."""

from __future__ import annotations

import builtins
import gzip
import json
import keyword
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from importlib import resources
from pathlib import Path
from types import CodeType
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.spec import names
from codegen.spec.ir import SpecText

Resolve = Callable[[Iterable[SpecText]], Mapping[SpecText, str]]


def constants(values: Iterable[SpecText]) -> dict[SpecText, names.ConstantName]:
    """Name values that the model gives no names."""
    return names.constants((value, None) for value in values)


KINDS: tuple[Resolve, ...] = (
    names.attributes,
    names.arms,
    names.classes,
    names.error_classes,
    names.event_classes,
    constants,
    names.methods,
    names.modules,
)
every_kind = pytest.mark.parametrize("resolve", KINDS, ids=lambda resolve: resolve.__name__)


def resolved(resolve: Resolve, *wires: str) -> dict[str, str]:
    return {wire.raw: str(symbol) for wire, symbol in resolve(map(SpecText, wires)).items()}


def only(resolve: Resolve, wire: str) -> str:
    return resolved(resolve, wire)[wire]


def unique_key(symbol: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", symbol).casefold())


def assert_sound(symbols: Mapping[Any, str]) -> None:
    """Check that Python takes every symbol as a name, and tells them apart as a file system without case would."""
    for symbol in symbols.values():
        assert symbol.isidentifier(), symbol
        assert not keyword.iskeyword(symbol), symbol
        assert not symbol.startswith("_"), symbol
        assert unicodedata.normalize("NFKC", symbol) == symbol, symbol
        assert len(symbol) <= 200, symbol
    assert len({unique_key(symbol) for symbol in symbols.values()}) == len(symbols)


# ------------------------------------------------------------------------------------------------------ readable names


@pytest.mark.parametrize(
    ("wire", "symbol"),
    [
        ("AwsAccountId", "aws_account_id"),
        ("WebsiteUrl", "website_url"),
        ("clientToken", "client_token"),
        ("EngagementARN", "engagement_arn"),
        ("IPAddress", "ip_address"),
        ("HTTPSEndpoints", "https_endpoints"),
        ("VPCs", "vpcs"),
        ("AMIs", "amis"),
        ("GroupIDs", "group_ids"),
        ("IDsToKeep", "ids_to_keep"),
        ("S3Uri", "s3_uri"),
        ("EC2Instance", "ec2_instance"),
        ("K8sVersion", "k8s_version"),
        ("Sha256Digest", "sha256_digest"),
        ("ChecksumCRC32C", "checksum_crc32c"),
        ("OAuth2Token", "oauth2_token"),
        ("oAuthScopes", "oauth_scopes"),
        ("IPv6CidrBlock", "ipv6_cidr_block"),
        ("IoTThing", "iot_thing"),
        ("TLSv12", "tlsv12"),
        ("MinvCPUs", "min_vcpus"),
        ("VCpuCount", "vcpu_count"),
        ("DescribeCachediSCSIVolumes", "describe_cached_iscsi_volumes"),
        ("ThroughputInMiBps", "throughput_in_mibps"),
        ("XAxis", "x_axis"),
        ("content-type", "content_type"),
        ("aws:source arn", "aws_source_arn"),
        ("a.b", "a_b"),
        ("2020_05_31", "n2020_05_31"),
        ("4xxErrors", "n4xx_errors"),
        ("__debug__", "debug"),
        ("_", "underscore"),
        ("", "empty"),
        ("$", "dollar_sign"),
        ("Größe", "größe"),
        ("ÜberGröße", "über_größe"),
        ("ﬁle", "file"),
        ("名前", "名前"),
        ("٣x", "n٣x"),
        ("a\U0001f600b", "a_u1f600_b"),
        ("\u202euser", "u202e_user"),
        ("\ud800", "ud800"),
    ],
)
def test_an_attribute_reads_well(wire: str, symbol: str) -> None:
    assert only(names.attributes, wire) == symbol


@pytest.mark.parametrize(
    ("wire", "symbol"),
    [
        ("from", "from_"),
        ("In", "in_"),
        ("schema", "schema_"),
        ("json", "json_"),
        ("copy", "copy_"),
        ("modelConfig", "model_config_"),
        ("modelName", "model_name"),
        ("to_wire", "to_wire_"),
        ("List", "list_"),
        ("Id", "id"),
        ("Type", "type"),
        ("match", "match"),
        ("Format", "format"),
        ("Value", "value"),
        ("Tag", "tag"),
    ],
)
def test_an_attribute_gives_way_only_to_what_it_would_break(wire: str, symbol: str) -> None:
    assert only(names.attributes, wire) == symbol


def test_an_arm_gives_way_to_what_a_union_has_of_its_own() -> None:
    assert resolved(names.arms, "Value", "tag", "unknown", "Account") == {
        "Value": "value_",
        "tag": "tag_",
        "unknown": "unknown_",
        "Account": "account",
    }


@pytest.mark.parametrize(
    ("wire", "symbol"),
    [
        ("AccountReceiver", "AccountReceiver"),
        ("lambda_function", "LambdaFunction"),
        ("__boolean", "Boolean"),
        ("__listOf__string", "ListOfString"),
        ("maxResults", "MaxResults"),
        ("UUID", "UUID"),
        ("V2020_05_31", "V2020_05_31"),
        ("None", "None_"),
        ("EnvironmentError", "EnvironmentError_"),
        ("Mapping", "Mapping_"),
        ("Unknown", "Unknown_"),
        ("1Thing", "N1Thing"),
        ("名前", "N名前"),
        ("Foo(metaclass=evil())", "FooMetaclassEvil"),
        ("Foo:\n    x = evil()\nclass Bar", "FooXEvilClassBar"),
        ("../../../tmp/escape", "TmpEscape"),
    ],
)
def test_a_class_keeps_its_spelling_where_it_can(wire: str, symbol: str) -> None:
    assert only(names.classes, wire) == symbol


def test_an_error_class_gives_way_to_the_classes_of_the_module_it_is_in() -> None:
    assert resolved(names.error_classes, "ValidationError", "Error", "BaseException", "ConflictException") == {
        "ValidationError": "ValidationError_",
        "Error": "Error_",
        "BaseException": "BaseException_",
        "ConflictException": "ConflictException",
    }
    assert only(names.classes, "ValidationError") == "ValidationError"


@pytest.mark.parametrize(
    ("value", "symbol"),
    [
        ("US", "US"),
        ("IN_PROGRESS", "IN_PROGRESS"),
        ("AES256GCM", "AES256GCM"),
        ("Co-Sell", "CO_SELL"),
        ("Energy - Oil and Gas", "ENERGY_OIL_AND_GAS"),
        ("InvitationAccessDenied", "INVITATION_ACCESS_DENIED"),
        ("t2.micro", "T2_MICRO"),
        ("us-east-1", "US_EAST_1"),
        ("LunAlreadyAllocated ", "LUN_ALREADY_ALLOCATED"),
        ("0.5", "N0_5"),
        ("-1", "MINUS_1"),
        (">=10", "GREATER_EQUAL_10"),
        ("<=", "LESS_EQUAL"),
        ("+", "PLUS"),
        ("", "EMPTY"),
        (" ", "SPACE"),
        ("None", "NONE"),
        ("name", "NAME"),
        ("mro", "MRO"),
        ("import", "IMPORT"),
        ("straße", "STRASSE"),
        ("ɤ", "ɤ"),  # its capital came with Unicode 16: what is generated must not change with the Python
    ],
)
def test_a_constant_reads_well(value: str, symbol: str) -> None:
    assert only(constants, value) == symbol


def test_a_constant_has_the_name_that_the_model_gives_it() -> None:
    value, name = SpecText("t2.nano"), SpecText("T2NanoSize")
    assert names.constants([(value, name)]) == {value: "T2_NANO_SIZE"}


def test_two_values_of_one_given_name_both_get_a_suffix() -> None:
    symbols = names.constants([(SpecText("a"), SpecText("Same")), (SpecText("b"), SpecText("Same"))])
    assert sorted(symbols.values()) == ["SAME_3e23", "SAME_ca97"]


@pytest.mark.parametrize(
    ("wire", "symbol"),
    [
        ("CreateEngagement", "create_engagement"),
        ("CreateDistribution2020_05_31", "create_distribution2020_05_31"),
        ("import", "import_"),
        ("Close", "close_"),
        ("WaitForTask", "wait_for_task_"),
        ("print", "print"),
        ("Foo\r\nX-Evil: 1", "foo_x_evil_1"),
    ],
)
def test_a_method_reads_well(wire: str, symbol: str) -> None:
    assert only(names.methods, wire) == symbol


@pytest.mark.parametrize(
    ("service", "symbol"),
    [
        ("partnercentral-selling", "partnercentral_selling"),
        ("lambda", "lambda_"),
        ("import", "import_"),
        ("json", "json_"),
        ("pydantic", "pydantic_"),
        ("CON", "con_"),
        ("123abc", "n123abc"),
        ("../../etc", "etc"),
        ("größe", "gru00f6u00dfe"),
        ("", "empty"),
    ],
)
def test_a_package_can_be_imported_and_hides_no_other(service: str, symbol: str) -> None:
    assert names.package(SpecText(service)) == symbol


def test_each_kind_has_a_class_of_its_own() -> None:
    kinds = [type(resolve([SpecText("a")])[SpecText("a")]) for resolve in KINDS]
    assert kinds == [
        names.AttrName,
        names.AttrName,
        names.ClassName,
        names.ClassName,
        names.ClassName,
        names.ConstantName,
        names.MethodName,
        names.ModuleName,
    ]


# ---------------------------------------------------------------------------------------------------------- collisions


@pytest.mark.parametrize(
    ("resolve", "symbols"),
    [
        (names.attributes, {"foo": "foo", "foo_": "foo_f406", "foo__": "foo_fb27", "Foo": "foo_1cbe"}),
        (names.attributes, {"EngagementArn": "engagement_arn", "EngagementARN": "engagement_arn_dc4f"}),
        (names.attributes, {"from": "from_", "From": "from_2181"}),
        (names.attributes, {"a.b": "a_b_2e73", "a b": "a_b_c868"}),
        (names.classes, {"Foo": "Foo", "foo": "Foo_2c26", "FOO": "FOO_9520"}),
        (names.classes, {"FooBar": "FooBar", "Foo_Bar": "FooBar_61db", "foo_bar": "FooBar_4928"}),
        (names.classes, {"IpAddress": "IpAddress", "IPAddress": "IPAddress_4e87"}),
        (names.classes, {"JWTSize": "JWTSize", "jwtSize": "JwtSize_edc9"}),
        (names.methods, {"get_foo": "get_foo", "GetFoo": "get_foo_5633", "Get-Foo": "get_foo_5efb"}),
        (constants, {"FOO": "FOO", "Foo": "FOO_1cbe", "foo": "FOO_2c26"}),
        (constants, {"a": "A", "a ": "A_6583", " a": "A_7de5"}),
        (constants, {"K": "K", "\u212a": "K_2bc4"}),
    ],
)
def test_the_most_canonical_spelling_keeps_the_symbol(resolve: Resolve, symbols: dict[str, str]) -> None:
    assert resolved(resolve, *symbols) == symbols


def test_letters_that_only_look_alike_are_different_names() -> None:
    assert resolved(names.attributes, "a", "\u0430") == {"a": "a", "\u0430": "\u0430"}


def test_a_suffix_that_is_taken_grows() -> None:
    digest = sha256(b"Foo").hexdigest()
    squatters = [f"foo_{digest[:digits]}" for digits in range(4, 65, 4)]
    symbols = resolved(names.attributes, "foo", "Foo", *squatters)
    assert symbols == {"foo": "foo", "Foo": f"foo_{digest}{digest[:4]}", **{one: one for one in squatters}}


@every_kind
def test_a_long_name_is_cut_and_told_apart_by_its_digest(resolve: Resolve) -> None:
    symbols = resolved(resolve, "S" * 300, "S" * 301, "S" * 1_000_000)
    assert_sound(symbols)
    assert {len(symbol) for symbol in symbols.values()} == {185}
    assert resolved(resolve, "S" * 200)["S" * 200].lower() == "s" * 200


def test_collisions_lists_each_renamed_name_with_its_rivals() -> None:
    lower, upper, other = SpecText("arn"), SpecText("ARN"), SpecText("from")
    assert names.collisions([upper, other, lower], names.attributes) == (
        names.Renamed(wire=upper, symbol="arn_" + sha256(b"ARN").hexdigest()[:4], plain="arn", rivals=(lower,)),
    )


def test_of_thousands_that_share_a_symbol_each_has_a_few_rivals_named_and_the_others_counted() -> None:
    wires = [SpecText(f"a{sign * count}b") for sign in "-." for count in range(1, 501)]
    found = names.collisions(wires, names.attributes)
    assert {(len(each.rivals), each.more) for each in found} == {(8, 991)}
    assert found[0].rivals == tuple(wires[1:9])


def test_names_without_rivals_collide_with_nothing() -> None:
    wires = map(SpecText, ("from", "Title", "S" * 300))
    assert names.collisions(wires, names.attributes) == ()


# ------------------------------------------------------------------------------------------------------ reserved words


def public(words: Iterable[str]) -> set[str]:
    return {word for word in words if not word.startswith("_")}


def test_the_reserved_words_cover_this_python_and_this_pydantic() -> None:
    assert set(keyword.kwlist) <= names.KEYWORDS
    assert set(keyword.softkwlist) <= names.SOFT_KEYWORDS
    assert public(dir(builtins)) <= names.BUILTINS
    assert public(dir(pydantic.BaseModel)) <= names.PYDANTIC
    assert public(sys.stdlib_module_names) <= names.STANDARD_LIBRARY


def test_no_constant_can_hide_what_an_enum_owns() -> None:
    assert not [name for name in public(dir(StrEnum)) if only(constants, name) == name]


def reserved_lists() -> dict[str, frozenset[str]]:
    return {name: value for name, value in vars(names).items() if name.startswith("RESERVED_")}


def test_a_trailing_underscore_leads_out_of_every_reserved_list() -> None:
    assert len(reserved_lists()) == 7
    for reserved in reserved_lists().values():
        assert reserved.isdisjoint({f"{word}_" for word in reserved})


MODEL = """
from datetime import datetime
from typing import Annotated, Any, Literal
from pydantic import BaseModel, ConfigDict, Field

class Model(BaseModel):
    model_config = ConfigDict(protected_namespaces=())
"""
ANNOTATION = (
    "str | int | float | bool | bytes | list[int] | dict[str, object] | tuple[Any] | set[int] | datetime | None"
)


def compiled(source: str) -> CodeType:
    """Compile without this file's deferred annotations: a class body reads them at once, and meets what hides them."""
    return compile(source, "<generated>", "exec", dont_inherit=True)


def test_a_model_whose_members_are_all_the_words_of_python_and_pydantic_works() -> None:
    words = sorted(names.KEYWORDS | names.SOFT_KEYWORDS | names.BUILTINS | names.RESERVED_ARMS)
    symbols = names.arms(map(SpecText, words))
    lines = [
        f"    {symbol}: Annotated[{ANNOTATION}, Field(alias={wire.raw!r})] = None" for wire, symbol in symbols.items()
    ]
    namespace: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compiled(MODEL + "\n".join(lines)), namespace)
    model = namespace["Model"](**{word: word for word in words})
    assert {wire.raw: getattr(model, symbol) for wire, symbol in symbols.items()} == {word: word for word in words}
    assert model.model_dump(by_alias=True) == {word: word for word in words}


def test_an_enum_of_hostile_values_works() -> None:
    symbols = names.constants((SpecText(value), None) for value in HOSTILE)
    body = "\n".join(f"    {symbol} = {value.raw!r}" for value, symbol in symbols.items())
    namespace: dict[str, Any] = {}
    exec(compiled(f"from enum import StrEnum\n\nclass Values(StrEnum):\n{body}\n"), namespace)
    assert {one.value for one in namespace["Values"]} == set(HOSTILE)


# ------------------------------------------------------------------------------------------------------- hostile names

HOSTILE = (
    '\\"\nevil()\n#',
    '"\n    evil()\n    x = "',
    "'\n    evil()\n    x = '",
    '" + evil() + "',
    "{evil()}%s{{x}}",
    'x": evil(), "y',
    "evil()#",
    "Foo(metaclass=evil())",
    "../../../tmp/escape",
    "X-A\r\nX-Evil: 1",
    "x\n::set-output name=a::b",
    "a\"b'c\\d\ne\tf\rg\u2028h",
    *("Foo", "foo", "FOO", "Foo_Bar", "FooBar", "Foo-Bar", "foo_bar", "foo_", "foo__"),
    *("K", "\u212a", "k", "a", "\u0430", "a ", " a", "\u00e5", "\u212b", "a\u030a"),
    *("\U0001f389", "\u200b", "\u202e", "\u202euser", "\ud800", "a\x00b", "A\x00B", "", " ", "_", "__", "1", "9lives"),
    *("\u0663x", "\u0301", "\u0130", "\u00df", "ss", "\ufdfa", "\u10a0", "\u0149", "\u0390"),
    *(
        "None",
        "none",
        "import",
        "class",
        "match",
        "case",
        "type",
        "self",
        "cls",
        "return",
        "print",
        "str",
        "annotations",
    ),
    *("__class__", "__init__", "__dict__", "__slots__", "__hash__", "__pydantic_validator__", "_private", "__x", "mro"),
    *(
        "CON",
        "NUL",
        "aux",
        "com1",
        "PRN",
        "__main__",
        "conftest",
        "models",
        "client",
        "errors",
        "S" * 300,
        "o" * 10_000,
    ),
)


@every_kind
def test_hostile_names_become_sound_ones(resolve: Resolve) -> None:
    assert_sound(resolved(resolve, *HOSTILE))


@every_kind
def test_hostile_names_do_not_hide_reserved_words(resolve: Resolve) -> None:
    words = sorted(names.KEYWORDS | frozenset().union(*reserved_lists().values()))
    symbols = resolved(resolve, *words, *(word.upper() for word in words), *(f"__{word}__" for word in words))
    assert_sound(symbols)
    assert names.KEYWORDS.isdisjoint(symbols.values())


def test_modules_are_safe_on_every_file_system() -> None:
    for symbol in resolved(names.modules, *HOSTILE).values():
        assert symbol.isascii() and symbol == symbol.lower()
        assert symbol not in names.WINDOWS_DEVICES | names.STANDARD_LIBRARY


def test_twenty_thousand_values_are_all_named() -> None:
    symbols = resolved(constants, *(f"v{number}" for number in range(20_000)))
    assert symbols["v19999"] == "V19999"
    assert len(set(symbols.values())) == 20_000


# ---------------------------------------------------------------------------------------------------------- properties

near = st.text("aAbBsSkK019_-. +<=ſıİßéÉ\u0301\u212a\u0660名🎉", max_size=5)
"""Few letters, so that names collide."""
wires = st.lists(near | st.text(st.characters(), max_size=30) | st.sampled_from(HOSTILE), unique=True, max_size=12)


@every_kind
@given(spelled=wires, order=st.randoms())
def test_any_names_are_sound_whatever_their_order(resolve: Resolve, spelled: list[str], order: Any) -> None:
    symbols = resolved(resolve, *spelled)
    assert list(symbols) == spelled
    assert_sound(symbols)
    shuffled = order.sample(spelled, len(spelled))
    assert resolved(resolve, *shuffled) == symbols


@every_kind
@given(spelled=wires, newcomer=near)
def test_a_newcomer_renames_nobody_but_its_rivals(resolve: Resolve, spelled: list[str], newcomer: str) -> None:
    before = resolved(resolve, *spelled)
    after = resolved(resolve, *spelled, newcomer)
    plain = {wire: unique_key(only(resolve, wire)) for wire in after}
    assert {wire for wire in spelled if plain[wire] != plain[newcomer] and before[wire] != after[wire]} == set()


@given(spelled=wires)
def test_no_attribute_equals_a_class(spelled: list[str]) -> None:
    attributes = {*resolved(names.attributes, *spelled).values(), *resolved(names.arms, *spelled).values()}
    assert attributes.isdisjoint(resolved(names.classes, *spelled).values())


@given(text=st.text("aAbBsS09éÉ٣ßiv", max_size=20))
def test_words_lose_no_letter(text: str) -> None:
    normal = unicodedata.normalize("NFKC", text)
    assert (
        only(names.attributes, text).replace("_", "").removeprefix("n") == "".join(map(str.lower, normal)) or not text
    )


@pytest.mark.parametrize(
    ("texts", "never"),
    [
        (["AssetArn", "asset_id"], True),
        (["t2.micro", "t2.nano", "a-b"], True),
        (["ARN", "Arn"], False),
        (["a.b", "ab"], False),
        (["a\nb"], False),
        (["a\na"], False),
        (["1a"], False),
        (["a", ""], False),
        (["\u00e9"], False),
        (["a" * 1000], False),
        ([], False),
    ],
)
def test_it_is_told_of_names_that_they_never_share_a_symbol(texts: list[str], never: bool) -> None:
    assert names.never_share(texts) is never


@given(st.lists(st.text("aAbB1._- \n\u00e9", max_size=4), unique=True))
def test_what_never_shares_a_symbol_is_called_alike_beside_others_and_alone(texts: list[str]) -> None:
    if names.never_share(texts):
        for resolve in (names.attributes, constants):
            assert resolved(resolve, *texts) == {text: only(resolve, text) for text in texts}


# ------------------------------------------------------------------------------------------------- what AWS publishes


def published() -> Iterator[dict[str, Any]]:
    data = Path(str(resources.files("botocore"))) / "data"
    for path in sorted(data.glob("*/*/service-2.json*")):
        text = path.read_bytes()
        yield json.loads(gzip.decompress(text) if path.suffix == ".gz" else text)


def groups_of(model: dict[str, Any]) -> Iterator[tuple[Resolve, list[str]]]:
    """Give every group of names that must be told apart, with what names it."""
    shapes = model["shapes"]
    yield names.methods, list(model["operations"])
    yield names.classes, list(shapes)
    yield names.error_classes, [name for name, shape in shapes.items() if shape.get("exception")]
    for shape in shapes.values():
        yield names.arms if shape.get("union") else names.attributes, list(shape.get("members", ()))
        yield constants, shape.get("enum", [])


def test_every_name_in_botocore_becomes_a_sound_one() -> None:
    groups = {(resolve, tuple(spelled)) for model in published() for resolve, spelled in groups_of(model)}
    for resolve, spelled in groups:
        assert_sound(resolved(resolve, *spelled))
    assert sum(len(spelled) for _, spelled in groups) > 200_000
