"""Nothing is visible to readers before its marts say only what they may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from flow_kit import drop, register, week_of_orders

from expectations.mart_suite import load_mart_suite
from orchestration.flow.audit import audit, last_audit, marts_of
from orchestration.flow.data_docs import newest_data_docs
from orchestration.flow.doctor.files import files
from orchestration.flow.faults import causes_of
from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.flow.ingest import ingest
from orchestration.flow.publishing import (
    BuildError,
    building_data,
    building_weeks,
    data_build_id,
    publish_data,
    publish_weeks,
    refuse_other_files,
)
from orchestration.flow.quality.sections import check_sections
from orchestration.flow.workspace import Workspace, open_workspace
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.quality.page import Link
from tests.contracted_marts import make_marts

pytestmark = pytest.mark.slow

WEEK = Week(date(2024, 9, 9))
SENTENCE = (
    "marts.fct_refunds: 2 of 3 rows fail amounts_are_not_negative (m001 R1; m001 R2). What was "
    "paid back is zero or more. "
)


@pytest.fixture
def whole(home: Home) -> Iterator[Workspace]:
    """Every mart, built without a row."""
    make_marts(home.marts_db)
    with open_workspace(home) as opened:
        hand_over(opened)
        yield opened


@pytest.fixture
def workspace(whole: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The same, of which these few are asked: what holds for them holds for all."""
    few = ("fct_files", "fct_incentive_budgets", "fct_refunds")
    monkeypatch.setattr("orchestration.flow.audit.mart_names", lambda: few)
    return whole


def _build(workspace: Workspace, *statements: str) -> None:
    """What dbt leaves: other rows, if there are statements."""
    with building_data(workspace, is_whole=True):
        _change(workspace, *statements)


def _change(workspace: Workspace, *statements: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{workspace.home.marts_db}' as built")
        for statement in statements:
            connection.execute(statement)


def _refund(number: int, amount: int, day: str = "2024-09-10") -> str:
    return (
        "insert into built.marts.fct_refunds values "
        f"('m001', 'R{number}', 'P{number}', 'R{number}', {amount}, '{day}', '{day}', false, 'f')"
    )


_BAD = (_refund(1, -5), _refund(2, -1), _refund(3, 1))


def _current(home: Home) -> Path | None:
    return home.current_build.resolve() if home.current_build.exists() else None


def test_every_mart_is_of_one_stage(whole: Workspace) -> None:
    with duckdb.connect(whole.home.marts_db, read_only=True) as connection:
        built = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
    assert sorted([*marts_of("data"), *marts_of("weeks")]) == [mart for (mart,) in built]


def test_marts_without_rows_pass_and_are_published(whole: Workspace) -> None:
    _build(whole)
    found = audit(whole, "data")
    assert (found.stopping, found.is_fresh) == ([], True)
    assert [mart["mart"] for mart in found.marts] == marts_of("data")
    assert publish_data(whole).build_id == found.build_id == data_build_id(whole)


def test_marts_that_nobody_audited_are_not_published(workspace: Workspace) -> None:
    _build(workspace)
    with pytest.raises(BuildError, match=r"Nobody has looked .* run data_job"):
        publish_data(workspace)
    assert _current(workspace.home) is None


def test_a_critical_row_keeps_the_build_from_its_readers_who_keep_theirs(
    workspace: Workspace,
) -> None:
    _build(workspace)
    audit(workspace, "data")
    publish_data(workspace)
    before = _current(workspace.home)
    register(workspace.home, "m001")
    hand_over(workspace)
    _build(workspace, *_BAD)

    found = audit(workspace, "data")

    (sentence,) = found.stopping
    assert sentence.startswith(SENTENCE)
    assert "int_aftersales or the suite of qianfan__aftersales has changed." in sentence
    with pytest.raises(BuildError) as caught:
        publish_data(workspace)
    assert str(caught.value) == sentence
    assert _current(workspace.home) == before
    assert not (workspace.home.published / f"{found.build_id}.duckdb").exists()


def test_why_it_stopped_is_told_by_the_run_the_alarm_and_the_doctor_until_the_next_build(
    workspace: Workspace,
) -> None:
    _build(workspace, *_BAD)
    (sentence,) = audit(workspace, "data").stopping
    assert causes_of(workspace, "audit_data_marts", "a check failed") == [sentence]
    assert causes_of(workspace, "dbt_data", "dbt failed") == ["dbt failed"]
    told = [finding.sentence for finding in files(workspace)]
    assert f"New tables are not published: {sentence}" in told
    with building_data(workspace, is_whole=True):
        pass
    assert causes_of(workspace, "audit_data_marts", "a check failed") == ["a check failed"]


def test_a_mended_build_is_asked_again_and_published(workspace: Workspace) -> None:
    _build(workspace, *_BAD)
    assert audit(workspace, "data").stopping
    _build(workspace, "delete from built.marts.fct_refunds where amount < 0")
    found = audit(workspace, "data")
    assert (found.stopping, found.is_fresh) == ([], True)
    assert publish_data(workspace).tables["marts.fct_refunds"] == 1


def test_a_warning_is_published_and_told(workspace: Workspace) -> None:
    _build(workspace, _refund(1, 5, "2013-12-31"))
    found = audit(workspace, "data")
    assert found.stopping == []
    assert publish_data(workspace).tables["marts.fct_refunds"] == 1
    critical, warning = check_sections(workspace)[2:]
    assert (critical.rows, critical.is_flagged) == ([], False)
    (row,) = warning.rows
    docs = Link("days_are_plausible", "../data_docs/2024-W37/fct_refunds.html#days_are_plausible")
    assert row[:5] == ("fct_refunds", docs, 1, 1, "100.00%")
    assert row[-1] == "m001 R1"


def test_what_raises_is_critical_whatever_it_was_declared_as(workspace: Workspace) -> None:
    _build(workspace, "alter table built.marts.fct_files drop column file_name")
    (sentence,) = audit(workspace, "data").stopping
    assert sentence.startswith("marts.fct_files: files_have_a_name gives no answer: ")
    assert sentence.endswith("or the query in expectations/suites/marts/fct_files.yml.")
    with pytest.raises(BuildError, match="files_have_a_name gives no answer"):
        publish_data(workspace)
    critical, warning = check_sections(workspace)[2:]
    docs = Link("files_have_a_name", "../data_docs/2024-W37/fct_files.html#files_have_a_name")
    assert [row[:2] for row in critical.rows] == [("fct_files", docs)]
    assert warning.rows == []


def test_each_mart_has_its_data_docs_of_the_week(workspace: Workspace) -> None:
    _build(workspace, *_BAD)
    audit(workspace, "data")
    pages = newest_data_docs(workspace.home)
    assert sorted(pages) == marts_of("data")
    for mart, path in pages.items():
        page = path.read_text(encoding="utf-8")
        assert path.parent.name == "2024-W37"
        for one in load_mart_suite(mart).expectations:
            assert page.count(f'id="{one.name}"') == 1
    refunds = pages["fct_refunds"].read_text(encoding="utf-8")
    (failed,) = re.findall(r'<td class="failed">.*?</tr>', refunds, re.DOTALL)
    assert "amounts_are_not_negative" in failed
    assert '"Failing rows">2<' in failed


def test_a_build_that_passed_and_was_published_is_not_asked_again(workspace: Workspace) -> None:
    _build(workspace)
    assert audit(workspace, "data").is_fresh
    # Killed before it was published: the file that readers would get is made of other tables.
    _build(workspace)
    assert audit(workspace, "data").is_fresh
    publish_data(workspace)
    _build(workspace)
    again = audit(workspace, "data")
    assert not again.is_fresh
    assert again == last_audit(workspace, "data")
    assert publish_data(workspace).build_id == again.build_id


def test_weeks_are_audited_by_themselves(workspace: Workspace) -> None:
    _build(workspace)
    audit(workspace, "data")
    hand_over_weeks(workspace, [WEEK])
    with building_weeks(workspace):
        _change(
            workspace,
            "insert into built.marts.fct_incentive_budgets by name select 'p' as programme, 1 as "
            "rule_version, date '2024-09-09' as week, date '2024-09-15' as as_of, "
            "'exposures' as unit, 10 as budget, 4 as committed, 7 as uncommitted",
        )
    with pytest.raises(BuildError, match="Nobody has looked"):
        publish_weeks(workspace, [WEEK])
    (sentence,) = audit(workspace, "weeks").stopping
    assert "1 of 1 rows fail what_is_left_is_the_rest (p 1 2024-09-09)." in sentence
    with pytest.raises(BuildError, match="what_is_left_is_the_rest"):
        publish_weeks(workspace, [WEEK])
    with building_weeks(workspace):
        _change(workspace, "update built.marts.fct_incentive_budgets set uncommitted = 6")
    assert audit(workspace, "weeks").stopping == []
    assert publish_weeks(workspace, [WEEK]).tables["marts.fct_incentive_budgets"] == 1


def _publish_all(workspace: Workspace) -> None:
    audit(workspace, "data")
    hand_over_weeks(workspace, [WEEK])
    with building_weeks(workspace):
        pass
    audit(workspace, "weeks")
    publish_weeks(workspace, [WEEK])


def test_nothing_is_corrected_until_readers_see_tables_of_the_files_that_count(
    workspace: Workspace,
) -> None:
    # Of a home of an earlier release nobody knows.
    refuse_other_files(workspace, WEEK)
    _build(workspace)
    _publish_all(workspace)
    hand_over(workspace)
    refuse_other_files(workspace, WEEK)

    register(workspace.home, "m001")
    drop(workspace.home, "m001", week_of_orders(orders=5))
    ingest(workspace)
    with pytest.raises(BuildError, match="seedbed run --week 2024-09-09"):
        refuse_other_files(workspace, WEEK)
    # Built, and kept from readers: what they see is still that of before.
    _build(workspace, *_BAD)
    assert audit(workspace, "data").stopping
    with pytest.raises(BuildError, match="seedbed run --week 2024-09-09"):
        refuse_other_files(workspace, WEEK)
    _build(workspace, "delete from built.marts.fct_refunds")
    _publish_all(workspace)
    refuse_other_files(workspace, WEEK)


def test_a_part_that_is_built_is_looked_at_and_may_not_be_published(workspace: Workspace) -> None:
    with building_data(workspace, is_whole=False):
        pass
    assert audit(workspace, "data").stopping == []
    with pytest.raises(BuildError, match="not built whole"):
        publish_data(workspace)
