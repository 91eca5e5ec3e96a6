"""What holds for every rendering: nothing from outside, nothing that acts, Slack's limits."""

import json
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from digest_rows import WEEK, cohort_rows, fact_row, incentive_row, source_row, week_rows
from digest_samples import (
    complete_zh,
    merchant,
    team_en,
)
from renderings_kit import OWNER, WEEKS, Page, messages, render, slack_texts
from slack_sdk.models.blocks import Block

from orchestration.delivery.channel import message_for
from orchestration.delivery.mail import build_mail
from orchestration.digest.blocks import (
    Cell,
    Document,
    Heading,
    Note,
    Paragraph,
    Table,
)
from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.compose_team import compose_team
from orchestration.digest.content import DigestContent, Insight
from orchestration.digest.notice import render_notice
from orchestration.digest.render import RenderedDigest, key_figures, lay_out, render_digest
from orchestration.digest.render_email import render_email
from orchestration.digest.render_slack import escape, limits, render_slack
from orchestration.register import LocalName, Register

HOSTILE = "=1+1 <!channel> @here <b>A&B</b> https://evil.example\r\nBcc: x@evil.example\n\"'"


def test_a_notice_has_no_workbook():
    assert render_notice(complete_zh(), "held", "b1", 1).xlsx is None


@pytest.mark.parametrize("case", WEEKS)
def test_page_is_self_contained_and_readable_by_ear(case: str):
    content = WEEKS[case]()
    html = render(content).html
    page = Page(html)
    tags = [tag for tag, _ in page.tags]
    assert len(html.encode()) < 90_000
    assert tags.count("h1") == 1
    assert page.tags[0] == ("html", {"lang": content.locale})
    assert not {"script", "link", "img", "iframe", "a", "font", "form"} & set(tags)
    assert not any({"src", "href", "background"} & set(attributes) for _, attributes in page.tags)
    assert "url(" not in html
    assert all(a.get("scope") in ("row", "col") for tag, a in page.tags if tag == "th")
    tables = [attributes for tag, attributes in page.tags if tag == "table"]
    assert sum(a.get("role") == "presentation" for a in tables) == 2
    assert tags.count("caption") == len(tables) - 2
    assert "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("case", WEEKS)
def test_slack_accepts_every_block_by_its_own_validators(case: str):
    for slack in messages(render(WEEKS[case]())):
        parsed = Block.parse_all(slack["blocks"])
        assert len(parsed) == len(slack["blocks"])
        for block in parsed:
            block.validate_json()
        _assert_within_limits(slack)


def _assert_within_limits(slack: dict[str, Any]) -> None:
    allowed, blocks = limits(), slack["blocks"]
    assert len(blocks) <= allowed["blocks_per_message"]
    assert 0 < len(slack["text"]) <= allowed["message_text"]
    tables = [block for block in blocks if block["type"] == "table"]
    assert len(tables) <= allowed["tables_per_message"]
    for table in tables:
        assert len(table["rows"]) <= allowed["table_rows"]
        assert all(len(row) <= allowed["table_columns"] for row in table["rows"])
        assert all(cell["text"] for row in table["rows"] for cell in row)
    for block in blocks:
        if block["type"] == "header":
            assert len(block["text"]["text"]) <= allowed["header_text"]
        if block["type"] == "section" and "text" in block:
            assert 0 < len(block["text"]["text"]) <= allowed["section_text"]
        if block["type"] == "section" and "fields" in block:
            assert len(block["fields"]) <= allowed["section_fields"]


def _hostile() -> list[DigestContent]:
    """A name that tries everything: the merchant's, an incentive's, a promotion's, a source's."""
    shop = merchant(name=LocalName(zh=HOSTILE))
    step = {"next_metric": "live_gmv", "next_unit": "yuan", "next_gap": Decimal(5)}
    named = [
        incentive_row("a", status, name_zh=HOSTILE, is_next_step=True, missing=HOSTILE, **step)
        for status in ("in_progress", "undecidable")
    ]
    weeks = week_rows([400, 410, 900], "900.00")
    weeks[-1]["promotion"] = HOSTILE
    facts = [fact_row("order_count", "900"), fact_row("gmv", "900.00")]
    found = Insight(block="weekly_change", verdict="ok", message="weekly_change.promotion")
    rows = MerchantRows(facts=facts, incentives=named, weeks=weeks, sources=[source_row()])
    register = Register(merchants=(shop, merchant(merchant_id="m2", shops=())))
    return [
        compose_merchant(shop, WEEK, MerchantRows()),
        compose_merchant(shop, WEEK, rows, [found]),
        compose_team(register, WEEK, [], []),
    ]


def test_a_hostile_name_does_nothing_anywhere():
    for content in _hostile():
        rendered = render(content)
        mail = build_mail(message_for(rendered, OWNER), "Seedbed <digest@shop.example>")
        assert mail["Bcc"] is None
        assert "\n" not in str(mail["Subject"])
        _assert_no_formula(rendered)
        slack = json.dumps(messages(rendered), ensure_ascii=False)
        assert "&lt;!channel&gt;" in slack
        for everything in (slack, rendered.html, rendered.text, rendered.subject):
            assert "@here" not in everything
            assert "@evil" not in everything
            assert "https://" not in everything
        for marked_up in (slack, rendered.html):
            assert "<!channel>" not in marked_up
            assert "<b>" not in marked_up
            assert "A&B" not in marked_up
        assert "\n" not in rendered.subject


def _assert_no_formula(rendered: RenderedDigest) -> None:
    assert rendered.xlsx is not None
    with zipfile.ZipFile(BytesIO(rendered.xlsx)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "sheet" in name]
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)


def _document(**changes: Any) -> Document:
    return replace(lay_out(complete_zh()), **changes)


def test_too_many_blocks_are_cut_and_said():
    document = _document(blocks=tuple(Heading(f"{n}") for n in range(80)))
    slack = render_slack(document)
    _assert_within_limits(slack)
    assert slack["blocks"][-1]["elements"][0]["text"] == document.shortened


def test_too_long_texts_are_cut_between_characters():
    long = "&" * 20_000
    slack = render_slack(_document(blocks=(Paragraph(long), Note(long), Heading(long))))
    _assert_within_limits(slack)
    for text in slack_texts(slack["blocks"]):
        entities = text.replace("&amp;", "")
        assert "&" not in entities


def test_a_table_too_large_for_slack_becomes_lines():
    rows = tuple((Cell(f"shop {n}"), Cell(str(n))) for n in range(150))
    table = Table(caption="all", header=("shop", "orders"), rows=rows)
    slack = render_slack(_document(blocks=(table,)))
    _assert_within_limits(slack)
    assert "shop 149: orders 149" in "\n".join(slack_texts(slack["blocks"]))


def test_only_one_native_table_a_message_the_next_ones_are_lines():
    table = Table(caption="t", header=("a", "b"), rows=((Cell("x"), Cell("")),))
    slack = render_slack(_document(blocks=(table, table)))
    assert [block["type"] for block in slack["blocks"]].count("table") == 1


def test_escaping_is_undone_by_slack_to_the_same_text():
    assert escape("a < b & c > d") == "a &lt; b &amp; c &gt; d"


def test_the_largest_digest_stays_under_the_size_at_which_mail_is_clipped():
    facts = [
        fact_row(fact.figure, "99999999999999.99", "88888888888888.88", period=fact.period)
        for fact in complete_zh().facts
    ]
    months = [(date(2024, n, 1), 123_456) for n in range(4, 10)]
    content = compose_merchant(
        merchant(name=LocalName(zh="云" * 200)),
        WEEK,
        MerchantRows(
            facts=facts,
            cohorts=cohort_rows(months, [0.999] * 5, 0, False),
            sources=[source_row(source=f"platform__export{n}") for n in range(12)],
            weeks=week_rows([999_999] * 9, "99999999999999.99"),
        ),
    )
    assert len(render(content).html.encode()) < 90_000


def test_a_long_list_of_merchants_is_cut_and_counted():
    merchants = tuple(merchant(merchant_id=f"m{n}", shops=()) for n in range(60))
    content = compose_team(Register(merchants=merchants), WEEK, [], [])
    rendered = render(content)
    assert "and 40 more" in rendered.text
    assert len(rendered.html.encode()) < 90_000
    for slack in messages(rendered):
        _assert_within_limits(slack)


def test_build_and_revision_are_shown_but_are_no_content():
    first, second = render_digest(team_en(), "b1", 1), render_digest(team_en(), "b2", 2)
    assert first.content_hash == second.content_hash
    assert "Build b2, revision 2." in second.text
    assert "Build b2, revision 2." in second.html


def test_the_same_content_renders_to_the_same_bytes():
    assert render(complete_zh()) == render(complete_zh())
    assert render_email(_document()) == render_email(_document())


def test_a_cohort_of_few_is_counted_not_rated():
    rows = MerchantRows(cohorts=cohort_rows([(date(2024, 8, 1), 21)], [0.2], 99, True))
    text = render(compose_merchant(merchant(locale="en"), WEEK, rows)).text
    assert "4/21" in text
    assert "19.0%" not in text


def test_an_uncovered_cohort_month_is_a_question_not_a_zero():
    cohorts = cohort_rows([(date(2024, 8, 1), 210)], [0.2], 99, True)
    cohorts[1].update(active_customers=None, retention_rate=None, is_complete=False)
    rows = MerchantRows(cohorts=cohorts)
    text = render(compose_merchant(merchant(locale="en"), WEEK, rows)).text
    assert "+1 mo. ?" in text
    assert "0.0%" not in text


def test_key_figures_are_the_first_three_of_the_headline():
    assert key_figures(complete_zh()) == [
        ("成交额", "¥219,120.43"),
        ("支付订单", "448"),
        ("购买客户", "372"),
    ]
    assert complete_zh().fact("week", "gmv").value == Decimal("219120.43")
