from pathlib import Path

import pytest

from orchestration.incentives.checked_yaml import RulebookError
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK
from orchestration.incentives.taxonomies import Category, load_taxonomies

HEAD = "taxonomy,taxonomy_version,level,name,parent\n"


def written(folder: Path, *lines: str, head: str = HEAD) -> Path:
    text = head + "".join(f"{line}\n" for line in lines)
    (folder / "taxonomies.csv").write_text(text, encoding="utf-8")
    return folder


def test_trees_with_the_same_words_stay_apart(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        "ad_industry,2024-09,2,家具,家居",
        "ad_industry,2024-09,1,家居,",
        "shop_category,2024-09,1,家居,",
        "ad_industry,2025-01,1,家居,",
    )
    found = load_taxonomies(folder, DEFAULT_RULEBOOK)
    assert Category("ad_industry", "2024-09", 2, "家具", "家居") in found
    assert len(found) == 4


def test_a_spreadsheets_mark_at_the_beginning_is_no_column(tmp_path: Path) -> None:
    folder = written(tmp_path, "ad_industry,2024-09,1,家居,", head="\ufeff" + HEAD)
    assert len(load_taxonomies(folder, DEFAULT_RULEBOOK)) == 1


def test_without_a_file_the_shipped_trees_count(tmp_path: Path) -> None:
    shipped = load_taxonomies(tmp_path, DEFAULT_RULEBOOK)
    # No list of the advertising industries is public: the rulebook has room for one.
    assert {one.taxonomy for one in shipped} == {"shop_category"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("industries,2024-09,1,家居,", "'industries' is no taxonomy"),
        ("ad_industry,2024-09,5,家居,", "level '5'"),
        ("ad_industry,2024-09,1,,", "no name"),
        ("ad_industry,,1,家居,", "no taxonomy_version"),
        ("ad_industry,2024-09,1,家居,百货", "level 1 has no parent"),
        ("ad_industry,2024-09,2,家具,", "any other has one"),
        ("ad_industry,2024-09,2,家具,家居", "parent '家居' is no category of level 1"),
        ("ad_industry,2024-09,1,家居,,", "more cells than columns"),
        ("ad_industry,2024-09", "level ''"),
        ("shop_category,2024-09,1,宠物,", "a second time"),
    ],
)
def test_a_row_that_is_no_node_is_refused_by_line(tmp_path: Path, line: str, words: str) -> None:
    folder = written(tmp_path, "shop_category,2024-09,1,宠物,", line)
    with pytest.raises(RulebookError) as caught:
        load_taxonomies(folder, DEFAULT_RULEBOOK)
    assert "taxonomies.csv, line 3" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("head", ["", "name,parent\n"])
def test_other_columns_are_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(RulebookError, match="it needs taxonomy, taxonomy_version"):
        load_taxonomies(written(tmp_path, head=head), DEFAULT_RULEBOOK)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taxonomies.csv").write_bytes(HEAD.encode() + "家居".encode("gb18030"))
    with pytest.raises(RulebookError, match="no CSV in UTF-8"):
        load_taxonomies(tmp_path, DEFAULT_RULEBOOK)
