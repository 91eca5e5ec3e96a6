"""The page of data quality: what is in it, that earlier weeks stay, and that nothing runs in it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import duckdb
import pytest
from flow_kit import SOURCE, drop, run_ingest, spoilt, week_of_orders

from orchestration.flow.quality.sections import sections_of
from orchestration.flow.quality.write import page_path, write_quality_page
from orchestration.flow.surprises import DIFFERENCE
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.quality.page import Link, Section, index_of, page_of
from orchestration.settings import now
from orchestration.state.models import File, Reading, Receipt

WEEK, BEFORE = Week(date(2024, 9, 9)), Week(date(2024, 9, 2))
_TAGS_OF_A_PAGE_THAT_RUNS = {"script", "link", "img", "iframe", "object", "embed", "form"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def _tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(html)
    return parser.seen


def _publish(home: Home) -> None:
    """One merchant whose orders are covered from Monday to Saturday, and one without any."""
    path = home.published / "b1.duckdb"
    with duckdb.connect(path) as build:
        build.execute("create schema marts")
        build.execute(
            "create table marts.fct_merchant_days (merchant_id text, day date, order_count bigint, "
            "anonymous_order_count bigint, ad_spend decimal(18, 2))"
        )
        build.execute(
            "create table marts.fct_orders (merchant_id text, paid_date date, line_count bigint)"
        )
        build.execute("create table marts.fct_coverage (merchant_id text, source text, day date)")
        for place in range(6):
            day = WEEK.monday + timedelta(days=place)
            build.execute("insert into marts.fct_coverage values ('m001', $1, $2)", [SOURCE, day])
        build.execute("create schema reporting")
        build.execute(
            "create table reporting.rpt_digest_sources (merchant_id text, week date, source text, "
            "days_covered bigint, missing_days text)"
        )
        for merchant_id, week, days, missing in (
            ("m001", WEEK, 6, "2024-09-15"),
            ("m002", WEEK, 0, "2024-09-09, and on"),
            ("m003", WEEK, 7, None),
            ("m001", BEFORE, 5, "2024-09-02, 2024-09-03"),
        ):
            build.execute(
                "insert into reporting.rpt_digest_sources values ($1, $2, $3, $4, $5)",
                [merchant_id, week.monday, SOURCE, days, missing],
            )
    home.current_build.symlink_to(path.name)


def _file(home: Home, merchant_id: str, name: str, status: str, rules: dict[str, int]) -> None:
    sha = name.ljust(64, "0")
    with open_workspace(home) as workspace, workspace.store.session() as session:
        at = now()
        session.add(
            File(
                merchant_id=merchant_id,
                file_sha256=sha,
                size_bytes=1,
                status=status,
                source=SOURCE,
                reason="it is wrong; export it again." if status == "held" else None,
                layout_revision="1",
                reader_revision="1",
            )
        )
        session.flush()
        session.add(
            Receipt(
                merchant_id=merchant_id,
                file_sha256=sha,
                file_name=name,
                folder="",
                received_at=at,
                told_at=None,
            )
        )
        session.add(
            Reading(
                merchant_id=merchant_id,
                file_sha256=sha,
                source=SOURCE,
                layout_revision="1",
                reader_revision="1",
                effective_at=at,
                is_effective_at_assumed=False,
                read_at=at,
                rows_read=10,
                rows_loaded=10 - sum(rules.values()),
                rows_quarantined=sum(rules.values()),
                quarantined_by_rule=rules,
            )
        )


@pytest.fixture
def published(home: Home) -> Home:
    _publish(home)
    return home


def _section(home: Home, title: str) -> Section:
    with open_workspace(home) as workspace:
        return next(one for one in sections_of(workspace, WEEK) if one.title == title)


def test_an_empty_home_has_a_whole_page(published: Home) -> None:
    with open_workspace(published) as workspace:
        titles = [one.title for one in sections_of(workspace, WEEK)]
    assert titles == [
        "Checks of the gate: critical",
        "Checks of the gate: warning",
        "Checks of marts: critical",
        "Checks of marts: warning",
        "Held files",
        "Unclaimed files",
        "Late exports",
        "Drifted layouts",
        "Quarantined rows by rule",
        "Difference to the tables published before",
        "Data against its own past",
        "Coverage of the week",
        "Data Docs",
    ]
    late = _section(published, "Late exports")
    coverage = _section(published, "Coverage of the week")
    assert late.rows == [("m001", "2024-09-14"), ("m002", "no day at all")]
    assert coverage.rows == [
        ("m002", SOURCE, 0, "2024-09-09, and on"),
        ("m001", SOURCE, 6, "2024-09-15"),
        ("m003", SOURCE, 7, ""),
    ]
    assert coverage.is_flagged
    assert coverage.verdict.startswith("1 of 3 sources that merchants have cover all seven days; 1")


def test_held_unclaimed_and_quarantined_are_counted_apart(published: Home) -> None:
    _file(published, "m001", "a.xlsx", "held", {})
    _file(published, "", "b.xlsx", "received", {})
    _file(published, "m001", "c.xlsx", "loaded", {"amount": 2, "pay_time": 1})
    _file(published, "m002", "d.xlsx", "loaded", {"amount": 3})
    held = _section(published, "Held files")
    assert [row[:2] for row in held.rows] == [("m001", "a.xlsx")]
    assert [row[0] for row in _section(published, "Unclaimed files").rows] == ["b.xlsx"]
    assert _section(published, "Quarantined rows by rule").rows == [
        (SOURCE, "amount", 5, 2),
        (SOURCE, "pay_time", 1, 1),
    ]


def test_the_difference_is_that_of_the_newest_build(published: Home) -> None:
    with open_workspace(published) as workspace:
        kept = {
            "at": "2024-09-16T01:30:00+00:00",
            "rows": {"fct_orders": [9, 8]},
            "weeks": [["m001", "2024-W36", "9, 90", "8, 80"]],
        }
        workspace.store.remember(DIFFERENCE, json.dumps(kept))
    section = _section(published, "Difference to the tables published before")
    assert section.rows == [
        ("fct_orders", "rows", "9", "8"),
        ("m001 2024-W36", "orders, GMV", "9, 90", "8, 80"),
    ]
    assert section.is_flagged
    assert "1 weeks that were whole have changed with the build of 2024-09-16 09:30" in (
        section.verdict
    )


def test_pages_of_earlier_weeks_stay_and_the_index_names_all(published: Home) -> None:
    with open_workspace(published) as workspace:
        early = write_quality_page(workspace, BEFORE).path
        early.write_text("as it was", encoding="utf-8")
        newest = write_quality_page(workspace, WEEK).path
        newest.write_text("half", encoding="utf-8")
        kept, again = (write_quality_page(workspace, week) for week in (BEFORE, WEEK))
    assert (kept.path, again.path) == (early, newest)
    assert newest == page_path(published, WEEK)
    # What a page that was kept has flagged was so then.
    assert kept.flagged == []
    assert [one.title for one in again.flagged] == ["Late exports", "Coverage of the week"]
    assert early.read_text(encoding="utf-8") == "as it was"
    assert "Data quality of 2024-W37" in newest.read_text(encoding="utf-8")
    index = newest.with_name("index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([\w-]+\.html)"', index) == ["2024-W37.html", "2024-W36.html"]


def test_a_failing_check_leads_to_its_expectation_in_the_data_docs(published: Home) -> None:
    drop(published, "m001", spoilt(week_of_orders(), 3))
    run_ingest(published)
    with open_workspace(published) as workspace:
        page = write_quality_page(workspace, WEEK).path
        sections = sections_of(workspace, WEEK)
    (docs,) = [one for one in sections if one.title == "Data Docs"]
    assert [(str(suite), week) for suite, week in docs.rows] == [(SOURCE, "2024-W37")]
    html = page.read_text(encoding="utf-8")
    links = [cell for one in sections for row in one.rows for cell in row if isinstance(cell, Link)]
    assert {str(link) for link in links} >= {SOURCE, "quantity_is_at_least_one"}
    for link in links:
        file, _, anchor = link.to.partition("#")
        led_to = (page.parent / file).read_text(encoding="utf-8")
        assert f'href="{link.to}"' in html
        assert not anchor or f'id="{link}"' in led_to


def test_nothing_in_a_page_runs_or_comes_from_elsewhere() -> None:
    name = "<script>alert(1)</script>.xlsx"
    page = page_of(
        "Week", "about", [Section("Files", name, ("file", "rows"), [(name, 1_000)], True)]
    ) + page_of("Week", "about", [Section("x", "", ("page",), [(Link(name, "week.html"),)])])
    tags = _tags(page + index_of(["2024-W37"]))
    assert not _TAGS_OF_A_PAGE_THAT_RUNS & {tag for tag, _ in tags}
    hrefs = [attrs["href"] or "" for _, attrs in tags if "href" in attrs]
    assert all(re.fullmatch(r"#s\d+|[\w-]+\.html", href) for href in hrefs)
    assert "&lt;script&gt;" in page and "1,000" in page
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in tags


def test_a_long_table_ends_and_says_so() -> None:
    page = page_of("Week", "about", [Section("Files", "", ("n",), [(n,) for n in range(103)])])
    assert page.count("<tr>") == 101
    assert "and 3 more" in page
