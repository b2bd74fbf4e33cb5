"""XML: what is hostile is refused, what is written is what Smithy says, and what is written is read as it was."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime import errors, load
from strategies import sized

if TYPE_CHECKING:
    from templates.static import bindings, xml_form, xml_tree
else:
    bindings, xml_form, xml_tree = (load(name) for name in ("bindings", "xml_form", "xml_tree"))

Member, Shape = bindings.Member, bindings.Shape
Shapes = dict[str, "bindings.Shape"]

SCALARS: Shapes = {f"#{kind}": Shape(kind) for kind in ("string", "boolean", "integer", "double", "blob", "timestamp")}


def written(shapes: Shapes, value: Any, name: str = "In") -> str:
    return xml_form.write_root({**SCALARS, **shapes}, "In", value, name).decode()


def read(shapes: Shapes, text: str) -> Any:
    return xml_form.read_shape({**SCALARS, **shapes}, "In", xml_tree.parse_xml(text.encode()))


def structure(*members: Any, **settings: Any) -> Any:
    return Shape("structure", members, **settings)


# ------------------------------------------------------------------------------------------------------------- hostile

BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

HOSTILE: Mapping[str, tuple[bytes, str]] = {
    "a billion laughs": (
        f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{BOMB}]><lolz>&l9;</lolz>'.encode(),
        "$: the answer has a document type declaration",
    ),
    "one entity, repeated": (
        b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 100_000 + b'">]><a>' + b"&x;" * 10_000 + b"</a>",
        "$: the answer has a document type declaration",
    ),
    "an external entity": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "$: the answer has a document type declaration",
    ),
    "a parameter entity": (
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://example.com/x.dtd"> %x;]><a/>',
        "$: the answer has a document type declaration",
    ),
    "an external DTD": (
        b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://example.com/x.dtd"><html/>',
        "$: the answer has a document type declaration",
    ),
    "a default attribute": (
        b'<!DOCTYPE a [<!ATTLIST a b CDATA "c">]><a/>',
        "$: the answer has a document type declaration",
    ),
    "an entity of HTML": (b"<a>&nbsp;</a>", "$: the answer is not XML: undefined entity at line 1, column 4"),
    "deep nesting": (b"<a>" * 101 + b"</a>" * 101, "$: nested too deeply"),
    "very deep nesting": (b"<a>" * 300_000 + b"</a>" * 300_000, "$: nested too deeply"),
    "deep nesting before a fault": (b"<a>" * 101 + b"</b>", "$: nested too deeply"),
    "a huge attribute before a fault": (
        b'<a><b c="' + b"x" * 70_000 + b'"></a>',
        "$: an element of the answer has too many attributes, or too long ones",
    ),
    "a huge attribute": (
        b'<a><b c="' + b"x" * 70_000 + b'"/></a>',
        "$: an element of the answer has too many attributes, or too long ones",
    ),
    "many attributes": (
        b"<a " + b" ".join(b'a%d=""' % n for n in range(101)) + b"/>",
        "$: an element of the answer has too many attributes, or too long ones",
    ),
    "an attribute twice": (b'<a b="1" b="2"/>', "$: the answer is not XML: duplicate attribute at line 1, column 10"),
    "UTF-16": ("<a/>".encode("utf-16"), "$: the answer is not UTF-8"),
    "UTF-16 without a mark": ("<a/>".encode("utf-16-le"), "$: the answer is not UTF-8"),
    "UTF-32": ("<a/>".encode("utf-32"), "$: the answer is not UTF-8"),
    "Latin-1, as declared": (
        '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
        "$: the answer is not XML: not well-formed (invalid token) at line 1, column 47",
    ),
    "broken UTF-8": (
        b"<a>\xc3</a>",
        "$: the answer is not XML: not well-formed (invalid token) at line 1, column 4",
    ),
    "a lone surrogate": (
        b"<a>\xed\xa0\x80</a>",
        "$: the answer is not XML: not well-formed (invalid token) at line 1, column 4",
    ),
    "a surrogate by number": (
        b"<a>&#xD800;</a>",
        "$: the answer is not XML: reference to invalid character number at line 1, column 4",
    ),
    "a control character": (
        b"<a>\x01</a>",
        "$: the answer is not XML: not well-formed (invalid token) at line 1, column 4",
    ),
    "text behind the root": (
        b"<a/>garbage",
        "$: the answer is not XML: junk after document element at line 1, column 5",
    ),
    "a second root": (b"<a/><b/>", "$: the answer is not XML: junk after document element at line 1, column 5"),
    "JSON": (b'{"a": 1}', "$: the answer is not XML: not well-formed (invalid token) at line 1, column 1"),
    "nothing": (b"", "$: the answer is not XML: no element found at line 1, column 1"),
    "half of it": (b"<a><b></b>", "$: the answer is not XML: no element found at line 1, column 11"),
    "a wrong end": (b"<a></b>", "$: the answer is not XML: mismatched tag at line 1, column 6"),
    "a prefix of nothing": (b"<x:a/>", "$: the answer is not XML: unbound prefix at line 1, column 1"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_hostile_or_broken_is_refused(case: str) -> None:
    body, message = HOSTILE[case]
    with pytest.raises(errors.ResponseError) as refused:
        xml_tree.parse_xml(body)
    assert str(refused.value) == message


def test_what_is_as_deep_as_allowed_is_read() -> None:
    shapes = {"In": structure(Member("a", "In", "a"))}
    found = read(shapes, "<a>" * 100 + "</a>" * 100)
    for _ in range(99):
        found = found["a"]
    assert found == {}


def test_text_in_many_pieces_is_read_in_time_that_grows_with_it() -> None:
    text = "x&amp;\n" * 50_000
    assert read({"In": Shape("string")}, f"<a>{text}</a>") == "x&\n" * 50_000
    assert read({"In": structure()}, f"<a>{'x<b/>' * 50_000}</a>") == {}


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff<a>x</a>",
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- c --><a>x</a>\n<!-- d -->',
        "<a><![CDATA[x]]></a>",
        "<a><!-- y -->x<?z?></a>",
        "<a>&#120;</a>",
        '<p:a xmlns:p="http://example.com">x</p:a>',
        '<a xmlns="http://example.com">x</a>',
    ],
)
def test_what_says_nothing_is_passed_over(text: str) -> None:
    assert read({"In": Shape("string")}, text) == "x"


# ------------------------------------------------------------------------------------------------------------- reading

KINDS: Mapping[str, tuple[str, str, Any]] = {
    "text keeps its spaces": ("string", " a\n b ", " a\n b "),
    "text may be empty": ("string", "", ""),
    "text may look like CDATA": ("string", "<![CDATA[<a>&amp;]]>", "<a>&amp;"),
    "true": ("boolean", " true ", True),
    "false": ("boolean", "false", False),
    "no truth": ("boolean", "yes", "yes"),
    "an empty flag": ("boolean", "", None),
    "a whole number": ("integer", "\n-12 ", -12),
    "a whole number with a sign": ("integer", "+12", 12),
    "a whole number written as a real one": ("integer", "12.0", 12.0),
    "no number": ("integer", "0x10", "0x10"),
    "a number in other digits": ("integer", "１２", "１２"),
    "an empty number": ("integer", "", None),
    "too many digits": ("integer", "9" * 4001, "9" * 4001),
    "a real number": ("double", "1.5e3", 1500.0),
    "not a number": ("double", "NaN", "NaN"),
    "infinity": ("double", "-Infinity", "-Infinity"),
    "a number too large": ("double", "1e999", "1e999"),
    "a blob": ("blob", "\n aGVs\n bG8= ", "aGVsbG8="),
    "an empty blob": ("blob", "", ""),
    "RFC 3339": ("timestamp", " 2014-04-29T18:30:38.5Z ", "2014-04-29T18:30:38.5Z"),
    "an HTTP date": ("timestamp", "Tue, 29 Apr 2014 18:30:38 GMT", "Tue, 29 Apr 2014 18:30:38 GMT"),
    "seconds": ("timestamp", "1398796238", 1398796238),
    "parts of seconds": ("timestamp", "1398796238.25", 1398796238.25),
    "an empty timestamp": ("timestamp", "", None),
}


@pytest.mark.parametrize("case", KINDS)
def test_scalars_are_read_by_their_type(case: str) -> None:
    kind, text, expected = KINDS[case]
    found = read({"In": Shape(kind)}, f"<a>{text}</a>")
    assert (type(found), found) == (type(expected), expected)


def test_members_are_found_by_name_alone() -> None:
    shapes = {"In": structure(Member("Foo", "#string", "foo"), Member("Bar", "#integer", "Bar"))}
    text = '<In xmlns:p="http://example.com"><p:Bar>1</p:Bar><other>2</other><foo xmlns="x">a</foo><Foo>b</Foo></In>'
    assert read(shapes, text) == {"Foo": "a", "Bar": 1}
    assert read(shapes, "<In><Bar/></In>") == {}


def test_attributes_are_read_whatever_their_prefix() -> None:
    shapes = {
        "In": structure(
            Member("Type", "#string", "xsi:type", attribute=True), Member("N", "#integer", "n", attribute=True)
        )
    }
    assert read(shapes, '<In xmlns:y="http://www.w3.org/2001/XMLSchema-instance" y:type="A" n="3"/>') == {
        "Type": "A",
        "N": 3,
    }
    assert read(shapes, '<In type="A"/>') == {}


LISTS: Mapping[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "plain": ({}, {}, "<L><member>1</member><member>2</member></L>"),
    "with items of another name": ({"item": "item"}, {}, "<L><item>1</item><item>2</item></L>"),
    "flattened as a member": ({"item": "item"}, {"flattened": True}, "<L>1</L><L>2</L>"),
    "flattened as a shape": ({"flattened": True}, {}, "<L>1</L><L>2</L>"),
    "flattened as a shape, with items of another name": (
        {"item": "item", "flattened": True},
        {"wire": "item"},
        "<item>1</item><item>2</item>",
    ),
    "flattened twice": ({"item": "item", "flattened": True}, {"flattened": True}, "<L>1</L><L>2</L>"),
}


@pytest.mark.parametrize("case", LISTS)
def test_lists_travel_as_their_model_says(case: str) -> None:
    listed, member, text = LISTS[case]
    item = Member("", "#integer", listed.get("item", "member"))
    shapes = {
        "In": structure(Member(**{"name": "List", "target": "L", "wire": "L", **member})),
        "L": Shape("list", (item,), flattened=listed.get("flattened", False)),
    }
    assert written(shapes, {"List": [1, 2]}) == f"<In>{text}</In>"
    assert read(shapes, f"<In>{text}</In>") == {"List": [1, 2]}


def test_lists_are_read_whatever_their_items_are_called() -> None:
    shapes = {"In": structure(Member("L", "L", "L")), "L": Shape("list", (Member("", "#integer", "Id"),))}
    assert read(shapes, "<In><L><item>1</item><Id>2</Id></L></In>") == {"L": [1, 2]}
    assert read(shapes, "<In><L/></In>") == {"L": []}
    assert read(shapes, "<In/>") == {}


def test_null_travels_in_sparse_lists_and_maps_alone() -> None:
    item = Member("", "#integer", "member")
    for sparse, numbers, counts in ((True, [1, None], {"a": None}), (False, [1], {})):
        shapes = {
            "In": structure(Member("L", "L", "L"), Member("M", "M", "M")),
            "L": Shape("list", (item,), sparse=sparse),
            "M": Shape("map", (Member("", "#string", "key"), item), sparse=sparse),
        }
        text = written(shapes, {"L": [1, None], "M": {"a": None}})
        assert text == "<In><L><member>1</member><member/></L><M><entry><key>a</key></entry></M></In>"
        assert read(shapes, text) == {"L": numbers, "M": counts}


@pytest.mark.parametrize(("flattened", "text"), [(False, "<M><entry>{}</entry></M>"), (True, "<M>{}</M>")])
def test_maps_travel_as_their_model_says(flattened: bool, text: str) -> None:
    key, value = Member("", "#string", "K"), Member("", "#timestamp", "V", form="epoch-seconds")
    shapes = {"In": structure(Member("Map", "M", "M", flattened=flattened)), "M": Shape("map", (key, value))}
    text = text.format("<K>a&lt;</K><V>0</V>")
    assert written(shapes, {"Map": {"a<": "1970-01-01T00:00:00Z"}}) == f"<In>{text}</In>"
    assert read(shapes, f"<In>{text}</In>") == {"Map": {"a<": 0}}
    assert read(shapes, "<In><M><entry><V>1</V></entry></M></In>") == {"Map": {}}


def test_an_unknown_arm_of_a_union_is_kept_and_an_empty_union_is_none() -> None:
    shapes = {"In": structure(Member("U", "U", "u")), "U": Shape("union", (Member("A", "#string", "a"),))}
    assert read(shapes, "<In><u><a>x</a></u></In>") == {"U": {"A": "x"}}
    assert read(shapes, "<In><u><b><c>x</c><d/></b></u></In>") == {"U": {"b": {"c": "x", "d": ""}}}
    assert read(shapes, "<In><u/></In>") == {}


# ------------------------------------------------------------------------------------------------------------- writing


def test_what_xml_could_mistake_is_escaped() -> None:
    shapes = {"In": structure(Member("A", "#string", "a", attribute=True), Member("B", "#string", "b"))}
    text = "<&>\"' \t\n\r\x85\u2028\U0001f600"
    assert written(shapes, {"A": text, "B": text}) == (
        '<In a="&lt;&amp;&gt;&quot;\' &#x9;&#xA;&#xD;&#x85;&#x2028;\U0001f600">'
        "<b>&lt;&amp;&gt;&quot;' \t\n&#xD;&#x85;&#x2028;\U0001f600</b></In>"
    )


@pytest.mark.parametrize("character", ["\0", "\x0b", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cannot_carry_is_refused_with_its_place(character: str) -> None:
    shapes = {
        "In": structure(Member("List", "L", "l")),
        "L": Shape("list", (Member("", "Inner", "member"),)),
        "Inner": structure(Member("Name", "#string", "n")),
    }
    with pytest.raises(errors.ValidationError) as refused:
        written(shapes, {"List": [{"Name": f"a{character}"}]})
    assert [str(one) for one in refused.value.violations] == [
        "In.List.Name: holds a character that XML cannot carry [type]"
    ]


def test_namespaces_stand_where_the_model_has_them() -> None:
    shapes = {
        "In": structure(
            Member("A", "#string", "a", namespace=("http://a", "p")),
            Member("B", "Inner", "b"),
            Member("C", "L", "c", flattened=True),
            Member("D", "L", "d", namespace=("http://d", None)),
            namespace=("http://in?a&b", None),
        ),
        "Inner": structure(Member("T", "#string", "xsi:type", attribute=True), namespace=("http://xsi", "xsi")),
        "L": Shape("list", (Member("", "#integer", "member", namespace=("http://item", None)),)),
    }
    assert written(shapes, {"A": "x", "B": {"T": "y"}, "C": [1], "D": [2]}) == (
        '<In xmlns="http://in?a&amp;b"><a xmlns:p="http://a">x</a><b xmlns:xsi="http://xsi" xsi:type="y"></b>'
        '<c xmlns="http://item">1</c><d xmlns="http://d"><member xmlns="http://item">2</member></d></In>'
    )


def test_unset_members_and_unknown_ones_are_not_written() -> None:
    shapes = {"In": structure(Member("A", "#string", "a"), Member("H", "#string", "h", location="header"))}
    assert written(shapes, {"A": None, "H": "x", "Z": 1}) == "<In></In>"


TIMES: tuple[tuple[Any, str, str], ...] = (
    ("2015-01-25T08:00:00.25Z", "date-time", "2015-01-25T08:00:00.25Z"),
    ("2015-01-25T08:00:00.25Z", "epoch-seconds", "1422172800.25"),
    ("2015-01-25T08:00:00.25Z", "http-date", "Sun, 25 Jan 2015 08:00:00 GMT"),
    ("2015-01-25T09:00:00+01:00", "date-time", "2015-01-25T08:00:00Z"),
    ("2015-01-25T09:00:00+01:00", "epoch-seconds", "1422172800"),
    (1422172800, "date-time", "2015-01-25T08:00:00Z"),
    (1422172800.25, "epoch-seconds", "1422172800.25"),
    (1422172800, "http-date", "Sun, 25 Jan 2015 08:00:00 GMT"),
    ("Sun, 25 Jan 2015 08:00:00 GMT", "date-time", "2015-01-25T08:00:00Z"),
)


@pytest.mark.parametrize(("value", "form", "text"), TIMES)
def test_timestamps_are_written_in_their_form_whatever_they_were_read_from(value: Any, form: str, text: str) -> None:
    assert xml_form.scalar_text(Shape("timestamp", form=form), value) == text
    assert xml_form.scalar_text(Shape("timestamp"), value, form) == text


def test_the_form_of_a_timestamp_is_that_of_its_member_then_of_its_shape_then_rfc_3339() -> None:
    moment = "2015-01-25T08:00:00Z"
    assert xml_form.scalar_text(Shape("timestamp"), moment) == moment
    assert xml_form.scalar_text(Shape("timestamp", form="epoch-seconds"), moment) == "1422172800"
    assert xml_form.scalar_text(Shape("timestamp", form="epoch-seconds"), moment, "date-time") == moment


def test_numbers_and_flags_are_written_as_xml_schema_has_them() -> None:
    values = {"integer": -3, "double": 2.5e-7, "boolean": True, "string": "NaN"}
    assert [xml_form.scalar_text(Shape(kind), value) for kind, value in values.items()] == [
        "-3",
        "2.5e-07",
        "true",
        "NaN",
    ]
    long = load("wire").LongFloat.of("0.12345678901234567890")
    assert xml_form.scalar_text(Shape("bigDecimal"), long) == "0.12345678901234567890"
    assert xml_form.read_scalar(Shape("bigDecimal"), "0.12345678901234567890").text == long.text


# ------------------------------------------------------------------------------------------------------- random tables

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda letter: letter >= " " or letter in "\t\n\r"
    ),
    max_size=6,
)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "boolean": st.booleans(),
    "integer": st.integers(),
    "double": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["NaN", "Infinity", "-Infinity"]),
    "blob": st.sampled_from(["", "AA==", "aGVsbG8="]),
    "timestamp": st.sampled_from(["2014-04-29T18:30:38Z", "9999-12-31T23:59:59.123456789Z"]),
}
NAMES = st.text(string.ascii_letters, min_size=1, max_size=3)
NAMESPACES = st.sampled_from([None, None, ("http://example.com", None), ("http://example.com", "p")])


@st.composite
def tables(draw: st.DrawFn) -> Shapes:
    """Draw a few shapes that refer to each other in every way; the first is a structure."""
    keys = [f"S{number}" for number in range(draw(st.integers(1, 4)))]
    targets = st.sampled_from([*SCALARS, *keys, *keys])
    return {**SCALARS, **{key: _shape(draw, key, targets) for key in keys}}


def _shape(draw: st.DrawFn, key: str, targets: st.SearchStrategy[str]) -> Any:
    kind = "structure" if key == "S0" else draw(st.sampled_from(["structure", "union", "list", "map"]))
    flattened = draw(st.booleans())
    if kind == "list":
        wire = draw(st.sampled_from(["member", "item"]))
        return Shape(kind, (Member("", draw(targets), wire, namespace=draw(NAMESPACES)),), flattened=flattened)
    if kind == "map":
        pair = Member("", "#string", draw(st.sampled_from(["key", "K"]))), Member("", draw(targets), "value")
        return Shape(kind, pair, flattened=flattened)
    names = draw(st.lists(NAMES, unique=True, min_size=1, max_size=4))
    members = tuple(_member(draw, name, draw(targets), kind) for name in names)
    end = (Member("END", "#string", "end-"),)
    return Shape(kind, (*end, *members) if kind == "union" else members, namespace=draw(NAMESPACES))


def _member(draw: st.DrawFn, name: str, target: str, kind: str) -> Any:
    attribute = target in SCALARS and kind == "structure" and draw(st.booleans())
    flattened = draw(st.booleans())
    return Member(f"M-{name}", target, name, attribute=attribute, flattened=flattened, namespace=draw(NAMESPACES))


def _value(draw: st.DrawFn, shapes: Shapes, target: str, depth: int) -> Any:
    shape = shapes[target]
    if not shape.members:
        return draw(VALUES[shape.type])
    if shape.type == "list":
        size = draw(st.integers(0, 2)) if depth > 0 else 0
        return [_value(draw, shapes, shape.members[0].target, depth - 1) for _ in range(size)]
    if shape.type == "map":
        keys = draw(st.lists(TEXT, unique=True, max_size=2)) if depth > 0 else []
        return {key: _value(draw, shapes, shape.members[1].target, depth - 1) for key in keys}
    if shape.type == "union":
        chosen = [draw(st.sampled_from(shape.members if depth > 0 else shape.members[:1]))]
    else:
        chosen = [one for one in shape.members if depth > 0 and draw(st.booleans())]
    return {one.name: _value(draw, shapes, one.target, depth - 1) for one in chosen}


def _kept(shapes: Shapes, target: str, value: Any) -> Any:
    """Leave out what XML has no way to say: flattened members without an item, and unions with no other."""
    shape = shapes[target]
    if shape.type == "list":
        items = (_kept(shapes, shape.members[0].target, item) for item in value)
        return [item for item in items if item is not None]
    if shape.type == "map":
        entries = {key: _kept(shapes, shape.members[1].target, item) for key, item in value.items()}
        return {key: item for key, item in entries.items() if item is not None}
    if shape.type not in ("structure", "union"):
        return value
    found = {one.name: (one, _kept(shapes, one.target, value[one.name])) for one in shape.members if one.name in value}
    kept = {name: item for name, (one, item) in found.items() if item is not None and not _vanishes(shapes, one, item)}
    return kept or None if shape.type == "union" else kept


def _vanishes(shapes: Shapes, member: Any, value: Any) -> bool:
    shape = shapes[member.target]
    return shape.type in ("list", "map") and not value and (member.flattened or shape.flattened)


@sized(150, 1500)
@given(data=st.data())
def test_what_is_written_is_read_as_it_was(data: st.DataObject) -> None:
    shapes = data.draw(tables())
    names = [[one.wire for one in shape.members] for shape in shapes.values()]
    if any(len(found) != len(set(found)) for found in names):
        return
    value = data.draw(st.composite(lambda draw: _kept(shapes, "S0", _value(draw, shapes, "S0", 4)))())
    body = xml_form.write_root(shapes, "S0", value, "Root")
    assert xml_form.read_shape(shapes, "S0", xml_tree.parse_xml(body)) == value
