from pathlib import Path

import pytest

from orchestration.incentives.checked_yaml import RulebookError
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK, load_rulebook
from orchestration.incentives.sendable import load_sendable

NEED = "{figure: gmv, source: qianfan__orders, min_days: 7}"


def written(folder: Path, *needs: str) -> Path:
    text = "figures:\n" + "".join(f"  - {one}\n" for one in needs)
    (folder / "sendable.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_homes_own_table_counts(tmp_path: Path) -> None:
    (need,) = load_sendable(written(tmp_path, NEED), DEFAULT_RULEBOOK).figures
    assert (need.figure, need.source, need.min_days) == ("gmv", "qianfan__orders", 7)


def test_an_older_home_has_the_shipped_one(tmp_path: Path) -> None:
    assert load_sendable(tmp_path, DEFAULT_RULEBOOK).figures


def test_a_home_may_wait_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "sendable.yml").write_text("figures: []\n", encoding="utf-8")
    assert load_sendable(tmp_path, DEFAULT_RULEBOOK).figures == ()


def test_the_shipped_table_asks_for_sources_that_are_required_somewhere() -> None:
    rulebook = load_rulebook(DEFAULT_RULEBOOK)
    required = {name for name, rule in rulebook.settings.sources.items() if rule.is_required}
    assert {need.source for need in rulebook.sendable.figures} == required


@pytest.mark.parametrize(
    ("needs", "line", "words"),
    [
        ([NEED, NEED], "line 1", "twice"),
        ([NEED.replace("7", "8")], "line 2", "min_days"),
        ([NEED.replace("7", "-1")], "line 2", "min_days"),
        ([NEED.replace("7", '"7"')], "line 2", "min_days"),
        ([NEED.replace("qianfan__orders", "orders")], "line 2", "source"),
        ([NEED.replace("gmv", "GMV!")], "line 2", "figure"),
        ([NEED.replace("min_days: 7", "days: 7")], "line 2", "min_days"),
        ([NEED.replace("}", ", checks: {rejected_share: 2}}")], "line 2", "rejected_share"),
        ([NEED.replace("}", ", checks: {no_rain: 0}}")], "line 2", "no_rain"),
    ],
)
def test_what_cannot_be_is_refused_by_line(
    tmp_path: Path, needs: list[str], line: str, words: str
) -> None:
    with pytest.raises(RulebookError) as caught:
        load_sendable(written(tmp_path, *needs), DEFAULT_RULEBOOK)
    assert line in str(caught.value)
    assert words in str(caught.value)
