"""Which keys changed from file to file, as SQL: versions, those that count, and pairs. Pure.

It reads four relations of its connection: `files` and `coverage` (hand-overs, what counts of
them), `raw_rows` and `broken` (both from `changes_rows`).
"""

from __future__ import annotations

from collections.abc import Iterator

# So many rows are compared cell by cell at once: with a hundred columns they take about 300 MB.
_CHUNK_ROWS = 30_000


def steps(*, within_scope: bool) -> Iterator[str]:
    """Temporary tables, each from those before it.

    `pairs`: two files of a key that differ, in the order of the answer, cut into chunks. `sides`:
    their rows. `appeared`: keys that came late.
    """
    yield _VERSIONS
    yield _STANDING
    yield _PAIRS
    yield _SIDES
    yield _appeared(within_scope=within_scope)


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

_PAIRS = f"""
create temp table pairs as
with different as (
  select *, file_sha256 as new_file, rows = old_rows as is_as_many
  from standing
  where old_file is not null and (rows <> old_rows or fingerprint <> old_fingerprint)
)
select
  *,
  row_number() over in_order as pair,
  cast(sum(rows + old_rows) over in_order as bigint) // {_CHUNK_ROWS} as chunk
from different
window in_order as (
  order by merchant_id, effective_at, new_file, old_effective_at, old_file, key
  rows unbounded preceding
)
"""

# The rows of both files of a pair.
_SIDES = """
create temp table sides as
select chunk, pair, 'old' as side, raw_rows.fingerprint, row
from raw_rows
inner join pairs
  on raw_rows.merchant_id = pairs.merchant_id
  and raw_rows.key = pairs.key
  and raw_rows.file_sha256 = pairs.old_file
union all
select chunk, pair, 'new' as side, raw_rows.fingerprint, row
from raw_rows
inner join pairs
  on raw_rows.merchant_id = pairs.merchant_id
  and raw_rows.key = pairs.key
  and raw_rows.file_sha256 = pairs.new_file
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


APPEARED = """
select
  merchant_id,
  key,
  day,
  'appeared' as kind,
  '' as "column",
  [] as old_values,
  [] as new_values,
  null as old_total,
  null as new_total,
  0 as old_rows,
  rows as new_rows,
  old_file,
  new_file,
  old_effective_at,
  effective_at as new_effective_at
from appeared
order by merchant_id, new_effective_at, new_file, old_effective_at, old_file, key
"""
