"""Step 6: compose the digests of a decided week from the published build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from orchestration.delivery.channel import DeliveryError
from orchestration.delivery.revisions import record_revision
from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.compose_programmes import compose_programmes
from orchestration.digest.compose_team import compose_team
from orchestration.digest.content import DigestContent, Insight
from orchestration.digest.growth import growth_of
from orchestration.flow.digests.team_state import standing
from orchestration.flow.publishing import refuse_other_files
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.periods import Week
from orchestration.playbook.weekly_change import weekly_change
from orchestration.register import Merchant
from orchestration.settings import now
from orchestration.warehouse.read import Published, open_published

Row = dict[str, Any]
Tables = dict[str, dict[str, list[Row]]]
_OF_ALL = ("rpt_team_facts", "rpt_digest_programmes", "rpt_team_cohorts", "rpt_team_segments")
_TABLES = {
    "facts": "rpt_digest_facts",
    "cohorts": "rpt_digest_cohorts",
    "sources": "rpt_digest_sources",
    "weeks": "rpt_digest_weeks",
    "restatements": "rpt_digest_restatements",
    "reconciliation": "rpt_digest_reconciliation",
    "peers": "rpt_digest_peers",
    "ads": "rpt_digest_ads",
    "live": "rpt_digest_live",
    "incentives": "rpt_digest_incentives",
}


@dataclass(frozen=True)
class Composed:
    """One digest of the week: which revision it is, and whether it says anything new."""

    week: Week
    merchant_id: str
    revision: int
    is_new: bool
    headline: str
    folder: Path


def _by_merchant(published: Published, table: str, week: Week) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _of_all(published, table, week):
        found[row["merchant_id"]].append(row)
    return found


def _insights(weeks: Sequence[Row]) -> list[Insight]:
    if not weeks:
        return []
    finding = weekly_change(pd.DataFrame(weeks))
    return [
        Insight(
            block=finding.block,
            verdict=finding.verdict,
            message=finding.message,
            params=finding.params,
        )
    ]


def _tables(published: Published, week: Week) -> Tables:
    return {name: _by_merchant(published, table, week) for name, table in _TABLES.items()}


def _content(merchant: Merchant, week: Week, tables: Tables) -> DigestContent:
    """Each merchant's digest is given that merchant's rows and nothing else."""
    of = {name: rows[merchant.merchant_id] for name, rows in tables.items()}
    return compose_merchant(merchant, week, MerchantRows(**of), _insights(of["weeks"]))


def _contents(workspace: Workspace, published: Published, week: Week) -> list[DigestContent]:
    register, tables = workspace.register(), _tables(published, week)
    contents = [_content(merchant, week, tables) for merchant in register.merchants]
    facts, programmes, cohorts, segments = (_of_all(published, table, week) for table in _OF_ALL)
    sources = [row for rows in tables["sources"].values() for row in rows]
    findings = {one.merchant_id: one.insights for one in contents}
    contents.append(
        compose_team(
            register,
            week,
            facts,
            sources,
            programmes,
            findings,
            growth=growth_of(cohorts, segments),
            as_composed=standing(workspace, week),
        )
    )
    if any(one.digest == "programme" for one in register.team.recipients):
        incentives = [row for rows in tables["incentives"].values() for row in rows]
        contents.append(compose_programmes(register, week, programmes, incentives))
    return contents


def _of_all(published: Published, table: str, week: Week) -> list[Row]:
    return published.rows(
        f"select * from reporting.{table} where week = $1 order by all", [week.monday]
    )


def _has_decided(published: Published, week: Week) -> bool:
    """A build of the data alone has no reporting tables at all."""
    tables = published.rows("select 1 from duckdb_tables() where schema_name = 'reporting'")
    return bool(tables) and bool(
        published.rows("select 1 from reporting.rpt_team_facts where week = $1", [week.monday])
    )


def _refuse_undecided(published: Published, week: Week) -> None:
    if not _has_decided(published, week):
        raise HomeError(
            f"Build {published.build_id} did not decide {week.iso}; "
            f"run `seedbed run --week {week.key}`."
        )


def compose_again(workspace: Workspace, week: Week, merchant_id: str) -> tuple[DigestContent, str]:
    """What the published build says of one merchant's week, and the build; nothing is recorded.

    Raises:
        HomeError: there is no such merchant, or the build did not decide this week.
        BuildError: it was made before files came in or were withdrawn.
    """
    merchant = workspace.register().get(merchant_id)
    if merchant is None:
        raise HomeError(f"No merchant {merchant_id} in merchants.yml; mend the id.")
    refuse_other_files(workspace, week)
    with open_published(workspace.home, workspace.settings.duckdb) as published:
        _refuse_undecided(published, week)
        return _content(merchant, week, _tables(published, week)), published.build_id


def compose(workspace: Workspace, week: Week) -> list[Composed]:
    """Compose a week for every merchant and the data team; nothing is sent.

    One merchant's trouble is not the others': theirs are composed first, then it is told.

    Raises:
        HomeError: the published build did not decide this week.
        DeliveryError: a digest could not be archived.
    """
    with open_published(workspace.home, workspace.settings.duckdb) as published:
        _refuse_undecided(published, week)
        contents = _contents(workspace, published, week)
    composed: list[Composed] = []
    faults: list[str] = []
    for content in contents:
        try:
            composed.append(_record(workspace, week, content, published.build_id))
        except DeliveryError as error:
            faults.append(str(error))
    if faults:
        raise DeliveryError(" ".join(faults))
    return composed


def _record(workspace: Workspace, week: Week, content: DigestContent, build_id: str) -> Composed:
    recorded = record_revision(workspace.home, workspace.store, content, build_id, now())
    return Composed(
        week=week,
        merchant_id=content.merchant_id,
        revision=recorded.rendered.revision,
        is_new=recorded.is_new,
        headline=recorded.rendered.subject,
        folder=recorded.folder,
    )
