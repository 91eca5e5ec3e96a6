"""Suite files: what is shipped is sound, and what is not is refused in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.suite import SUITES, SuiteError, load_suite, read_suite, suite_names
from orchestration.exports.layout.load import load_layouts
from orchestration.rows import staged_schema


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "name": "quantity_is_at_least_one",
        "description": "One piece or more.",
        "type": "expect_column_values_to_be_between",
        "kwargs": {"column": "quantity", "min_value": 1},
        "severity": "critical",
        "kind": "row",
        "owner": "data team",
        "suggested_fix": "Correct it.",
        "rule": "quantity_below_one",
        "reason": "The quantity is below 1.",
        **changes,
    }


def written(folder: Path, *entries: dict[str, Any], source: str = "qianfan__orders") -> Path:
    path = folder / "qianfan__orders.yml"
    content = {"source": source, "expectations": list(entries)}
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_every_shipped_suite_can_be_read() -> None:
    assert "qianfan__orders" in suite_names()
    for source in suite_names():
        assert load_suite(source).source == source


def test_orders_expect_the_columns_that_their_layout_stages(tmp_path: Path) -> None:
    layout = load_layouts(tmp_path).get("qianfan__orders")
    structure = next(
        one for one in load_suite("qianfan__orders").expectations if one.kind == "table"
    )
    assert structure.kwargs["column_set"] == staged_schema(layout.arrow_columns).names


def test_reading_a_suite_does_not_import_great_expectations() -> None:
    code = (
        "import sys, expectations.run, expectations.suite as s; s.load_suite('qianfan__orders');"
        "sys.exit('great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SUITES.parent.parent, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"rule": None}, "needs rule and reason"),
        ({"rule_column": "_parse_rule"}, "needs rule and reason"),
        ({"severity": "warning"}, "belong to critical row expectations only"),
        ({"severity": "info"}, "severity"),
        ({"name": "Quantity!"}, "name"),
        ({"owner": ""}, "owner"),
        ({"mostly": 0.9}, "mostly"),
        ({"type": "expect_compound_columns_to_be_unique"}, "cannot name its failing rows"),
        ({"kwargs": {"column": "quantity", "row_condition": "x"}}, "row_condition is lost"),
        (
            {
                "type": "unexpected_rows_expectation",
                "kwargs": {"unexpected_rows_query": "select 1 from staged"},
            },
            "{batch}",
        ),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(SuiteError) as caught:
        read_suite(written(tmp_path, entry(**changes)))
    assert fault in str(caught.value)
    assert "qianfan__orders.yml" in str(caught.value)


def test_a_fault_names_the_expectation(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="expectations › quantity_is_at_least_one › severity"):
        read_suite(written(tmp_path, entry(severity="info")))


@pytest.mark.parametrize("changes", [{"rule": "another"}, {"name": "another"}])
def test_names_and_rules_are_used_once(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(SuiteError, match="is used 2 times"):
        read_suite(written(tmp_path, entry(), entry(**changes)))


def test_the_file_is_named_after_its_source(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"rename the file to juguang__accounts\.yml"):
        read_suite(written(tmp_path, entry(), source="juguang__accounts"))


@pytest.mark.parametrize("text", ["expectations: [", "- just\n- a list\n", "source: 7\n"])
def test_what_is_no_suite_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "qianfan__orders.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"qianfan__orders\.yml"):
        read_suite(path)


def family(folder: Path, *entries: dict[str, Any], **own: Any) -> Path:
    """A suite of one own expectation in the family `orders`, which has these."""
    shared = yaml.safe_dump({"expectations": list(entries)})
    (folder / "_orders.yml").write_text(shared, encoding="utf-8")
    path = written(folder, entry(**own))
    path.write_text("family: orders\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def test_what_a_family_shares_comes_first(tmp_path: Path) -> None:
    path = family(tmp_path, entry(name="shared", rule="shared"))
    names = [one.name for one in read_suite(path).expectations]
    assert names == ["shared", "quantity_is_at_least_one"]


def test_a_family_is_no_source() -> None:
    assert not [name for name in suite_names() if name.startswith("_")]


def test_a_fault_of_a_family_names_its_file(tmp_path: Path) -> None:
    path = family(tmp_path, entry(name="shared", severity="info"))
    with pytest.raises(SuiteError, match=r"_orders\.yml: expectations › shared › severity"):
        read_suite(path)
    (tmp_path / "_orders.yml").unlink()
    with pytest.raises(SuiteError, match=r"_orders\.yml is missing"):
        read_suite(path)


def test_a_rule_of_the_family_is_not_used_again(tmp_path: Path) -> None:
    path = family(tmp_path, entry(name="shared"))
    with pytest.raises(SuiteError, match=r"qianfan__orders\.yml.*'quantity_below_one' is used 2"):
        read_suite(path)


def test_a_missing_suite_says_which_there_are() -> None:
    with pytest.raises(SuiteError, match=r"the sources with a suite are: .*qianfan__orders"):
        read_suite(SUITES / "juguang__nothing.yml")


def test_a_source_without_a_suite_is_asked_for_readable_rows() -> None:
    suite = load_suite("juguang__nothing")
    assert suite.source == "juguang__nothing"
    assert [(one.name, one.kind, one.severity) for one in suite.expectations] == [
        ("rows_are_readable", "row", "critical"),
        ("all_columns_are_there", "table", "critical"),
    ]
    with pytest.raises(SuiteError, match="source"):
        load_suite("nothing")
