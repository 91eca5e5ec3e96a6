"""The SQL by which the rows of a key are compared from file to file. Pure.

It reads four relations of its connection: `files` and `coverage` (hand-overs, what counts of
them), `raw_rows` and `broken` (both from `changes_rows`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from orchestration.warehouse.changes_rows import ROWS, Compared, as_shown, cells, whole_row


def steps(compared: Compared, columns: Collection[str]) -> Iterator[str]:
    """Temporary tables, each from those before it; `answer` reads the last ones."""
    yield _VERSIONS
    yield _STANDING
    yield _PAIRS
    yield _SIDES
    yield _changed_cells(compared, columns)
    yield _appeared(within_scope=bool(compared.scope))


# A sum of hashes is the same for the same rows in any order, and tells how often each is there.
_VERSIONS = """
create temp table versions as
select
  merchant_id,
  key,
  file_sha256,
  any_value(scope) as scope,
  any_value(row_key) as row_key,
  min(day) as day,
  count(*) as rows,
  sum(cast(fingerprint as hugeint)) as fingerprint
from raw_rows
group by merchant_id, key, file_sha256
"""

# A version with rows in quarantine counts only while no whole one came before it.
_STANDING = """
create temp table standing as
with ranked as (
  select versions.*, files.effective_at, broken.row_key is null as is_whole
  from versions
  inner join files using (merchant_id, file_sha256)
  left join broken using (merchant_id, file_sha256, row_key)
),
counting as (
  select *
  from ranked
  qualify is_whole or not coalesce(
    bool_or(is_whole) over (
      partition by merchant_id, key order by effective_at, file_sha256
      rows between unbounded preceding and 1 preceding
    ),
    false
  )
)
select
  *,
  lag(file_sha256) over following as old_file,
  lag(effective_at) over following as old_effective_at,
  lag(rows) over following as old_rows,
  lag(fingerprint) over following as old_fingerprint
from counting
window following as (partition by merchant_id, key order by effective_at, file_sha256)
"""

_PAIRS = """
create temp table pairs as
select row_number() over () as pair, *, file_sha256 as new_file, rows = old_rows as is_as_many
from standing
where old_file is not null and (rows <> old_rows or fingerprint <> old_fingerprint)
"""

# The rows of both files of a pair; a row is different if the other file has it less often.
_SIDES = """
create temp table sides as
with both_files as (
  select pair, 'old' as side, raw_rows.fingerprint, row
  from raw_rows
  inner join pairs
    on raw_rows.merchant_id = pairs.merchant_id
    and raw_rows.key = pairs.key
    and raw_rows.file_sha256 = pairs.old_file
  union all
  select pair, 'new' as side, raw_rows.fingerprint, row
  from raw_rows
  inner join pairs
    on raw_rows.merchant_id = pairs.merchant_id
    and raw_rows.key = pairs.key
    and raw_rows.file_sha256 = pairs.new_file
),
numbered as (
  select *, row_number() over (partition by pair, side, fingerprint) as copy
  from both_files
)
select mine.pair, mine.side, mine.row, other.pair is null as is_different
from numbered as mine
left join numbered as other
  on mine.pair = other.pair
  and mine.fingerprint = other.fingerprint
  and mine.copy = other.copy
  and mine.side <> other.side
"""


def _changed_cells(compared: Compared, columns: Collection[str]) -> str:
    """One row per pair and column that tells something.

    Where rows came or went, every column has more or fewer values; it tells something only if
    its total, or else the values that it has at all, became others.
    """
    listed = "list(cell.text order by cell.number, cell.text)"
    differing = "filter (side = '{}' and is_different)"
    return f"""
create temp table changed_cells as
with cells as (
  select pair, side, is_different, unnest({cells(compared, columns)}) as cell from sides
),
both_sides as (
  select
    pair,
    cell.place as place,
    cell.name as name,
    cell.is_figure as is_figure,
    coalesce({listed} {differing.format("old")}, []) as old_values,
    coalesce({listed} {differing.format("new")}, []) as new_values,
    list_sort(list(distinct [cell.text]) filter (side = 'old')) as old_set,
    list_sort(list(distinct [cell.text]) filter (side = 'new')) as new_set,
    sum(cell.number) filter (side = 'old') as old_total,
    sum(cell.number) filter (side = 'new') as new_total
  from cells
  group by pair, place, name, is_figure
)
select both_sides.*
from both_sides
inner join pairs using (pair)
where old_values <> new_values
  and case
    when is_as_many then true
    when is_figure then old_total is distinct from new_total
    else old_set is distinct from new_set
  end
"""


def _appeared(*, within_scope: bool) -> str:
    """Keys whose first file is newer than another that spoke for their day without them."""
    # A file without any row speaks of everything that it could have shown.
    same_scope = "older.scope = firsts.scope or older.scope is null" if within_scope else "true"
    return f"""
create temp table appeared as
with scopes as (
  select distinct files.merchant_id, files.file_sha256, files.effective_at, versions.scope
  from files
  left join versions using (merchant_id, file_sha256)
),
firsts as (
  select * from standing where old_file is null and day is not null
)
select
  firsts.merchant_id,
  firsts.key,
  firsts.day,
  firsts.rows,
  firsts.file_sha256 as new_file,
  firsts.effective_at,
  max_by(older.file_sha256, (older.effective_at, older.file_sha256)) as old_file,
  max(older.effective_at) as old_effective_at
from firsts
inner join coverage
  on firsts.merchant_id = coverage.merchant_id
  and firsts.day between coverage.covered_from and coverage.covered_to
inner join scopes as older
  on coverage.merchant_id = older.merchant_id
  and coverage.file_sha256 = older.file_sha256
  and (older.effective_at, older.file_sha256) < (firsts.effective_at, firsts.file_sha256)
  and ({same_scope})
group by all
"""


def answer(compared: Compared, columns: Collection[str]) -> str:
    """The answer, one row per change, in order."""
    return f"""
with whole_rows as (
  select pair, side, {whole_row(compared, columns)} as shown from sides where is_different
),
changed as (
  select pair, place, name, old_values, new_values, old_total, new_total
  from changed_cells
  union all
  select
    pair,
    -1,
    '{ROWS}',
    coalesce(list(shown order by shown) filter (side = 'old'), []),
    coalesce(list(shown order by shown) filter (side = 'new'), []),
    null,
    null
  from whole_rows
  inner join pairs using (pair)
  where not is_as_many or pair not in (select pair from changed_cells)
  group by pair
),
final as (
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
    effective_at as new_effective_at,
    place
  from changed
  inner join pairs using (pair)
  union all
  select
    merchant_id, key, day, 'appeared', '', [], [], null, null, 0, rows, old_file, new_file,
    old_effective_at, effective_at, -1
  from appeared
)
select * exclude (place)
from final
order by merchant_id, new_effective_at, new_file, old_effective_at, old_file, kind, key, place
"""
