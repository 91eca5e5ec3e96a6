"""Data Docs of a suite: whole, in the words of Great Expectations, without a cell or a script."""

from __future__ import annotations

import re
import shutil
import subprocess
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from staged_orders import line, stage
from staged_rows import CASES, rows_of, stage_rows

from expectations.data_docs import page_of
from expectations.run import run_suite
from expectations.suite import Expectation, Suite, load_suite

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# What may never stand on a page: cells of the rows that fail, and a buyer.
_TELEPHONE, _ORDER, _BUYER, _AMOUNT = "13912345678", "X-39127731", "b0" * 16, "-77.31"
_LOADS = {"script", "link", "img", "iframe", "object", "embed", "form", "video", "audio", "base"}
_RAISES = {
    "name": "raises",
    "type": "unexpected_rows_expectation",
    "kwargs": {"unexpected_rows_query": "select * from {batch} where cast(item_name as int) < 0"},
    "severity": "warning",
    "kind": "row",
    "description": "A <b>cast</b> & $cost.",
    "owner": "R&D",
    "suggested_fix": "Mend <i>it</i>.",
}


class _Page(HTMLParser):
    """Tags with their attributes, and the text of each element that has an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, str] = {}
        self._row = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self._row = dict(attrs).get("id") or ""

    def handle_data(self, data: str) -> None:
        self.rows[self._row] = f"{self.rows.get(self._row, '')} {' '.join(data.split())}"


def _docs(suite: Suite, file: Path, work: Path) -> str:
    result = run_suite(suite, [file], work, "256MB", 2)
    return page_of(f"{suite.source}, 2024-W37", "About.", suite.expectations, result.outcomes)


def _orders(folder: Path, *more: dict[str, Any]) -> str:
    suite = load_suite("qianfan__orders")
    asked = (*suite.expectations, *(Expectation.model_validate(one) for one in more))
    lines = [
        line(2),
        line(3, quantity=0, item_name=_TELEPHONE),
        line(4, order_id=_ORDER, customer_key=_BUYER),
        line(5, paid_amount=Decimal(_AMOUNT), item_name=_TELEPHONE, customer_key=_BUYER),
        line(6, _parse_rule="cell_unreadable", _parse_reason=f"'{_TELEPHONE}' is no amount."),
    ]
    file = stage(folder, "m001", lines)
    return _docs(suite.model_copy(update={"expectations": asked}), file, folder / "work")


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> str:
    return _orders(tmp_path_factory.mktemp("orders"))


def test_each_expectation_has_an_anchor_and_says_whose_it_is_and_how_many_rows_fail(
    orders: str,
) -> None:
    page = _Page(orders)
    for one in load_suite("qianfan__orders").expectations:
        row = page.rows[one.name]
        for text in (one.description, one.severity, one.owner, one.suggested_fix):
            assert text in row
    assert page.rows["quantity_is_at_least_one"].split()[0] == "failed"
    assert page.rows["order_id_is_there"].split()[0] == "passed"
    # As Great Expectations words it: it was its renderer that spoke.
    assert "values must be greater than or equal to 1" in page.rows["quantity_is_at_least_one"]
    assert (
        "1 unexpected values found. 20% of 5 total rows." in (page.rows["quantity_is_at_least_one"])
    )
    assert "Unsuccessful Expectations 4" in page.rows[""]


def test_no_cell_stands_on_the_page_where_rows_fail(orders: str) -> None:
    for secret in (_TELEPHONE, _ORDER, _BUYER, _AMOUNT, "a" * 64):
        assert secret not in orders


def test_an_error_is_told_by_its_name_for_its_words_quote_the_cell(tmp_path: Path) -> None:
    html = _orders(tmp_path, _RAISES)
    assert _TELEPHONE not in html and "云朵抱枕" not in html
    row = _Page(html).rows["raises"]
    assert row.split()[0] == "raised" and " Error" in row
    # Suites are written by people: their words are text, wherever they stand.
    for text in ("A <b>cast</b> & $cost.", "R&D", "Mend <i>it</i>."):
        assert text in row


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    suite = load_suite("qianfan__orders")
    one = next(one for one in suite.expectations if one.kind == "table")
    file = stage(tmp_path, "m001", [line(2)], without=["kol_name"])
    html = _docs(suite.model_copy(update={"expectations": (one,)}), file, tmp_path / "work")
    assert "missing: kol_name" in _Page(html).rows["all_columns_are_there"]


def test_nothing_of_the_page_runs_or_is_asked_of_another_machine(orders: str) -> None:
    page = _Page(orders)
    assert not _LOADS & {tag for tag, _ in page.tags}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert not re.search(r"https?://|//\w|url\(|@import|javascript:", orders)
    links = [str(attrs["href"]) for _, attrs in page.tags if "href" in attrs]
    failed = [name for name, row in page.rows.items() if name and row.split()[0] == "failed"]
    assert sorted(links) == ["#" + name for name in sorted(failed)] + ["../index.html"]
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in (
        page.tags
    )


@pytest.mark.slow
def test_every_shipped_suite_has_a_whole_page(tmp_path: Path) -> None:
    for source in CASES:
        suite = load_suite(source)
        file = stage_rows(tmp_path / "staged", source, rows_of(source, [{}, {}]))
        page = _Page(_docs(suite, file, tmp_path / source))
        assert {one.name for one in suite.expectations} == page.rows.keys() - {""}
        assert {page.rows[one.name].split()[0] for one in suite.expectations} == {"passed"}


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; the page cannot be measured")
def test_a_browser_shows_it_without_a_line_that_leaves_a_telephone(
    orders: str, tmp_path: Path
) -> None:
    """Measured in the browser itself, by a line of script that only this test adds."""
    measured = "<script>document.title = document.documentElement.scrollWidth</script></body>"
    path = tmp_path / "page.html"
    path.write_text(orders.replace("</body>", measured), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=500,900"]
    dom = subprocess.run(
        [str(CHROMIUM), *options, "--dump-dom", path.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    title = re.search(r"<title>(\d+)</title>", dom.stdout)
    assert title is not None and int(title.group(1)) <= 500
