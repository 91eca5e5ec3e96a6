"""What changed between the rows of a key in two files, cell by cell, as SQL. Pure.

It reads `pairs` and `sides` (see `changes_sql`), one chunk of them at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from orchestration.warehouse.changes_rows import (
    ROWS,
    Compared,
    as_shown,
    balances,
    is_figure_at,
    name_at,
    number_at,
    text_at,
    whole_row,
)


def compare(compared: Compared, columns: Collection[str], chunk: int) -> Iterator[str]:
    """Temporary tables of one chunk, in place of those of the one before."""
    yield _CHUNK.format(chunk=chunk)
    yield _other_columns(compared, columns)
    yield _changed_cells(compared, columns)


# A row is different if the other file has it less often.
_CHUNK = """
create or replace temp table compared_rows as
with numbered as (
  select *, row_number() over (partition by pair, side, fingerprint) as copy
  from sides
  where chunk = {chunk}
)
select mine.pair, mine.side, mine.row, other.pair is null as is_different
from numbered as mine
left join numbered as other
  on mine.pair = other.pair
  and mine.fingerprint = other.fingerprint
  and mine.copy = other.copy
  and mine.side <> other.side
"""


def _other_columns(compared: Compared, columns: Collection[str]) -> str:
    """The places of the columns whose values are not the same; most are, and are left alone."""
    return f"""
create or replace temp table other_columns as
with balanced as (
  select pair, {balances(compared, columns)} as balances
  from (select *, case side when 'new' then 1 else -1 end as sign from compared_rows)
  where is_different
  group by pair
),
placed as (
  select pair, unnest(balances) as balance, generate_subscripts(balances, 1) as place
  from balanced
)
select pair, place from placed where balance <> 0
"""


def _changed_cells(compared: Compared, columns: Collection[str]) -> str:
    """One row per pair and column that tells something.

    Where rows came or went, every column has more or fewer values; it tells something only if
    its total, or else the values that it has at all, became others.
    """
    listed = "list(text order by number, text)"
    differing = "filter (side = '{}' and is_different)"
    return f"""
create or replace temp table changed_cells as
with cells as (
  select
    pair,
    place,
    side,
    is_different,
    {text_at(compared, columns)} as text,
    {number_at(compared, columns)} as number
  from compared_rows
  inner join other_columns using (pair)
),
both_sides as (
  select
    pair,
    place,
    {name_at(compared, columns)} as name,
    {is_figure_at(compared, columns)} as is_figure,
    coalesce({listed} {differing.format("old")}, []) as old_values,
    coalesce({listed} {differing.format("new")}, []) as new_values,
    list_sort(list(distinct [text]) filter (side = 'old')) as old_set,
    list_sort(list(distinct [text]) filter (side = 'new')) as new_set,
    sum(number) filter (side = 'old') as old_total,
    sum(number) filter (side = 'new') as new_total
  from cells
  group by pair, place
)
select both_sides.*
from both_sides
inner join pairs using (pair)
where case
  when is_as_many then true
  when is_figure then old_total is distinct from new_total
  else old_set is distinct from new_set
end
"""


def changed(compared: Compared, columns: Collection[str]) -> str:
    """The changes of the chunk, in order."""
    return f"""
with whole_rows as (
  select pair, side, {whole_row(compared, columns)} as shown from compared_rows where is_different
),
found as (
  select pair, place, name, old_values, new_values, old_total, new_total
  from changed_cells
  union all
  select
    pair,
    0,
    '{ROWS}',
    coalesce(list(shown order by shown) filter (side = 'old'), []),
    coalesce(list(shown order by shown) filter (side = 'new'), []),
    null,
    null
  from whole_rows
  inner join pairs using (pair)
  where not is_as_many or pair not in (select pair from changed_cells)
  group by pair
)
select
  merchant_id,
  key,
  day,
  'changed' as kind,
  name as "column",
  {as_shown(compared, "old_values")} as old_values,
  {as_shown(compared, "new_values")} as new_values,
  old_total,
  new_total,
  old_rows,
  rows as new_rows,
  old_file,
  new_file,
  old_effective_at,
  effective_at as new_effective_at
from found
inner join pairs using (pair)
order by pair, place
"""
