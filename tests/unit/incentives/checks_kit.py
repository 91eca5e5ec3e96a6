"""The only finding of a rulebook, and a programme with one gate."""

from __future__ import annotations

from typing import Any

from programme_kit import version

from orchestration.incentives.programmes.checks import Finding

FAULT = True
WARNING = False
LATER = "2024-08-20T00:00:00+08:00"
CAMPAIGN = {"kind": "campaign", "start": "2024-08-01"}
CATEGORY = {"id": "a", "metric": "category", "taxonomy": "shop_category"}


def one(findings: list[Finding], check: str, is_fault: bool) -> str:
    """The problem of the only finding."""
    assert [(each.check, each.is_fault) for each in findings] == [(check, is_fault)], findings
    assert ", line " in findings[0].where
    return findings[0].problem


def gate(**said: Any) -> dict[str, Any]:
    return version(gates=[{"id": "a", **said}])
