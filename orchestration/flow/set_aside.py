"""What quarantine holds of a file, in short: by rule, with the first line as an example."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.flow.accounting import FileAccount
from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.state.manifest import Address, Content
from orchestration.warehouse.connect import open_duckdb

_BY_RULE = """
    select
        merchant_id,
        _file_sha256,
        rule,
        count(*),
        min(_row_number) as line,
        arg_min(reason, _row_number)
    from read_parquet($1)
    group by all
    order by line, rule
"""


@dataclass(frozen=True)
class SetAside:
    """Rows of one file that break one rule; `line` is where the first of them stands in it."""

    merchant_id: str
    file_name: str
    rule: str
    rows: int
    line: int
    reason: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def set_aside(
    home: Home, limits: DuckDBSettings, accounts: Iterable[FileAccount]
) -> list[SetAside]:
    """The quarantined rows of files by rule: file after file, those of the first line first."""
    dirty = {
        (account.merchant_id, account.file_sha256): account
        for account in accounts
        if account.rows_quarantined and account.source
    }
    if not dirty:
        return []
    paths = [str(_quarantine(home, account)) for account in dirty.values()]
    with open_duckdb(home, limits) as connection:
        found = connection.execute(_BY_RULE, [paths]).fetchall()
    by_file: dict[Content, list[SetAside]] = {content: [] for content in dirty}
    for merchant_id, sha256, rule, rows, line, reason in found:
        name = dirty[merchant_id, sha256].file_name
        by_file[merchant_id, sha256].append(SetAside(merchant_id, name, rule, rows, line, reason))
    return [item for items in by_file.values() for item in items]


def _quarantine(home: Home, account: FileAccount) -> Path:
    address = Address(
        account.merchant_id,
        account.file_sha256,
        account.layout_revision or "",
        account.reader_revision or "",
    )
    return home.quarantine / str(account.source) / f"{address.stem}.parquet"
