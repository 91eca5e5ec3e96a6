"""The SQL that turns text cells into typed rows, each with its fault or its skip.

Every type reads only what can mean one thing; everything else is a fault, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from orchestration.exports.cell_batches import TEXT_PREFIX
from orchestration.exports.cell_types import EXPECTED, typed
from orchestration.exports.cells import TOTAL_MARKS
from orchestration.exports.engine import SQL_TYPES
from orchestration.exports.layout_rows import CUT, PERIOD_COLUMNS, Terms
from orchestration.exports.layouts import Column
from orchestration.exports.literal import literal
from orchestration.exports.recognise import Recognised

# The relation of text cells: _row_number, _first (the row's first cell), _other_length (a
# sentence for a row that is longer or shorter than the header, else null), and one column of
# text as it stands in the file per mapped column, named `_text_<column>`.
CELLS = "cells"
# Cells that a person mended: _row_number, _discard (whether the row is to be taken out), and
# `_text_<column>`; of a buyer number its key, empty where there is no buyer.
REPAIRS = "repairs"
DISCARD = "_discard"

# The platform's clock is UTC+8 all year; China knows no summer time.
_EIGHT_HOURS = "interval 8 hours"


@dataclass(frozen=True)
class FileFacts:
    """What stands in every row of a file, or is known of it from elsewhere.

    `same`: a value per row key (merchant, hash, revisions, time). `known`: ids that the rows
    themselves need not tell, by column. `period`: the days that its name or a person tells.
    """

    same: Mapping[str, str]
    known: Mapping[str, str] = field(default_factory=dict)
    period: tuple[date, date] | None = None
    has_repairs: bool = False


def typed_rows_sql(found: Recognised, terms: Terms, facts: FileFacts) -> str:
    """One statement over `cells`; gives staged rows with their marks, in any order.

    Skipped rows are among them, for the account; `_skip` says why they go no further. `_day`
    and `_last_day` are the Shanghai days that a row speaks of, where they can be read.
    """
    columns = found.layout.columns.values()
    present = [column for column in columns if column.name in found.positions]
    own = [column for column in present if column.derived_from is None]
    texts = ",\n".join(f"    {_cleaned(column)} as {_text(column)}" for column in own)
    values = ",\n".join(
        f"    {_value(column, found, facts)} as {_name(column)}" for column in columns
    )
    cut = f"{_cut(found, terms)} as {CUT}," if found.layout.has_cuts else ""
    keys = ",\n".join(f"    {value} as {name}" for name, value in _row_keys(facts).items())
    names = ", ".join(_name(column) for column in columns)
    return f"""
with {_given(own, facts)},

cleaned as (
  select
    _row_number,
    _first,
    _other_length,
    {DISCARD},
    {_keys_of_repairs(own, facts)}
{texts}
  from given
),

typed as (
  select
    *,
{values}
  from cleaned
),

judged as (
  select
    *,
    {_rule(present)} as _parse_rule
  from typed
),

final as (
  select
{keys},
    {cut}
    {names},
    _parse_rule,
    {_reason(present, found)} as _parse_reason,
    case when _parse_rule is not null then {_cells_as_json(own)} end as _cells,
    {_skip(own, terms)} as _skip,
    {_day(found, terms.date_columns[0])} as _day,
    {_day(found, terms.date_columns[-1])} as _last_day
  from judged
)

select * from final
"""


def _name(column: Column) -> str:
    return f'"{column.name}"'


def _text(column: Column) -> str:
    return f'"{TEXT_PREFIX}{column.derived_from or column.name}"'


def _row_keys(facts: FileFacts) -> dict[str, str]:
    given = {name: literal(text) for name, text in facts.same.items()}
    given["_effective_at"] = f"cast({given['_effective_at']} as timestamp)"
    return {
        "merchant_id": given["merchant_id"],
        "_file_sha256": given["_file_sha256"],
        "_row_number": "_row_number",
        **{name: given[name] for name in ("_layout_revision", "_reader_revision", "_effective_at")},
    }


def _given(own: list[Column], facts: FileFacts) -> str:
    """The cells of the file, or of its repairs where there are any."""
    if not facts.has_repairs:
        return f"given as (select *, false as {DISCARD} from {CELLS})"
    mended = ", ".join(_mended(column) for column in own)
    return f"""given as (
  select
    c._row_number,
    c._first,
    case when r._row_number is null then c._other_length end as _other_length,
    coalesce(r.{DISCARD}, false) as {DISCARD},
    {mended}
  from {CELLS} as c
  left join {REPAIRS} as r on c._row_number = r._row_number
)"""


def _mended(column: Column) -> str:
    text = _text(column)
    if column.type != "customer":
        return f"coalesce(r.{text}, c.{text}) as {text}"
    # A key stands beside the text, not in its place; an empty one says that there is no buyer.
    return (
        f"case when r.{text} = '' then null else c.{text} end as {text}, "
        f"nullif(r.{text}, '') as \"_key_{column.name}\""
    )


def _keys_of_repairs(own: list[Column], facts: FileFacts) -> str:
    buyers = [column for column in own if column.type == "customer"] if facts.has_repairs else []
    return "".join(f'"_key_{column.name}",' for column in buyers)


def _cleaned(column: Column) -> str:
    macro = "clean_text" if column.type in ("text", "customer") else "clean_number"
    return f"{macro}({_text(column)})"


def _value(column: Column, found: Recognised, facts: FileFacts) -> str:
    sql_type = SQL_TYPES[column.type]
    if column.derived_from == "period":
        day = facts.period[PERIOD_COLUMNS.index(column.name)] if facts.period else None
        return f"cast({literal(day.isoformat()) if day else 'null'} as {sql_type})"
    if column.name not in found.positions:
        value = f"cast(null as {sql_type})"
    else:
        has_hours = any(c.derived_from == column.name for c in found.layout.columns.values())
        value = typed(column.type, _text(column), has_hours=has_hours)
        if column.type == "customer" and facts.has_repairs:
            value = f'coalesce("_key_{column.name}", {value})'
    known = facts.known.get(column.name)
    return f"coalesce({value}, {literal(known)})" if known else value


def _cut(found: Recognised, terms: Terms) -> str:
    """`day` or `hour`, then the breakdown columns that the file has."""
    hours = [_name(c) for c in found.layout.columns.values() if c.type == "hour"]
    unit = f"case when {hours[0]} is null then 'day' else 'hour' end" if hours else "'day'"
    shown = "".join(f"/{name}" for name in terms.breakdowns if name in found.positions)
    return f"{unit} || {literal(shown)}"


def _rule(present: list[Column]) -> str:
    faults = [
        f"when {_name(column)} is null and {_text(column)} is not null "
        f"then '{column.name}_unreadable'"
        for column in present
        if column.type != "hour"
    ]
    missing = [
        f"when {_name(column)} is null then '{column.name}_missing'"
        for column in present
        if column.required == "value"
    ]
    other_length = "when _other_length is not null then 'row_has_other_length'"
    return f"case {' '.join([other_length, *faults, *missing])} end"


def _reason(present: list[Column], found: Recognised) -> str:
    sentences = {
        f"{column.name}_{kind}": f"The cell under '{found.headers[column.name]}' {what}."
        for column in present
        for kind, what in (("unreadable", EXPECTED[column.type]), ("missing", "is empty"))
    }
    cases = " ".join(f"when '{rule}' then {literal(text)}" for rule, text in sentences.items())
    return f"coalesce(_other_length, case _parse_rule {cases} end)"


def _cells_as_json(own: list[Column]) -> str:
    fields = ", ".join(
        f"{_name(column)} := {_text(column)}" for column in own if column.type != "customer"
    )
    return f"cast(to_json(struct_pack({fields})) as varchar)"


def _skip(own: list[Column], terms: Terms) -> str:
    is_empty = f"coalesce(_other_length, {', '.join(map(_text, own))}) is null"
    because = (
        f"when _parse_rule is null and ({terms.skip_when}) then {literal(terms.skip_reason)}"
        if terms.skip_when
        else ""
    )
    return (
        f"case when {DISCARD} then 'discarded' when {_is_total(own, terms)} then 'total' "
        f"when {is_empty} then 'empty' {because} end"
    )


def _is_total(own: list[Column], terms: Terms) -> str:
    """A row that begins like a total, and has no key or date of its own.

    A remark may begin like a total too; a row that has its own key is a row all the same.
    """
    marks = [literal(mark) for mark in TOTAL_MARKS]

    def is_marked(text: str) -> str:
        begins = (f"starts_with({text}, {mark})" for mark in marks)
        return f"coalesce({' or '.join(begins)}, false)"

    keys = [_text(column) for column in own if column.name in terms.keys]
    dates = [_text(c) for c in own if c.name in terms.date_columns and c.name in terms.keys]
    has_no_key = " and ".join(f"{key} is null" for key in keys) or "true"
    own_marks = [is_marked(key) for key in keys]
    starts = " or ".join([is_marked("clean_text(_first)"), *own_marks])
    because = " or ".join([f"({has_no_key})", *own_marks, *(f"{day} is null" for day in dates)])
    return f"({starts}) and ({because})"


def _day(found: Recognised, name: str) -> str:
    column = found.layout.columns[name]
    return (
        _name(column)
        if column.type == "date"
        else f"cast({_name(column)} + {_EIGHT_HOURS} as date)"
    )
