"""Why a figure is unknown, in sentences that name the export that is missing. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.warehouse.explain.answer import Coverage
from orchestration.warehouse.explain.figures import FAMILIES


def why_unknown(merchant_id: str, coverage: Sequence[Coverage]) -> tuple[str, ...]:
    """One sentence for each source that lacks all days, or one where no day has every source."""
    told = [_lacks_all(merchant_id, source) for source in coverage if not source.days_covered]
    if told:
        return tuple(told)
    sources = " and ".join(FAMILIES[source.source] for source in coverage)
    return (f"no day from {coverage[0].first} to {coverage[0].last} is covered by {sources}",)


def _lacks_all(merchant_id: str, source: Coverage) -> str:
    days = f"{source.first} to {source.last}"
    if source.first == source.last:
        days = f"{source.first}"
    if not source.is_expected:
        return (
            f"no export of {source.source} covers a day of {days}, nor does the register expect "
            f"one of {merchant_id}"
        )
    return (
        f"no export of {source.source} covers a day of {days}; put one into "
        f"inbox/{merchant_id}/, then `seedbed run`"
    )
