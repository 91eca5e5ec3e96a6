"""Data Docs of a home: a page per week and suite, links that lead somewhere, old weeks kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flow_kit import MONDAY, SOURCE, at, drop, run_ingest, spoilt, week_of_orders

from orchestration.flow.data_docs import data_docs_index, newest_data_docs
from orchestration.home import Home
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow


def _links(page: Path) -> list[str]:
    return re.findall(r'href="([^"]+)"', page.read_text(encoding="utf-8"))


def _ingest(home: Home, monday: str, name: str, monkeypatch: pytest.MonkeyPatch, bad: int) -> None:
    monkeypatch.setenv("SEEDBED_NOW", f"{monday}T10:00:00+08:00")
    drop(home, "m001", spoilt(week_of_orders(), bad), name=name)
    run_ingest(home)


def test_a_later_run_of_the_week_replaces_its_page_and_earlier_weeks_stay(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert newest_data_docs(home) == {}
    _ingest(home, "2024-09-09", export_name(MONDAY), monkeypatch, bad=3)
    first = home.docs / "data_docs" / "2024-W36" / f"{SOURCE}.html"
    assert newest_data_docs(home) == {SOURCE: first}
    as_it_was = first.read_text(encoding="utf-8")
    assert "validated on 2024-09-09 10:00" in as_it_was and "3 unexpected values" in as_it_was

    _ingest(home, "2024-09-16", export_name(at("2024-09-16 09:30")), monkeypatch, bad=0)
    second = home.docs / "data_docs" / "2024-W37" / f"{SOURCE}.html"
    _ingest(home, "2024-09-17", export_name(at("2024-09-17 09:30")), monkeypatch, bad=2)
    assert newest_data_docs(home) == {SOURCE: second}
    assert "validated on 2024-09-17 10:00" in second.read_text(encoding="utf-8")
    assert first.read_text(encoding="utf-8") == as_it_was

    index = data_docs_index(home)
    assert [link for link in _links(index) if not link.startswith("#")] == [
        f"2024-W37/{SOURCE}.html",
        f"2024-W36/{SOURCE}.html",
    ]
    assert all((index.parent / link).is_file() for link in _links(index) if "#" not in link)
    assert (second.parent / _links(second)[0]).resolve() == index.resolve()
    assert {path.stat().st_mode & 0o077 for path in (index, first, second)} == {0}


def test_an_ingest_without_new_rows_leaves_the_page_and_its_week(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ingest(home, "2024-09-09", export_name(MONDAY), monkeypatch, bad=0)
    before = newest_data_docs(home)
    monkeypatch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
    run_ingest(home)
    assert newest_data_docs(home) == before
