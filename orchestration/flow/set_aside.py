"""What quarantine holds of a file, in short: by rule, with the first line as an example."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pyarrow.parquet as pq

from orchestration.flow.accounting import FileAccount
from orchestration.settings import Home
from orchestration.state.manifest import Address


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


def set_aside(home: Home, account: FileAccount) -> list[SetAside]:
    """The quarantined rows of a file by rule, those of the first line first."""
    if not account.rows_quarantined or account.source is None:
        return []
    address = Address(
        account.merchant_id,
        account.file_sha256,
        account.layout_revision or "",
        account.reader_revision or "",
    )
    path = home.quarantine / account.source / f"{address.stem}.parquet"
    by_rule: dict[str, list[tuple[int, str]]] = {}
    for row in pq.read_table(path, columns=["_row_number", "rule", "reason"]).to_pylist():
        by_rule.setdefault(row["rule"], []).append((row["_row_number"], row["reason"]))
    found = [
        SetAside(account.merchant_id, account.file_name, rule, len(rows), *min(rows))
        for rule, rows in by_rule.items()
    ]
    return sorted(found, key=lambda item: item.line)
