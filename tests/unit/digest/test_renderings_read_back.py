"""Every number is read back out of page, text, workbook and Slack as it was composed."""

from io import BytesIO
from typing import Any, get_args

import pytest
from babel.numbers import parse_decimal
from openpyxl import load_workbook
from renderings_kit import WEEKS, Page, messages, render, said_in_slack, slack_texts

from orchestration.digest.blocks import (
    Bars,
    Figure,
    Table,
)
from orchestration.digest.content import DigestContent, Fact
from orchestration.digest.figures import figures
from orchestration.digest.glossary import glossary
from orchestration.digest.labels import fact_value, figure_label, is_money
from orchestration.digest.render import RenderedDigest, key_figures, lay_out
from orchestration.digest.wording import Wording
from orchestration.register import Locale


@pytest.mark.parametrize("case", WEEKS)
def test_every_fact_reads_the_same_in_every_rendering(case: str):
    content = WEEKS[case]()
    rendered, words = render(content), Wording(content.locale)
    rows = Page(rendered.html).figures()
    slack = said_in_slack(rendered)
    for fact in content.facts:
        label, value = figure_label(fact.figure, words), fact_value(fact, words)
        if fact.period == "week" and not fact.is_known:
            # All that is not known stands in one line.
            assert f"{label}: {value}" not in rendered.text + slack
            continue
        assert (label, value) in rows
        assert f"{label}: {value}" in rendered.text
        assert f"*{label}*\n{value}" in slack or f"{label}: {value}" in slack
        if fact.value is not None:
            digits = value.replace("CN¥", "").replace("¥", "").strip()
            assert parse_decimal(digits, locale=content.locale.replace("-", "_")) == fact.value


def _rows_shown(content: DigestContent) -> list[list[str]]:
    """The rows of all tables and bars, each as the texts of its cells."""
    tables = [block for block in lay_out(content).blocks if isinstance(block, Table)]
    bars = [
        bar for block in lay_out(content).blocks if isinstance(block, Bars) for bar in block.bars
    ]
    rows = [[cell.text for cell in row if cell.text] for table in tables for row in table.rows]
    return rows + [[bar.label, *bar.numbers] for bar in bars]


@pytest.mark.parametrize("case", WEEKS)
def test_every_cell_of_every_table_stands_in_every_rendering(case: str):
    """Advertising, broadcasts, cohorts, incentives, corrections: a row's cells, in their order."""
    content = WEEKS[case]()
    rendered = render(content)
    page = [[part for cell in row for part in cell] for row in Page(rendered.html).rows]
    shown = {
        "page": ["\n".join(row) for row in page],
        "text": rendered.text.splitlines(),
        "slack": _slack_rows(rendered),
    }
    for row in _rows_shown(content):
        for name, lines in shown.items():
            assert any(_in_order(row, line) for line in lines), (name, row)


def _slack_rows(rendered: RenderedDigest) -> list[str]:
    """What stands side by side: rows of native tables, and lines of texts."""
    blocks = [block for message in messages(rendered) for block in message["blocks"]]
    tables = [row for block in blocks if block["type"] == "table" for row in block["rows"]]
    texts = [line for text in slack_texts(blocks) for line in text.splitlines()]
    return ["\n".join(slack_texts(row)) for row in tables] + texts


def _in_order(cells: list[str], line: str) -> bool:
    place = 0
    for cell in cells:
        found = line.find(cell, place)
        if found < 0:
            return False
        place = found + len(cell)
    return True


@pytest.mark.parametrize("case", WEEKS)
def test_the_workbook_holds_every_fact_as_a_number_and_no_formula(case: str):
    content = WEEKS[case]()
    xlsx = render(content).xlsx
    assert xlsx is not None
    (sheet,) = load_workbook(BytesIO(xlsx)).worksheets
    rows: list[tuple[Any, ...]] = list(sheet.iter_rows(min_row=2, values_only=True))
    words = Wording(content.locale)
    for fact, row in zip(content.facts, rows, strict=True):
        label, first, last, value, _, base, change = row
        assert label == figure_label(fact.figure, words)
        days = [str(day).partition(" ")[0] for day in (first, last)]
        assert days == [str(fact.period_start), str(fact.period_end)]
        told = words.say("unknown") if not fact.is_known else fact.value
        assert value == (told if isinstance(told, str | None) else pytest.approx(float(told)))
        for number, shown in ((fact.base, base), (fact.change, change)):
            assert shown is None if number is None else shown == pytest.approx(float(number))
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("locale", get_args(Locale))
def test_every_figure_has_its_unit_beside_it_or_in_its_name(locale: Locale):
    words = Wording(locale)
    nouns = {name: words.term("figure", name).lower() for name in glossary()["figure"]}
    counted = {
        "zh-CN": ("单", "客", "商家", "行", "文件"),
        "en": ("order", "customer", "merchant", "row", "file"),
        "it": ("ordin", "client", "negoziant", "rig", "file"),
    }[locale]
    for make in WEEKS.values():
        for fact in make().facts:
            if is_money(fact.unit) and fact.value is not None:
                assert "¥" in fact_value(fact, words)
            elif not is_money(fact.unit):
                assert any(noun in nouns[fact.figure] for noun in counted), fact.figure


@pytest.mark.parametrize("case", WEEKS)
def test_up_and_down_are_told_by_sign_and_by_no_colour(case: str):
    content = WEEKS[case]()
    for fact, block in _headline_figures(content):
        if block.change:
            assert fact.change is not None
            sign = "+" if fact.change > 0 else "-" if fact.change < 0 else ""
            assert block.change.startswith(sign)
    kinds = {a.get("class") for tag, a in Page(render(content).html).tags if tag == "span"}
    assert {kind for kind in kinds if kind and "change" in kind} <= {
        "change",
        "change change-large",
    }


def _headline_figures(content: DigestContent) -> list[tuple[Fact, Figure]]:
    """Facts of the week beside what is shown of them."""
    words = Wording(content.locale)
    facts = [fact for fact in content.facts if fact.is_known]
    return [(fact, figures([fact], words).figures[0]) for fact in facts]


@pytest.mark.parametrize("case", WEEKS)
def test_headline_numbers_stand_in_the_notification_too(case: str):
    rendered = render(WEEKS[case]())
    for label, value in key_figures(rendered.content):
        if rendered.content.verdict != "week_missing":
            assert f"{label}: {value}" in rendered.slack["text"] or value in rendered.subject
