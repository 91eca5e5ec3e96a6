"""Checks over all programmes together: what one file alone cannot show.

Here each module is a question (versions, metrics, tiers, exclusion, facts) and gives findings.
Add a check as a function over `Programmes`, and name it in `_CHECKS`. Keep out what one version
shows by itself; that is the model's. Read `finding.py` first.
"""

from __future__ import annotations

from collections.abc import Collection

from orchestration.incentives.programmes.checks.exclusion import exclusion_findings
from orchestration.incentives.programmes.checks.facts import fact_findings
from orchestration.incentives.programmes.checks.finding import Finding
from orchestration.incentives.programmes.checks.metrics import metric_findings
from orchestration.incentives.programmes.checks.tiers import tier_findings
from orchestration.incentives.programmes.checks.trees import category_findings
from orchestration.incentives.programmes.checks.versions import version_findings
from orchestration.incentives.programmes.load import Programmes
from orchestration.incentives.taxonomies import Category

__all__ = ["Finding", "faults_of", "findings_of"]


def findings_of(
    programmes: Programmes,
    categories: Collection[Category],
    merchant_ids: Collection[str] | None = None,
) -> list[Finding]:
    """Everything that is wrong or worth a look.

    Args:
        programmes: what the files say.
        categories: the trees that are loaded.
        merchant_ids: the register's, or None where there is none.
    """
    return [
        *version_findings(programmes),
        *metric_findings(programmes),
        *tier_findings(programmes),
        *exclusion_findings(programmes),
        *category_findings(programmes, categories),
        *fact_findings(programmes, merchant_ids),
    ]


def faults_of(programmes: Programmes, categories: Collection[Category]) -> list[str]:
    """A sentence for each thing that keeps the programmes from being decided."""
    return [one.sentence for one in findings_of(programmes, categories) if one.is_fault]
