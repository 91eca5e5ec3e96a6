"""Rows as they are compared from file to file: which columns, and in which words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

# In place of a column: the rows of a key as a whole.
ROWS = "_rows"
# So much of a customer's key tells two apart for a reader, and follows nobody.
_SHOWN_DIGITS = 8
# The platform's wall clock is UTC+8; times are stored in UTC.
_WALL_CLOCK = "{} + interval 8 hours"
# Holds an integer of the exports and an amount alike.
_TOTAL = "decimal(38, 2)"


@dataclass(frozen=True)
class Compared:
    """A source, and how its rows are compared.

    `types`: SQL types by column, in the order of the layout, those of the key among them. `key`:
    the columns that newer files replace by; `row_key`: the SQL by which quarantine words it.
    `day`: the column of the business day. `scope`: columns of the key by which a file says of
    what it speaks at all, such as its cut or account: only within it can a key newly appear.
    `figures`: columns of amounts and counts, which may be added over the rows of a key;
    `hidden`: columns that are shown shortened.
    """

    source: str
    types: Mapping[str, str]
    key: tuple[str, ...]
    row_key: str
    day: str
    scope: tuple[str, ...] = ()
    figures: frozenset[str] = field(default=frozenset())
    hidden: frozenset[str] = field(default=frozenset())

    def values(self, columns: Collection[str]) -> list[str]:
        """The columns that are compared, of those that there are; never none."""
        return [n for n in self.types if n in columns and n not in self.key] or [ROWS]


def rows_view(compared: Compared, columns: Collection[str], paths: Sequence[str]) -> str:
    """Raw rows as they are compared; `columns` are those that every reading knows.

    merchant_id, file_sha256, key and scope (as JSON), row_key, day; `row` holds the compared
    columns, and `fingerprint` is the same for the same `row`.
    """
    key = {name: _text(compared, name, _typed(compared, name)) for name in compared.key}
    row = {name: _typed(compared, name) for name in compared.values(columns)}
    return f"""
create temp view raw_rows as
select *, hash(row) as fingerprint
from (
  select
    merchant_id,
    _file_sha256 as file_sha256,
    {_json(key)} as key,
    {_json({name: key[name] for name in compared.scope})} as scope,
    {compared.row_key} as row_key,
    {_day(compared)} as day,
    {_struct(row)} as row
  from read_parquet([{", ".join(map(_literal, paths))}], union_by_name = true)
)
"""


def broken_table(paths: Sequence[str]) -> str:
    """Keys of which a file has rows in quarantine: merchant_id, file_sha256, row_key."""
    rows = (
        f"read_parquet([{', '.join(map(_literal, paths))}])"
        if paths
        else "(select '' as merchant_id, '' as _file_sha256, null::varchar as row_key)"
    )
    return (
        "create temp table broken as "
        f"select distinct merchant_id, _file_sha256 as file_sha256, row_key from {rows} "
        "where row_key is not null"
    )


def _typed(compared: Compared, name: str) -> str:
    """The value by the layout of today; an older reading may have kept it as another type."""
    if name == ROWS:
        return "0"
    return f"try_cast({_name(name)} as {compared.types.get(name, 'varchar')})"


def _text(compared: Compared, name: str, value: str) -> str:
    """The value as an export words it."""
    if compared.types.get(name) == "timestamp":
        return f"strftime({_WALL_CLOCK.format(value)}, '%Y-%m-%d %H:%M:%S')"
    return f"cast({value} as varchar)"


def _day(compared: Compared) -> str:
    value = _typed(compared, compared.day)
    is_time = compared.types[compared.day] == "timestamp"
    return f"cast({_WALL_CLOCK.format(value) if is_time else value} as date)"


def balances(compared: Compared, columns: Collection[str]) -> str:
    """SQL for a list with one number per column: 0 if both sides have the same values.

    Over rows with `sign`, 1 for one side and -1 for the other.
    """
    sums = (f"sum(sign * cast(hash({value}) as hugeint))" for value in _values(compared, columns))
    return f"[{', '.join(sums)}]"


def text_at(compared: Compared, columns: Collection[str]) -> str:
    """SQL for the text of a `row` in the column at `place`, from 1."""
    names = compared.values(columns)
    values = zip(names, _values(compared, columns), strict=True)
    return _at_place([_text(compared, name, value) for name, value in values])


def number_at(compared: Compared, columns: Collection[str]) -> str:
    """SQL for the amount or count in the column at `place`, null where it is none."""
    names = compared.values(columns)
    values = zip(names, _values(compared, columns), strict=True)
    return _at_place(
        [f"cast({value if n in compared.figures else 'null'} as {_TOTAL})" for n, value in values]
    )


def name_at(compared: Compared, columns: Collection[str]) -> str:
    """SQL for the name of the column at `place`."""
    return _at_place(list(map(_literal, compared.values(columns))))


def is_figure_at(compared: Compared, columns: Collection[str]) -> str:
    """SQL for whether the column at `place` may be added over rows."""
    flags = (name in compared.figures for name in compared.values(columns))
    return _at_place([str(flag).lower() for flag in flags])


def _values(compared: Compared, columns: Collection[str]) -> list[str]:
    return [f"row.{_name(name)}" for name in compared.values(columns)]


def _at_place(parts: Sequence[str]) -> str:
    cases = " ".join(f"when {place} then {sql}" for place, sql in enumerate(parts, start=1))
    return f"case place {cases} end"


def _struct(parts: Mapping[str, str]) -> str:
    return f"struct_pack({', '.join(f'{_name(name)} := {sql}' for name, sql in parts.items())})"


def whole_row(compared: Compared, columns: Collection[str]) -> str:
    """SQL for a `row` as a JSON object of texts, as they are shown."""
    texts = {n: _text(compared, n, f"row.{_name(n)}") for n in compared.values(columns)}
    return _json({n: _shortened(t) if n in compared.hidden else t for n, t in texts.items()})


def as_shown(compared: Compared, texts: str) -> str:
    """SQL for the texts of a column, `name`, as they are shown."""
    hidden = ", ".join(map(_literal, sorted(compared.hidden)))
    shortened = f"list_transform({texts}, lambda t: {_shortened('t')})"
    return f"case when name in ({hidden}) then {shortened} else {texts} end" if hidden else texts


def _shortened(text: str) -> str:
    return f"left({text}, {_SHOWN_DIGITS})"


def _json(parts: Mapping[str, str]) -> str:
    return f"cast(to_json({_struct(parts)}) as varchar)" if parts else "'{}'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
