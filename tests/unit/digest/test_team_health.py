"""Data health: each count with its command, and nothing that passes makes a new revision."""

import re
from datetime import date

import pytest
import typer
from digest_rows import WEEK, source_row, team_row
from digest_samples import team_en, three_merchants
from typer.core import TyperGroup

from orchestration.cli import app
from orchestration.digest.compose_team import compose_team
from orchestration.digest.content import content_hash
from orchestration.digest.links import with_links
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.digest.team_values import AsComposed, Deliveries


def _text(**counts: int) -> str:
    """The digest of a week in which everything is in, of one file and these counts."""
    facts = [
        team_row("rows_quarantined", str(counts.get("quarantined", 0)), "rows"),
        team_row("files_held", str(counts.get("held", 0)), "files"),
    ]
    sources = [source_row(merchant_id=f"m00{n}") for n in (1, 2, 3)]
    stood = AsComposed(drifted=counts.get("drifted", 0), unclaimed=counts.get("unclaimed", 0))
    content = compose_team(three_merchants("en"), WEEK, facts, sources, as_composed=stood)
    return render_digest(content, "b", 1).text


def _section(text: str, heading: str) -> str:
    return text.partition(f"== {heading} ==")[2].partition("== ")[0]


def test_where_nothing_is_wrong_no_command_is_named():
    health = _section(_text(), "Data health")
    assert re.findall(r": (\d+)", health) == ["0"] * 5
    assert "seedbed" not in health


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("quarantined", "Rows set aside: 7 (seedbed quarantine list --week 2024-09-09)"),
        ("held", "Files held: 7 (seedbed quarantine list)"),
        ("drifted", "Headers that no layout knows: 7 (seedbed doctor)"),
        ("unclaimed", "Files of nobody: 7 (seedbed merchants suggest)"),
    ],
)
def test_a_count_is_told_with_its_command_and_no_other_is(what: str, line: str):
    health = _section(_text(**{what: 7}), "Data health")
    assert line in health
    assert health.count("seedbed") == 1


def test_late_are_those_who_are_waited_for_and_what_nobody_looked_at_is_left_out():
    sources = [
        source_row(),
        source_row(merchant_id="m002", missing_days="2024-09-15", days_covered=6),
        source_row(
            merchant_id="m003", source="qianfan__items", missing_days="2024-09-15", is_required=0
        ),
        source_row(merchant_id="m003"),
    ]
    text = render_digest(compose_team(three_merchants("en"), WEEK, [], sources), "b", 1).text
    health = _section(text, "Data health")
    assert "Merchants with days missing: 1 (seedbed digest status --week 2024-09-09)" in health
    assert "Headers" not in health
    assert "Rows set aside" not in health


def _with_ui(url: str) -> RenderedDigest:
    stood = AsComposed(drifted=0, unclaimed=0, ui_url=url)
    content = team_en().model_copy(update={"as_composed": stood})
    return render_digest(content, "b", 1)


def test_without_the_address_of_the_ui_no_form_has_a_link_and_the_page_is_named():
    rendered = _with_ui("")
    for form in (rendered.html, rendered.text, str(rendered.slack), str(rendered.slack_thread)):
        assert "://" not in form.replace("http://www.w3.org", "")
        assert "href=" not in form
    assert "docs/quality/2024-W37.html" in rendered.text
    assert "docs/quality" in rendered.html


def test_with_it_every_form_leads_to_the_marts_and_the_quality_page_and_keeps_readers_links():
    ours = [f"https://d.example.com/ui/assets/{key}" for key in ("published/marts", "quality/page")]
    rendered = _with_ui("https://d.example.com/ui")
    reader = with_links(rendered, {"read": "https://r.example.com/x"})
    for form in (rendered.html, rendered.text, str(rendered.slack) + str(rendered.slack_thread)):
        assert all(address in form for address in ours)
    assert all(address in reader.html for address in (*ours, "https://r.example.com/x"))
    assert "docs/quality" not in rendered.text
    assert rendered.content_hash == _with_ui("").content_hash


def test_every_command_that_is_named_is_one():
    group = typer.main.get_command(app)
    for name in re.findall(r"\(seedbed ([a-z ]+)", render_digest(team_en(), "b", 1).text):
        found = group
        for part in name.split():
            assert isinstance(found, TyperGroup)
            found = found.commands[part]


def test_what_passes_is_told_and_makes_no_new_revision():
    before = team_en()
    after = before.model_copy(update={"as_composed": AsComposed(drifted=0, unclaimed=9)})
    assert content_hash(before) == content_hash(after)
    assert "Files of nobody: 9" in render_digest(after, "b", 1).text


def test_deliveries_are_told_of_the_week_before_and_make_no_new_revision():
    found = Deliveries(week=date(2024, 9, 2), sent=5, failed=0, ambiguous=2, withheld=0, paused=0)
    stood = AsComposed(drifted=0, unclaimed=0, deliveries=found)
    content = team_en().model_copy(update={"as_composed": stood})
    assert content_hash(content) == content_hash(team_en())
    rendered = render_digest(content, "b", 1)
    told = _section(rendered.text, "Delivery of the week before")
    assert "Readers reached: 5\n" in told
    assert "it arrived: 2 (seedbed digest status --week 2024-09-02)" in told
    assert told.count("seedbed") == 1
    assert "Delivery" not in str(rendered.slack)
    assert "Delivery of the week before" not in _text()
