"""How a row is named: by what a newer export replaces it, and by its business days. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.warehouse.parquet import quoted

# The platform's wall clock is UTC+8; times are stored in UTC.
_BUSINESS_DAY = "cast({column} + interval 8 hours as date)"


@dataclass(frozen=True)
class RowNames:
    """Which columns of a source name a row: what a newer export replaces by, and its days.

    `time` is the time or day of a row, `until` the last day that it speaks of, if that is
    another column.
    """

    key: tuple[str, ...]
    time: str
    until: str = ""

    @property
    def key_sql(self) -> str:
        """One text per key; a part that is unknown is blank, and a key of nothing else is null.

        A report that is not broken down by campaign names none, and its rows have keys all the
        same.
        """
        # The cut is computed for every row, and names none.
        own = [column for column in self.key if not column.startswith("_")]
        known = f"coalesce({', '.join(map(_text, own))}) is not null"
        parts = " || '/' || ".join(f"coalesce({_text(column)}, '')" for column in self.key)
        return f"case when {known} then {parts} end"

    @property
    def first_day_sql(self) -> str:
        """The business day of a row, or the first one that it speaks of."""
        return _BUSINESS_DAY.format(column=quoted(self.time))

    @property
    def last_day_sql(self) -> str:
        """The last business day that a row speaks of."""
        return _BUSINESS_DAY.format(column=quoted(self.until or self.time))


def _text(column: str) -> str:
    return f"cast({quoted(column)} as varchar)"
