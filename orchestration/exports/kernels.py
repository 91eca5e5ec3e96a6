"""The few Arrow functions that reading needs, over a whole column at a time, with their types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def one_text(text: bytes | memoryview) -> pa.LargeBinaryArray:
    """A column of this text alone, which is not copied."""
    offsets = pa.py_buffer(np.array([0, len(text)], np.int64))
    return pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(text)])


def doubles(numbers: bytes) -> pa.DoubleArray:
    """A column of these numbers, as this machine holds them; they are not copied."""
    return pa.Array.from_buffers(
        pa.float64(), len(numbers) // pa.float64().byte_width, [None, pa.py_buffer(numbers)]
    )


def split(texts: pa.StringArray, separator: str) -> pa.StringArray:
    """The parts of all texts between the separators, one after the other."""
    return _call("split_pattern", [texts], pc.SplitPatternOptions(separator)).flatten()


def matches(texts: pa.StringArray, pattern: str) -> pa.BooleanArray:
    """Whether all of a text has the form of a pattern (RE2); null where the text is."""
    return holds(texts, rf"\A(?:{pattern})\z")


def holds(texts: pa.StringArray | pa.LargeBinaryArray, pattern: str) -> pa.BooleanArray:
    """Whether a part of a text has the form of a pattern; null where the text is."""
    return _call("match_substring_regex", [texts], pc.MatchSubstringOptions(pattern))


def begin_with(texts: pa.StringArray, start: str) -> pa.BooleanArray:
    """Whether a text begins so; null where the text is."""
    return _call("starts_with", [texts], pc.MatchSubstringOptions(start))


def are_in(texts: pa.StringArray, these: Iterable[str]) -> pa.BooleanArray:
    """Whether a text is one of these; false for null."""
    return _call("is_in", [texts], pc.SetLookupOptions(pa.array(list(these), pa.string())))


def hold_any(texts: pa.StringArray, these: Collection[str]) -> bool:
    """Whether one of the texts is one of these."""
    # Looking up is dear, and a column of plain characters only needs it for few, if any.
    if are_all(are_ascii(texts)):
        these = [text for text in these if text.isascii()]
    return bool(these) and is_any(are_in(texts, these))


def are_ascii(texts: pa.StringArray) -> pa.BooleanArray:
    """Whether a text has plain characters only; null where the text is."""
    return _call("string_is_ascii", [texts])


def replaced(texts: pa.StringArray, pattern: str, by: str) -> pa.StringArray:
    r"""Every part that has the form of a pattern replaced; `\1` is its first group."""
    return _call("replace_substring_regex", [texts], pc.ReplaceSubstringOptions(pattern, by))


def without(texts: pa.StringArray, part: str) -> pa.StringArray:
    """Every occurrence of a part left out."""
    return _call("replace_substring", [texts], pc.ReplaceSubstringOptions(part, ""))


def stripped(texts: pa.StringArray, characters: str) -> pa.StringArray:
    """Without these characters at either end."""
    return _call("utf8_trim", [texts], pc.TrimOptions(characters))


def groups(texts: pa.StringArray, pattern: str) -> pa.StructArray:
    """The named groups of a pattern; null where a text does not have its form."""
    return _call("extract_regex", [texts], pc.ExtractRegexOptions(pattern))


def only(values: pa.Array, where: pa.BooleanArray) -> pa.Array:
    """The values where this is true, null elsewhere."""
    return _call("if_else", [where, values, pa.scalar(None, values.type)])


def coalesced(*values: pa.Array) -> pa.Array:
    """The first of several that is not null."""
    return _call("coalesce", [*values])


def rounded(numbers: pa.Array, digits: int) -> pa.Array:
    """To so many digits behind the point, halves away from zero."""
    return _call("round", [numbers], pc.RoundOptions(digits, "half_towards_infinity"))


def to_the_second(times: pa.TimestampArray) -> pa.TimestampArray:
    """Without the fraction of a second."""
    return _call("floor_temporal", [times], pc.RoundTemporalOptions(1, "second"))


def are_within(numbers: pa.Int64Array, bound: int) -> bool:
    """Whether all numbers lie between two bounds, neither of them reached."""
    ends = pc.call_function("min_max", [numbers]).as_py()
    return ends["max"] is None or -bound < ends["min"] <= ends["max"] < bound


def both(one: pa.BooleanArray, other: pa.BooleanArray) -> pa.BooleanArray:
    """Whether both are true; null if that depends on a null."""
    return _call("and_kleene", [one, other])


def either(one: pa.BooleanArray, other: pa.BooleanArray) -> pa.BooleanArray:
    """Whether one of them is true; null if that depends on a null."""
    return _call("or_kleene", [one, other])


def opposite(flags: pa.BooleanArray) -> pa.BooleanArray:
    """True for false and false for true; null stays null."""
    return _call("invert", [flags])


def is_any(flags: pa.BooleanArray) -> bool:
    """Whether one of them is true."""
    return _call("any", [flags]).as_py() is True


def are_all(flags: pa.BooleanArray) -> bool:
    """Whether none of them is false."""
    return _call("all", [flags]).as_py() is not False


def places(flags: pa.BooleanArray) -> list[int]:
    """Where it is true, from 0."""
    return _call("indices_nonzero", [flags]).to_pylist()


def flags_at(places: Iterable[int], rows: int) -> pa.BooleanArray:
    """True at these places, from 0, and false elsewhere."""
    flags = np.zeros(rows, np.bool_)
    flags[list(places)] = True
    return pa.array(flags)


def scattered(texts: Mapping[int, str], rows: int) -> pa.StringArray:
    """These texts at their places, null elsewhere."""
    if not texts:
        return pa.nulls(rows, pa.string())
    return pa.array([texts.get(place) for place in range(rows)], pa.string())


def first_named(flags: Sequence[tuple[str, pa.BooleanArray]]) -> pa.StringArray:
    """By row the first name whose flag is true there, null where none is."""
    blank = pa.nulls(len(flags[0][1]), pa.string())
    named = [_call("if_else", [f, pa.scalar(n), blank]) for n, f in flags if is_any(f)]
    return coalesced(*named, blank)


def computed(name: str, *values: pa.Array | pa.Scalar) -> pa.Array:
    """What an Arrow function without options gives."""
    return _call(name, [*values])


def changed(
    texts: pa.StringArray, where: pa.BooleanArray, change: Callable[[str], str | None]
) -> pa.StringArray:
    """The texts, with those where this is true changed one by one, alike ones once."""
    if not is_any(where):
        return texts
    mask = where.fill_null(False)
    some = texts.filter(mask).dictionary_encode()
    new = pa.array([change(text) for text in some.dictionary.to_pylist()], pa.string())
    return _call("replace_with_mask", [texts, mask, new.take(some.indices)])


def _call(name: str, values: list, options: pc.FunctionOptions | None = None) -> pa.Array:
    return pc.call_function(name, values, options)
