"""`seedbed rulebook`: check, diff, export and import, with exit codes and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from cli_kit import Done, run, seedbed

from orchestration.home import Home
from orchestration.incentives.rulebook import compile_tables, load_rulebook
from tests.made_homes import new_home

GROWTH = "double_11_2025_growth"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    new_home(home)
    return home


def rulebook(home: Home, *words: str) -> Done:
    return seedbed(home, "rulebook", *words)


def path_of(home: Home, programme: str) -> Path:
    return home.rulebook / "programmes" / f"{programme}.yml"


def edit(home: Home, programme: str, old: str, new: str) -> None:
    path = path_of(home, programme)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_home_is_sound(home: Home) -> None:
    done = rulebook(home, "check")
    assert (done.code, done.err) == (0, "")
    assert "no faults, no warnings in 8 programmes, 8 versions" in done.out


def test_a_fault_ends_with_1_and_a_warning_with_0(home: Home) -> None:
    edit(home, GROWTH, "is_assumption: true", "is_assumption: false")
    done = rulebook(home, "check")
    assert done.code == 0
    assert f"Warning: {path_of(home, GROWTH)}, line " in done.out
    edit(home, GROWTH, "rank: 2", "rank: 1")
    done = rulebook(home, "check")
    assert done.code == 1
    assert "both double_11_2025_growth and double_11_2025_new_merchants have rank 1" in done.err
    assert "1 fault, 1 warning" in done.out


def test_json_tells_level_check_and_place(home: Home) -> None:
    edit(home, GROWTH, "rank: 2", "rank: 1")
    path_of(home, "growth_plan").write_text("versions: [", encoding="utf-8")
    (home.rulebook / "settings.yml").write_text("{}", encoding="utf-8")
    done = rulebook(home, "check", "--json")
    told = json.loads(done.out)
    assert done.code == 1
    assert not told["is_usable"]
    checks = [(one["level"], one["check"]) for one in told["findings"]]
    assert checks == [("fault", "file")] * 3 + [("fault", "same rank")]


def test_a_statement_about_nobody_is_told(home: Home) -> None:
    facts = home.rulebook / "facts.yml"
    text = facts.read_text(encoding="utf-8").replace("statements: []", "statements:")
    statement = "{merchant_id: m9, fact: shop_score, value: 4.6, valid_from: 2024-09-01, "
    facts.write_text(f"{text}  - {statement}recorded_at: 2024-09-02T00:00+08:00}}\n", "utf-8")
    assert "the register has no merchant 'm9'" in rulebook(home, "check").out


def test_a_folder_need_not_hold_everything(home: Home, tmp_path: Path) -> None:
    draft = tmp_path / "draft" / "programmes"
    draft.mkdir(parents=True)
    (draft / "p.yml").write_bytes(path_of(home, GROWTH).read_bytes())
    done = rulebook(home, "check", str(draft.parent))
    assert done.code == 1
    assert "let the file be double_11_2025_growth.yml" in done.err
    (draft / "p.yml").rename(draft / f"{GROWTH}.yml")
    assert rulebook(home, "check", str(draft.parent)).code == 0
    done = rulebook(home, "check", str(tmp_path / "nowhere"))
    assert done.code == 1
    assert "is no folder" in done.err


def test_what_a_file_says_does_nothing_to_the_terminal(home: Home) -> None:
    edit(home, GROWTH, "metric: live_gmv", 'metric: "[red]a\\e[31m"')
    done = rulebook(home, "check")
    assert done.code == 1
    assert "[red]a?[31m" in done.err


def test_a_run_is_refused_with_the_first_fault(home: Home) -> None:
    edit(home, GROWTH, "rank: 2", "rank: 1")
    edit(home, GROWTH, "amount: 10000}", "amount: 100}")
    done = seedbed(home, "run", "--week", "2024-09-09")
    assert done.code == 1
    assert done.err.count("Error:") == 1
    assert "(1 more fault after this one)" in done.err


def test_diff_of_the_shipped_and_the_homes(home: Home) -> None:
    assert "Both say the same." in rulebook(home, "diff").out
    edit(home, "private_domain_weekly", "window_cap: 65000", "window_cap: 50000")
    path_of(home, "growth_plan").unlink()
    done = rulebook(home, "diff")
    assert done.code == 0
    assert "cap of a window: 65,000 exposures → 50,000 exposures" in done.out
    assert "growth_plan" in done.out
    told = json.loads(rulebook(home, "diff", "--json").out)["differences"]
    assert [one["kind"] for one in told] == ["removed", "changed"]


def test_diff_of_two_folders_needs_no_home(tmp_path: Path, home: Home) -> None:
    words = ["rulebook", "diff", str(home.rulebook), str(home.rulebook)]
    assert run([*words, "--home", str(tmp_path / "none")]).code == 0


def test_export_and_import_leave_files_that_say_so_alone(home: Home, tmp_path: Path) -> None:
    book = tmp_path / "rules.xlsx"
    before = {path: path.read_bytes() for path in home.rulebook.rglob("*.yml")}
    done = rulebook(home, "export", str(book))
    assert done.code == 0
    assert "8 programmes" in done.out
    done = rulebook(home, "import", str(book))
    assert done.code == 0
    assert "Nothing changes" in done.out
    assert {path: path.read_bytes() for path in home.rulebook.rglob("*.yml")} == before
    assert rulebook(home, "export", str(book)).code == 1
    assert rulebook(home, "export", str(book), "--overwrite").code == 0
    assert rulebook(home, "export", str(tmp_path / "rules.csv")).code == 2


def changed_book(home: Home, tmp_path: Path, cell: str, value: str | int) -> str:
    book = tmp_path / "rules.xlsx"
    assert rulebook(home, "export", str(book), "--overwrite").code == 0
    opened = openpyxl.load_workbook(book)
    opened["阶梯"][cell] = value
    opened.save(book)
    return str(book)


def test_an_import_writes_what_changed_and_keeps_what_was(home: Home, tmp_path: Path) -> None:
    former = path_of(home, GROWTH).read_bytes()
    done = rulebook(home, "import", changed_book(home, tmp_path, "F2", 3500))
    assert done.code == 0
    assert [line for line in done.out.splitlines() if "written" in line] == [
        f"written {path_of(home, GROWTH)}"
    ]
    assert path_of(home, GROWTH).with_name(f"{GROWTH}.yml.bak").read_bytes() == former
    tiers = compile_tables(load_rulebook(home.rulebook))["rulebook_tiers"]
    assert next(row["amount"] for row in tiers if row["programme"] == GROWTH) == 3500


def test_an_import_with_a_fault_writes_nothing(home: Home, tmp_path: Path) -> None:
    for value, words in ((20_000, "tier 2 gives 10,000, no more"), ("x", "column F (额度)")):
        former = path_of(home, GROWTH).read_bytes()
        done = rulebook(home, "import", changed_book(home, tmp_path, "F2", value))
        assert done.code == 1
        assert words in done.err
        assert "Sheet 阶梯, row " in done.err
        assert "Nothing was written: 1 fault." in done.err
        assert path_of(home, GROWTH).read_bytes() == former


def test_an_import_into_a_folder_of_its_own_compiles_to_the_same(
    home: Home, tmp_path: Path
) -> None:
    book = tmp_path / "rules.xlsx"
    rulebook(home, "export", str(book))
    done = rulebook(home, "import", str(book), "--into", str(tmp_path / "new"), "--json")
    told = json.loads(done.out)
    assert len(told["written"]) == 9
    (tmp_path / "new" / "settings.yml").write_bytes((home.rulebook / "settings.yml").read_bytes())
    new = compile_tables(load_rulebook(tmp_path / "new"))
    assert (
        new["rulebook_parameters"]
        == compile_tables(load_rulebook(home.rulebook))["rulebook_parameters"]
    )


def test_programmes_that_the_workbook_does_not_name_are_kept_and_checked_with_it(
    home: Home, tmp_path: Path
) -> None:
    book = tmp_path / "rules.xlsx"
    rulebook(home, "export", str(book))
    other = path_of(home, "mine")
    text = path_of(home, GROWTH).read_text(encoding="utf-8").replace(GROWTH, "mine")
    other.write_text(text, encoding="utf-8")
    done = rulebook(home, "import", str(book))
    assert done.code == 1
    assert "have rank 2" in done.err
    other.write_text(text.replace("rank: 2", "rank: 3"), encoding="utf-8")
    done = rulebook(home, "import", str(book))
    assert done.code == 0
    assert "Kept, though not in the workbook: mine" in done.out


def test_a_text_is_no_workbook(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "rules.xlsx"
    path.write_text("programme,version\n", encoding="utf-8")
    done = rulebook(home, "import", str(path))
    assert done.code == 1
    assert "it is no workbook" in done.err
