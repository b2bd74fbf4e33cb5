"""Wire name -> Python name: casing, reserved words, collisions. Nowhere else.

In: names as a spec spells them, hostile ones included. Out: `str` subclasses that only this module makes, so that mypy
tells a name that is safe to print from one that is not. Nothing here raises, whatever the spelling.

How a name is made:
1. Characters that Unicode 3.2 does not know become their code point (`u1f600`), then NFKC. That old version is the one
   table of characters that is the same in every Python, and so are the names made from it.
2. Separators split, camel case splits, the words are joined again: `EngagementARN` gives `engagement_arn`.
3. A reserved word gets a trailing underscore: `from` gives `from_`.
4. Of names that differ by spelling only (after NFKC and casefold), the one spelled most as Python would spell it keeps
   the symbol; each other one gets `_` and hex digits of the sha256 of its wire name: 4, or more if those are taken.
   So what a name becomes hangs neither on its place nor on the rest of the spec, unless a rival comes or goes.

The `RESERVED_*` lists are public API: adding a word renames somebody's attribute. They are literals, the union over
Python 3.11 to 3.14, because what is generated must not change with the Python that generates.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Generic, TypeVar

from codegen.digests import sha256
from codegen.records import dataclass
from codegen.spec.ir import SpecText


class ClassName(str):
    """`CapWords`; never equal to an `AttrName`, because one is never all lower case and the other always is."""

    __slots__ = ()


class AttrName(str):
    """`snake_case`, of a model's attribute and of the client method's argument that fills it."""

    __slots__ = ()


class ConstantName(str):
    """`UPPER_SNAKE`, of an enum's member. None is reserved: what `str` and `Enum` own is lower case."""

    __slots__ = ()


class MethodName(str):
    """`snake_case`, of a client's method."""

    __slots__ = ()


class ModuleName(str):
    """`snake_case` in ASCII, of a file or folder: unique where case does not count, no device of Windows."""

    __slots__ = ()


# ----------------------------------------------------------------------------------------------------- reserved words


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


KEYWORDS: frozenset[str] = _listed("""
    False None True and as assert async await break class continue def del elif else except finally for from global
    if import in is lambda nonlocal not or pass raise return try while with yield
""")

SOFT_KEYWORDS: frozenset[str] = _listed("""
    _ case match type
""")
"""Legal as attributes and methods, which therefore keep them: `type` stays `type`."""

BUILTINS: frozenset[str] = _listed("""
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
    BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
    ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception
    ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError
    ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
    KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError None NotADirectoryError NotImplemented
    NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
    PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning
    StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True
    TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
    UnicodeWarning UserWarning ValueError Warning WindowsError ZeroDivisionError abs aiter all anext any ascii bin
    bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir
    divmod enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int
    isinstance issubclass iter len license list locals map max memoryview min next object oct open ord pow print
    property quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip
""")

PYDANTIC: frozenset[str] = _listed("""
    construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_dump
    model_dump_json model_extra model_fields model_fields_set model_json_schema model_parametrized_name
    model_post_init model_rebuild model_validate model_validate_json model_validate_strings parse_file parse_obj
    parse_raw schema schema_json update_forward_refs validate
""")
"""The public attributes of `pydantic.BaseModel`."""

ANNOTATIONS: frozenset[str] = _listed("""
    bool bytes classmethod datetime decimal dict float frozenset int list object property set staticmethod str tuple
""")
"""What the body of a generated class reads; an attribute of that name would hide it from the lines below."""

OWN_ATTRIBUTES: frozenset[str] = _listed("build check cls from_wire response_metadata self to_wire violations")

RESERVED_ATTRIBUTES: frozenset[str] = KEYWORDS | PYDANTIC | ANNOTATIONS | OWN_ATTRIBUTES
"""Other builtins stay plain: `made.id`, `type`, `format` hide nothing that a class body reads."""

RESERVED_ARMS: frozenset[str] = RESERVED_ATTRIBUTES | _listed("tag unknown value")

RESERVED_CLASSES: frozenset[str] = KEYWORDS | SOFT_KEYWORDS | BUILTINS | _listed("""
    AfterValidator AliasChoices Annotated Any AnyJson AnyUrl AwareDatetime BaseModel BeforeValidator Blob Bytes
    CHECKS Callable Checks ClassVar ConfigDict ConstraintWarning Decimal Document Enum Enumerated Exact Field Final
    Flag Generic Instant IntEnum Items Iterable Iterator JsonText JsonValue Literal Loose LooseInt Mapping Members
    NoReturn Number Open OpenInt Optional Pattern PlainSerializer PlainValidator Real RootModel SENSITIVE Self
    Sequence SerializeAsAny StrEnum Structure TYPE_CHECKING TaggedUnion Text Timestamp TypeAlias TypeVar Union
    Unknown Whole WrapSerializer WrapValidator
""")

RESERVED_ERROR_CLASSES: frozenset[str] = KEYWORDS | SOFT_KEYWORDS | BUILTINS | _listed("""
    Any Callable ClassVar ConfigurationError Error Final Iterable Iterator Literal Mapping NoReturn Optional
    ResponseError Self Sequence ServiceError TYPE_CHECKING TaskFailed TransportError Union ValidationError Violation
    WaitTimedOut
""")

RESERVED_EVENT_CLASSES: frozenset[str] = KEYWORDS | SOFT_KEYWORDS | BUILTINS | _listed("Any ClassVar Event Mapping")

RESERVED_METHODS: frozenset[str] = KEYWORDS | ANNOTATIONS | _listed("""
    aclose checks cls close config credentials endpoint_url errors events get_paginator get_waiter
    max_response_bytes meta models overload paginate profile region retries self service session timeout transport
    use_fips wait_for wait_for_task
""")

WINDOWS_DEVICES: frozenset[str] = _listed("""
    aux com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 con conin conout lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8
    lpt9 nul prn
""")

STANDARD_LIBRARY: frozenset[str] = _listed("""
    abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
    binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys
    compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses
    dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler
    fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib
    grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json
    keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib
    msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev
    pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty
    pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter
    runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver
    spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau
    symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit
    tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata
    unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp
    zipfile zipimport zlib zoneinfo
""")

RESERVED_MODULES: frozenset[str] = KEYWORDS | SOFT_KEYWORDS | WINDOWS_DEVICES | STANDARD_LIBRARY | _listed("""
    aiohttp async_client boto3 botocore client codegen conformance conftest errors events models pydantic
    pydantic_core pytest regex speccast test tests typing_extensions urllib3
""")
"""A package or file of these names would be imported in the place of another."""


# -------------------------------------------------------------------------------------------------------------- words

_SPECIAL = (
    "CRC32C|DDoS|DevOps|DynamoDB|[eE]Tag|FSx|GitHub|GitLab|GraphQL|IPv4|IPv6|IoT|JavaScript|LoRaWAN|MariaDB|MongoDB"
    "|MySQL|NaN|NetBIOS|NoSQL|[oO]Auth|OTel|OpenZFS|PostgreSQL|PySpark|[qQ]nA|SaaS|[vV][Cc][Pp][Uu]|VMware|WhatsApp|WiFi"
    "|[KMGTP](?:iB(?:ps)?|Bps)|eSIM|iOS|iSCSI|macOS"
)
"""Words whose capitals do not mark words. Arbitrary: those that AWS's models spell, and that read badly when split."""

_WORD = re.compile(
    rf"(?:{_SPECIAL})s?[0-9]*+(?![a-z])"  # GitHub, IPv4, OAuth2
    r"|[A-Z]{2,}v[0-9]++(?![a-z])"  # TLSv1
    r"|[A-Z]{2,}s(?![a-z])"  # VPCs
    r"|[A-Z]+(?=[A-Z][a-z])"  # IP of IPAddress
    r"|[A-Z]+(?![a-z])(?:[0-9]++[a-z]*+)*+"  # ARN, S3, EC2, K8s
    r"|[A-Z]?[a-z]+(?=iSCSI|vCPU)"  # Cached of CachediSCSI
    r"|[A-Z]?[a-z]++(?:[0-9]++[a-z]*+)*+"  # Account, sha256
    r"|(?:[0-9]++[a-z]*+)+"  # 4xx
)

_OPERATORS = {
    "<": "less",
    "<=": "less_equal",
    "=": "equal",
    "==": "equal_equal",
    "!=": "not_equal",
    ">": "greater",
    ">=": "greater_equal",
    "+": "plus",
    "-": "minus",
    "*": "star",
    "/": "slash",
    "_": "underscore",
    ".": "dot",
    "": "empty",
}
_SIGNED = re.compile(r"\s*([-+<>=!]+)\s*(?=[0-9])")

_LONGEST_TEXT = 1000
_LONGEST_SYMBOL = 200
_NAMED_RIVALS = 8
_CUT = 180


def _known(text: str) -> bool:
    """Tell whether Unicode 3.2 has every character: `é` it has, an emoji it has not."""
    return text.isascii() or all(unicodedata.ucd_3_2_0.category(one) not in ("Cn", "Cs") for one in text)


def _lower(text: str) -> str:
    """Lower each character by itself, so that a word's end changes nothing; what 3.2 lacks stays as it is."""
    return text.lower() if text.isascii() else "".join(_mapped(one, one.lower()) for one in text)


def _upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(_mapped(one, one.upper()) for one in text)


def _mapped(character: str, result: str) -> str:
    return result if _known(result) else character


def _code_point(character: str) -> str:
    return f" u{ord(character):x} "


def _usable(character: str) -> bool:
    """Tell a letter, mark or digit that an identifier may hold, on every Python."""
    return unicodedata.ucd_3_2_0.category(character)[0] in "LMN" and f"a{character}".isidentifier()


@cache
def _plain_character(character: str) -> str:
    if _usable(character):
        return character
    if character.isascii() or unicodedata.category(character)[0] == "Z":
        return " "
    return _code_point(character)


_PLAIN_ASCII = {number: _plain_character(chr(number)) for number in range(128)}


def _is_simple(text: str) -> bool:
    """Say whether a text is one piece as it is, of ASCII letters and digits: nearly every name is."""
    return text.isalnum() and text.isascii() and len(text) <= _LONGEST_TEXT


def _pieces(text: str) -> list[str]:
    """Split at what no identifier holds: `Co-Sell` gives `Co`, `Sell`; `>=5` gives `greater_equal`, `5`.

    A text of signs alone is spelled out; there is always a piece, and it is letters and digits (or a spelled sign).
    """
    if _is_simple(text):
        return [text]
    if text.isascii():
        normal = text[:_LONGEST_TEXT]
        pieces = normal.translate(_PLAIN_ASCII).split()
    else:
        known = "".join(one if _known(one) else _code_point(one) for one in text[:_LONGEST_TEXT])
        normal = unicodedata.normalize("NFKC", known)
        pieces = "".join(map(_plain_character, normal)).split()
    sign = _SIGNED.match(normal)
    if not pieces:
        return _signs(normal.strip() or normal)
    return [*_signs(sign[1]), *pieces] if sign else pieces


def _signs(text: str) -> list[str]:
    """`<=` gives `less_equal`, `$?` gives `dollar_sign`, `question_mark`."""
    return [_OPERATORS[text]] if text in _OPERATORS else [_sign(one) for one in text]


def _sign(character: str) -> str:
    name = _OPERATORS.get(character) or unicodedata.name(character, "") or _code_point(character).strip()
    return re.sub("[^a-z0-9]+", "_", name.lower())


def _shadow(text: str) -> str:
    """Stand `A`, `a`, `0` in for letters and digits outside ASCII, so that one expression splits all scripts."""
    return text if text.isascii() else "".join(one if one.isascii() else _stand_in(one) for one in text)


def _stand_in(character: str) -> str:
    if unicodedata.ucd_3_2_0.category(character) == "Nd":
        return "0"
    return "a" if _lower(character) == character else "A"


def _camel_words(piece: str) -> list[str]:
    """`HTTPSEndpoints` gives `HTTPS`, `Endpoints`; a spelled sign stays one piece."""
    if "_" in piece:
        return [piece]
    if piece.isascii():
        return _WORD.findall(piece)
    return [piece[found.start() : found.end()] for found in _WORD.finditer(_shadow(piece))]


def _words(text: str) -> list[str]:
    """`S3BucketARNs` gives `s3`, `bucket`, `arns`."""
    return [_lower(word) for piece in _pieces(text) for word in _camel_words(piece)]


# ------------------------------------------------------------------------------------------------------------- casing


@lru_cache(maxsize=50_000)
def _snake(text: str) -> str:
    """`IPAddress` gives `ip_address`, `4xx` gives `n4xx`."""
    return _normal(_prefixed("_".join(_words(text)), "n"))


def _ascii_snake(text: str) -> str:
    """`Größe` gives `gru00f6u00dfe`: file systems disagree about all but ASCII."""
    return "".join(one if one.isascii() else f"u{ord(one):04x}" for one in _snake(text))


@lru_cache(maxsize=50_000)
def _upper_snake(text: str) -> str:
    """`InvitationAccessDenied` gives `INVITATION_ACCESS_DENIED`; `AES256GCM`, all capitals, stays."""
    pieces = _pieces(text)
    capitals = all(piece == _upper(piece) for piece in pieces)
    words = pieces if capitals else [word for piece in pieces for word in _camel_words(piece)]
    return _normal(_prefixed(_upper("_".join(words)), "N"))


def _cap_words(text: str) -> str:
    """Keep the inner capitals: `UUID` stays, `__listOf__string` gives `ListOfString`, `2020_05` gives `N2020_05`."""
    if _is_simple(text) and text[0].isalpha():
        return text[0].upper() + text[1:]
    spaced = "_".join(_capital(word) for piece in _pieces(text) for word in piece.split("_"))
    joined = re.sub(r"(?<![0-9])_|_(?![0-9])", "", spaced)
    return _normal(joined if joined != _lower(joined[0]) + joined[1:] else f"N{joined}")


def _capital(word: str) -> str:
    return _upper(word[:1]) + word[1:]


def _prefixed(symbol: str, prefix: str) -> str:
    return symbol if symbol.isidentifier() else prefix + symbol


def _normal(symbol: str) -> str:
    return symbol if symbol.isascii() else unicodedata.normalize("NFKC", symbol)


def _canonical_cap_words(text: str) -> str:
    """`IPAddress` gives `IpAddress`."""
    return "".join(_capital(word) for word in _words(text))


def _spellings(text: str, casing: _Casing[_Name]) -> tuple[str, ...]:
    """The ways to spell a name, most canonical first; a name spelled in none of them has no claim to its symbol."""
    caps = _canonical_cap_words(text)
    plain = casing.plain(text)
    snake = _snake(text)
    return (casing.canonical(text), plain, caps, caps[:1].lower() + caps[1:], snake, snake.upper())


# --------------------------------------------------------------------------------------------------------- collisions

_Name = TypeVar("_Name", bound=str)


@dataclass(frozen=True, slots=True)
class _Casing(Generic[_Name]):
    """How one kind of name is made: `plain` cases a text, `canonical` cases it as Python would spell it."""

    make: Callable[[str], _Name]
    plain: Callable[[str], str]
    canonical: Callable[[str], str]
    reserved: frozenset[str] = frozenset()

    def free(self, symbol: str) -> str:
        return f"{symbol}_" if symbol in self.reserved else symbol


_ATTRIBUTE = _Casing(AttrName, _snake, _snake, RESERVED_ATTRIBUTES)
_ARM = _Casing(AttrName, _snake, _snake, RESERVED_ARMS)
_CLASS = _Casing(ClassName, _cap_words, _canonical_cap_words, RESERVED_CLASSES)
_ERROR_CLASS = _Casing(ClassName, _cap_words, _canonical_cap_words, RESERVED_ERROR_CLASSES)
_EVENT_CLASS = _Casing(ClassName, _cap_words, _canonical_cap_words, RESERVED_EVENT_CLASSES)
_CONSTANT = _Casing(ConstantName, _upper_snake, _upper_snake)
_METHOD = _Casing(MethodName, _snake, _snake, RESERVED_METHODS)
_MODULE = _Casing(ModuleName, _ascii_snake, _ascii_snake, RESERVED_MODULES)


@lru_cache(maxsize=50_000)
def _key(symbol: str) -> str:
    """What two names must not share: Python compares after NFKC, some file systems without case."""
    return symbol.lower() if symbol.isascii() else _normal(_normal(symbol).casefold())


def _resolve(texts: Mapping[SpecText, str], casing: _Casing[_Name]) -> dict[SpecText, _Name]:
    """Name every wire name: `texts` holds what to case for it, its own text or the name a model gives it."""
    if not texts:
        return {}
    plain = {wire: casing.plain(text) for wire, text in texts.items()}
    if len({*map(_key, plain.values())}) == len(plain) and _all_short(texts.values(), plain.values()):
        return {wire: casing.make(casing.free(symbol)) for wire, symbol in plain.items()}
    sharing = Counter(map(_key, plain.values()))
    rivals = {wire: texts[wire] for wire in plain if sharing[_key(plain[wire])] > 1}
    losers = rivals.keys() - _keepers(rivals, casing)
    bare = {
        wire: plain[wire] for wire in plain if wire not in losers and not _too_long(len(texts[wire]), len(plain[wire]))
    }
    suffixed = _suffixed({wire: plain[wire] for wire in plain if wire not in bare}, {*bare.values(), *casing.reserved})
    return {wire: casing.make(suffixed.get(wire) or casing.free(plain[wire])) for wire in plain}


def _all_short(texts: Iterable[str], symbols: Iterable[str]) -> bool:
    """Say that none is too long, in one step for all."""
    return not _too_long(max(map(len, texts)), max(map(len, symbols)))


def _too_long(text: int, symbol: int) -> bool:
    return text > _LONGEST_TEXT or symbol > _LONGEST_SYMBOL


def _keepers(rivals: Mapping[SpecText, str], casing: _Casing[_Name]) -> set[SpecText]:
    """Find for each symbol the one name of the most canonical spelling; where two are equally so, nobody keeps it.

    Of `ARN`, `Arn`, `arn` the last keeps the attribute `arn`; of `a.b` and `a-b` neither keeps `a_b`.
    """
    claims: dict[str, list[tuple[int, SpecText]]] = {}
    for wire, text in rivals.items():
        spellings = _spellings(text, casing)
        if text in spellings:
            claims.setdefault(_key(casing.plain(text)), []).append((spellings.index(text), wire))
    return {wire for claim in claims.values() for wire in _only_best(claim)}


def _only_best(claim: Sequence[tuple[int, SpecText]]) -> list[SpecText]:
    best = min(rank for rank, _ in claim)
    wires = [wire for rank, wire in claim if rank == best]
    return wires if len(wires) == 1 else []


def _suffixed(pending: Mapping[SpecText, str], taken: Iterable[str]) -> dict[SpecText, str]:
    """Give `_` and 4 hex digits of the sha256 of the wire name, or 8, 12 ... to those for whom 4 do not do."""
    if not pending:
        return {}
    names: dict[SpecText, str] = {}
    occupied = {_key(symbol) for symbol in taken}
    digits = 0
    while pending:
        digits += 4
        tried = {wire: f"{_cut(symbol)}_{_digest(wire, digits)}" for wire, symbol in pending.items()}
        sharing = Counter(map(_key, tried.values()))
        fine = {wire: one for wire, one in tried.items() if sharing[_key(one)] == 1 and _key(one) not in occupied}
        names |= fine
        occupied |= {_key(one) for one in fine.values()}
        pending = {wire: symbol for wire, symbol in pending.items() if wire not in fine}
    return names


def _cut(symbol: str) -> str:
    return symbol[:_CUT] if len(symbol) > _LONGEST_SYMBOL else symbol


def _digest(wire: SpecText, digits: int) -> str:
    """The digest comes round again after 64 digits: a spec may hold a name that spells another one's whole digest."""
    digest = sha256(wire.raw.encode("utf-8", "surrogatepass")).hexdigest()
    return (digest * (digits // 64 + 1))[:digits]


_SEPARATORS = str.maketrans("", "", "._-:/ ")


def never_share(texts: Collection[str]) -> bool:
    """Say that each text gives an attribute, and a constant, that does not depend on the others; in doubt it does.

    `AssetArn` and `asset_id` never share one, `ARN` and `Arn` do, `a.b` and `ab` might.
    """
    joined = "\n".join(texts).translate(_SEPARATORS)  # all in one step: they may be a thousand
    bare = joined.casefold().split("\n")
    simple = joined.isascii() and "".join(bare).isalnum() and all(text[:1].isalpha() for text in texts)
    return simple and len({*bare}) == len(bare) == len(texts) and max(map(len, texts)) <= _LONGEST_SYMBOL // 2


# --------------------------------------------------------------------------------------------------- the kinds of name


def attributes(names: Iterable[SpecText]) -> dict[SpecText, AttrName]:
    """Name the members of one structure: `AwsAccountId` gives `aws_account_id`, `from` gives `from_`."""
    return _resolve(_own_texts(names), _ATTRIBUTE)


def arms(names: Iterable[SpecText]) -> dict[SpecText, AttrName]:
    """Name the members of one union, whose class has `tag`, `value` and `unknown` of its own."""
    return _resolve(_own_texts(names), _ARM)


def classes(names: Iterable[SpecText]) -> dict[SpecText, ClassName]:
    """Name all shapes of a model: `lambda_function` gives `LambdaFunction`, `None` gives `None_`."""
    return _resolve(_own_texts(names), _CLASS)


def error_classes(names: Iterable[SpecText]) -> dict[SpecText, ClassName]:
    """Name the classes of `errors`, which has a base, `Error`, and siblings of its own."""
    return _resolve(_own_texts(names), _ERROR_CLASS)


def event_classes(names: Iterable[SpecText]) -> dict[SpecText, ClassName]:
    """Name the classes of `models.events`, which has a base, `Event`."""
    return _resolve(_own_texts(names), _EVENT_CLASS)


def constants(values: Iterable[tuple[SpecText, SpecText | None]]) -> dict[SpecText, ConstantName]:
    """Name the values of one enum, by the name the model gives or by themselves: `Co-Sell` gives `CO_SELL`."""
    pairs = [(value, name or value) for value, name in values]
    texts = dict(pairs)
    if len(texts) < len(pairs):
        texts = dict(sorted(pairs))  # of two names for one value the order must not choose
    return _resolve({value: texts[value].raw for value, _ in pairs}, _CONSTANT)


def methods(names: Iterable[SpecText]) -> dict[SpecText, MethodName]:
    """Name the operations of a client: `CreateEngagement` gives `create_engagement`."""
    return _resolve(_own_texts(names), _METHOD)


def modules(names: Iterable[SpecText]) -> dict[SpecText, ModuleName]:
    """Name files of one folder: `CON` gives `con_`."""
    return _resolve(_own_texts(names), _MODULE)


def package(service: SpecText) -> ModuleName:
    """Name the package of a service: `partnercentral-selling` gives `partnercentral_selling`, `lambda` `lambda_`."""
    return modules([service])[service]


def _own_texts(names: Iterable[SpecText]) -> dict[SpecText, str]:
    return {name: name.raw for name in names}


@dataclass(frozen=True, slots=True)
class Renamed:
    """A name that lost `plain`, the symbol it would have alone, to its `rivals`, and is `symbol` instead.

    The first `_NAMED_RIVALS` of them, and how many there are `more`: among thousands each has all the others.
    """

    wire: SpecText
    symbol: str
    plain: str
    rivals: tuple[SpecText, ...]
    more: int = 0


def collisions(
    names: Iterable[SpecText], resolve: Callable[[Iterable[SpecText]], Mapping[SpecText, str]]
) -> tuple[Renamed, ...]:
    """List the names that rivals cost their plain symbol, in the order of `names`.

    `collisions(names, attributes)` over `arn`, `ARN` gives one: `ARN`, whose rival `arn` keeps `arn`. For an enum,
    `resolve` is a lambda that hands `constants` the names of the model.
    """
    together = resolve(list(dict.fromkeys(names)))
    alone = {wire: str(resolve([wire])[wire]) for wire in together}
    groups: dict[str, list[SpecText]] = {}
    for wire, plain in alone.items():
        groups.setdefault(_key(plain), []).append(wire)
    return tuple(
        _renamed(wire, str(symbol), alone[wire], groups[_key(alone[wire])])
        for wire, symbol in together.items()
        if symbol != alone[wire]
    )


def _renamed(wire: SpecText, symbol: str, plain: str, sharing: Sequence[SpecText]) -> Renamed:
    rivals = tuple(islice((one for one in sharing if one != wire), _NAMED_RIVALS))
    return Renamed(wire, symbol, plain, rivals, len(sharing) - 1 - len(rivals))
