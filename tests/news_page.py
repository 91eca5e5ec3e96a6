"""Which weeks of the real orders are called news, and why: docs/news-on-real-orders.md.

Usage: python -m tests.news_page [HOME]. Without a home, one is made, the sixteen workbooks go
through it as on any Monday, and its published weeks are judged as each Monday would have judged
them: by the twelve weeks before, and nothing later.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

from orchestration.home import PROJECT_ROOT
from orchestration.playbook.block import Insight
from orchestration.playbook.weekly_change import weekly_change

PAGE = PROJECT_ROOT / "docs" / "news-on-real-orders.md"
# The reported week and the twelve before it, as in rpt_digest_weeks.
WEEKS_SEEN = 13
FOLDERS = ("orchestration/samples/real_orders", "tests/fixtures/real_orders")
_CALLED = {
    "weekly_change.unusual_rise": "**news: more**",
    "weekly_change.unusual_fall": "**news: fewer**",
    "weekly_change.within_swing": "steady",
}
_SWING = "the four weeks before had {base} on average; {low} to {high} is usual"
_WHY = {
    "weekly_change.unusual_rise": _SWING,
    "weekly_change.unusual_fall": _SWING,
    "weekly_change.within_swing": _SWING,
    "weekly_change.week_missing": "no export speaks for the week",
    "weekly_change.week_partial": "not all days are in",
    "weekly_change.promotion": "a week of {promotion}",
    "weekly_change.no_base": "no week before it; {needed} whole ones are needed",
    "weekly_change.base_missing": "no export speaks for the week before",
    "weekly_change.base_partial": "not all days of the week before are in",
    "weekly_change.too_early": "whole comparable weeks before it: {weeks} of 8",
    "weekly_change.too_few": "only {base} orders in the four weeks before",
}
_HEAD = """# News on the real orders

What the digest would have said on each of seventeen Mondays, made by `python -m tests.news_page`
and held by `tests/integration/test_real_week.py`. How the decision is made, and how often it errs:
[news-or-noise.md](news-or-noise.md).

The orders are real purchases of a real online shop, not of a shop on Xiaohongshu: an excerpt of
the *Online Retail* data set, D. Chen, S. L. Sain and K. Guo (2012), UCI Machine Learning
Repository, https://doi.org/10.24432/C5BW33, licensed under [CC BY
4.0](https://creativecommons.org/licenses/by/4.0/). Dates were moved 703 weeks later; what else was
changed stands beside the workbooks (`tests/fixtures/real_orders/README.md`). No export exists for
17 to 24 June. The shop knew nothing of the platform's 618: its weeks are left out because the
shipped rulebook says so, as they would be for a merchant.

| week from | orders | called | why |
|---|---:|---|---|
"""


def main() -> None:
    """Write the page, and print it."""
    if len(sys.argv) > 1:
        text = page(weeks_of(Path(sys.argv[1])))
    else:
        with tempfile.TemporaryDirectory() as folder:
            text = page(weeks_of(_home(Path(folder) / "H")))
    PAGE.write_text(text, encoding="utf-8")
    print(text)


def weeks_of(home: Path) -> list[dict[str, Any]]:
    """The published weeks of the home's one merchant, oldest first."""
    build = (home / "published" / "current.duckdb").resolve()
    with duckdb.connect(str(build), read_only=True) as published:
        found = published.execute(
            "select week as trailing_week, order_count, is_complete, promotion "
            "from marts.fct_merchant_weeks order by week"
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def page(weeks: Sequence[dict[str, Any]]) -> str:
    """The whole page.

    Args:
        weeks: rows of fct_merchant_weeks of one merchant, oldest first, without gaps.
    """
    lines = [_line(week, finding) for week, finding in _judged(weeks)]
    called = sum("news" in line for line in lines)
    judged = called + sum("| steady |" in line for line in lines)
    return (
        _HEAD
        + "\n".join(lines)
        + f"\n\nOf {len(lines)} weeks, {judged} could be judged, and {called} of them were news.\n"
    )


def _judged(weeks: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Insight]]:
    for n, week in enumerate(weeks, start=1):
        yield week, weekly_change(pd.DataFrame(weeks[max(0, n - WEEKS_SEEN) : n]))


def _line(week: dict[str, Any], finding: Insight) -> str:
    monday: date = week["trailing_week"]
    orders = "–" if week["order_count"] is None else f"{week['order_count']:,}"
    why = _WHY[finding.message].format(**{"promotion": week["promotion"], **finding.params})
    return f"| {monday} | {orders} | {_CALLED.get(finding.message, 'no verdict')} | {why} |"


def _home(home: Path) -> Path:
    """A home into which the real workbooks went, and a build of them."""
    _seedbed("init", home=home)
    shop = {"merchant_id": "m001", "name": {"en": "Real orders"}, "joined_on": "2024-03-01"}
    register = {"merchants": [{**shop, "shops": [{"shop_id": "s-1"}], "recipients": []}]}
    (home / "merchants.yml").write_text(yaml.safe_dump(register), encoding="utf-8")
    inbox = home / "inbox" / "m001"
    inbox.mkdir(parents=True)
    for folder in FOLDERS:
        for workbook in (PROJECT_ROOT / folder).glob("*.xlsx"):
            shutil.copy(workbook, inbox)
    _seedbed("run", "--week", "2024-09-09", home=home)
    return home


def _seedbed(*words: str, home: Path) -> None:
    command = [Path(sys.executable).parent / "seedbed", *words, "--home", str(home)]
    environment = {**os.environ, "SEEDBED_NOW": "2024-09-16T10:00:00+08:00"}
    done = subprocess.run(command, env=environment, check=False)
    # 3: rows of the real workbooks are set aside.
    if done.returncode not in (0, 3):
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
