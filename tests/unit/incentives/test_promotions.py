from datetime import date
from pathlib import Path

import pytest

from orchestration.incentives.checked_yaml import RulebookError
from orchestration.incentives.promotions import load_promotions
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK

EDITION = (
    '{promotion: "618", first_day: 2024-06-01, main_day: 2024-06-18, last_day: 2024-06-20,'
    " is_assumption: false}"
)


def written(folder: Path, *editions: str) -> Path:
    text = "promotions:\n" + "".join(f"  - {one}\n" for one in editions)
    (folder / "promotions.yml").write_text(text, encoding="utf-8")
    return folder


def test_a_homes_own_days_count(tmp_path: Path) -> None:
    found = load_promotions(written(tmp_path, EDITION), DEFAULT_RULEBOOK)
    assert [one.first_day for one in found.promotions] == [date(2024, 6, 1)]


def test_a_home_from_before_promotions_has_the_shipped_ones(tmp_path: Path) -> None:
    assert load_promotions(tmp_path, DEFAULT_RULEBOOK).promotions


def test_a_home_may_have_none(tmp_path: Path) -> None:
    (tmp_path / "promotions.yml").write_text("promotions: []\n", encoding="utf-8")
    assert load_promotions(tmp_path, DEFAULT_RULEBOOK).promotions == ()


@pytest.mark.parametrize(
    ("editions", "line", "words"),
    [
        ([EDITION, EDITION.replace("06-18", "06-31")], "", "not valid YAML"),
        ([EDITION, EDITION.replace("2024-06-18", "2024-05-18")], "line 3", "follow each other"),
        ([EDITION.replace("2024-06-18", "tomorrow")], "line 2", "main_day"),
        ([EDITION, EDITION.replace('"618"', '"双11"')], "line 1", "belongs to one promotion"),
        ([EDITION.replace("is_assumption", "is_sure")], "line 2", "is_assumption"),
    ],
)
def test_what_cannot_be_is_refused_by_line(
    tmp_path: Path, editions: list[str], line: str, words: str
) -> None:
    with pytest.raises(RulebookError) as caught:
        load_promotions(written(tmp_path, *editions), DEFAULT_RULEBOOK)
    assert line in str(caught.value)
    assert words in str(caught.value)
