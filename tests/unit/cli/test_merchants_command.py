"""`seedbed merchants`: from an empty home to thirty merchants without a YAML file, and refusals."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from cli_kit import Done, seedbed

from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.register import read_register
from orchestration.state.models import File
from tests.made_homes import new_home

DAY = date(2024, 3, 1)
# Rich markup, a colour, a bell, a mark that turns text round.
HOSTILE = "[red]evil[bold]\x1b[35m\x07\u202e"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    new_home(home)
    return home


@pytest.fixture
def known(home: Home) -> Home:
    """A home with one merchant, who has a shop and an account."""
    add(home, "m001", "--name-zh", "云朵家居", "--shop", "s-1", "--account", "juguang:7001")
    return home


def merchants(home: Home, *words: str) -> Done:
    return seedbed(home, "merchants", *words)


def add(home: Home, *words: str) -> Done:
    return merchants(home, "add", "--joined-on", "2024-03-01", *words)


def template(home: Home) -> Path:
    path = home.root.parent / "register.xlsx"
    assert merchants(home, "export", str(path), "--overwrite").code == 0
    return path


def filled_in(home: Home, rows: dict[str, list[list[Any]]]) -> str:
    """The home's export with more rows in its sheets."""
    path = template(home)
    book = openpyxl.load_workbook(path)
    for sheet, added in rows.items():
        for row in added:
            book[sheet].append(row)
    book.save(path)
    return str(path)


def files_of(home: Home) -> dict[str, bytes]:
    """The register's files and the inboxes."""
    found = {path.name: path.read_bytes() for path in home.root.glob("merchants.yml*")}
    return found | {f"{folder.name}/": b"" for folder in home.inbox.iterdir()}


def is_one_line(text: str) -> bool:
    return text.startswith("Error: ") and text.count("\n") == 1 and "Traceback" not in text


# --- the way without YAML


def test_thirty_shops_come_in_by_a_workbook_alone(home: Home) -> None:
    rows = {
        "商家": [[None, f"花店{n}", None, None, DAY] for n in range(30)],
        "店铺": [[f"花店{n}", f"00{n}"] for n in range(30)],
    }
    path = filled_in(home, rows)
    done = merchants(home, "import", path)
    assert (done.code, done.err) == (0, "")
    assert "added m001 花店0\n" in done.out
    assert f"Next: drop their exports into {home.inbox}/<merchant_id>/" in done.out

    register = read_register(home.register_file)
    ids = [f"m{n:03d}" for n in range(1, 31)]
    assert [m.merchant_id for m in register.merchants] == ids
    assert [m.shops[0].shop_id for m in register.merchants] == [f"00{n}" for n in range(30)]
    assert sorted(folder.name for folder in home.inbox.iterdir()) == ids
    assert {folder.stat().st_mode & 0o777 for folder in home.inbox.iterdir()} == {0o700}

    before = files_of(home)
    again = merchants(home, "import", path)
    assert "Nothing changes" in again.out
    assert files_of(home) == before


def test_an_export_can_be_imported_at_once(known: Home) -> None:
    before = files_of(known)
    path = template(known)
    assert path.stat().st_mode & 0o777 == 0o600
    done = merchants(known, "import", str(path), "--replace")
    assert done.out.startswith("Nothing changes")
    assert files_of(known) == before


def test_a_dry_run_shows_what_would_change_and_writes_nothing(known: Home) -> None:
    path = template(known)
    book = openpyxl.load_workbook(path)
    sheet = book["商家"]
    sheet["G2"] = "Europe/Rome"
    sheet.append(["m002", "茶", None, None, DAY])
    book["店铺"].append(["m001", "s-2", "二店"])
    book["团队"]["A2"] = "中文"
    book.save(path)
    before = files_of(known)
    done = merchants(known, "import", str(path), "--dry-run")
    assert done.out.splitlines()[:4] == [
        "would be added m002 茶",
        "would be changed m001 timezone: Asia/Shanghai → Europe/Rome",
        "would be changed m001 shops: (none) → s-2 二店",
        "would be changed team locale: en → zh-CN",
    ]
    assert files_of(known) == before

    done = merchants(known, "import", str(path), "--json")
    report = json.loads(done.out)
    assert (report["added"], report["removed"], report["written"]) == ({"m002": "茶"}, {}, True)
    assert len(report["changed"]) == 3
    assert Path(report["backup"]).read_bytes() == before["merchants.yml"]


def test_merchants_go_only_when_they_are_told_to_and_by_name(known: Home) -> None:
    rows = {"商家": [["m002", "茶", None, None, DAY]]}
    path = filled_in(known, rows)
    book = openpyxl.load_workbook(path)
    for name in ("商家", "店铺", "广告账户"):
        book[name].delete_rows(2)
    book.save(path)

    kept = merchants(known, "import", path)
    assert "Kept, though not in the workbook: m001" in kept.out
    assert "m001" in home_ids(known)
    replaced = merchants(known, "import", path, "--replace")
    assert "removed m001 云朵家居" in replaced.out
    assert home_ids(known) == ["m002"]
    # Its files are nobody's to throw away.
    assert (known.inbox / "m001").is_dir()


def home_ids(home: Home) -> list[str]:
    return [m.merchant_id for m in read_register(home.register_file).merchants]


# --- faults


def test_every_fault_is_a_line_and_nothing_is_written(known: Home) -> None:
    turned = "[red]\u202eevil"
    rows = {
        "商家": [["m002", "茶", None, None, "01/02/2024"], ["m003", turned, None, None, turned]],
        "店铺": [["m001", "s-1"], ["m009", "s-9"]],
    }
    path = filled_in(known, rows)
    before = files_of(known)
    done = merchants(known, "import", path)
    assert (done.code, done.out) == (1, "")
    *faults, summary = done.err.splitlines()
    assert [line.split(":")[1].strip() for line in faults] == [
        "Sheet 商家, row 3, column E (入驻日期), '01/02/2024'",
        "Sheet 商家, row 4, column E (入驻日期), '[red]?evil'",
        "Sheet 店铺, row 3, column B (店铺ID), 's-1'",
        "Sheet 店铺, row 4, column A (商家), 'm009'",
    ]
    assert summary == "Nothing was written: 4 faults."
    assert files_of(known) == before

    report = json.loads(merchants(known, "import", path, "--json").out)
    first = report["faults"][0]
    assert (first["sheet"], first["row"], first["column"]) == ("商家", 3, "E")
    assert (first["header"], report["written"]) == ("入驻日期", False)


def test_a_wall_of_faults_is_cut_short(home: Home) -> None:
    path = filled_in(home, {"商家": [[None, f"花{n}", None, None, "?"] for n in range(60)]})
    done = merchants(home, "import", path)
    assert done.err.count("Error: ") == 50
    assert done.err.splitlines()[-1] == (
        "Nothing was written: 60 faults (10 more are not shown; --json lists them all)."
    )
    assert len(json.loads(merchants(home, "import", path, "--json").out)["faults"]) == 60


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        ("商家编号,中文名称\n".encode(), "it is no workbook; save it as .xlsx"),
        (b"<html>login</html>", "a web page"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"\xd0\xcf\x11\xe0 cut off", "damaged"),
    ],
)
def test_what_is_no_workbook_is_told_in_one_line(home: Home, content: bytes, told: str) -> None:
    path = home.root.parent / "register.xlsx"
    path.write_bytes(content)
    done = merchants(home, "import", str(path))
    assert (done.code, is_one_line(done.err)) == (1, True), done.err
    assert told in done.err


def test_a_file_that_is_there_is_not_written_over(home: Home) -> None:
    path = home.root.parent / "mine.xlsx"
    path.write_bytes(b"my work")
    done = merchants(home, "export", str(path))
    assert (done.code, is_one_line(done.err)) == (1, True)
    assert path.read_bytes() == b"my work"
    assert merchants(home, "export", str(path.with_suffix(".csv"))).code == 2
    assert merchants(home, "import", str(path.with_name("absent.xlsx"))).code == 2


@pytest.mark.parametrize(
    "words", [("export", "new.xlsx"), ("import", __file__), ("add", "--joined-on", "2024-03-01")]
)
def test_a_broken_register_and_a_missing_home_are_one_line(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    home.register_file.write_text("merchants: [", encoding="utf-8")
    broken = merchants(home, *words)
    assert (broken.code, is_one_line(broken.err)) == (1, True), broken.err
    assert "merchants.yml" in broken.err
    missing = merchants(Home(tmp_path / "nothing"), *words)
    assert (missing.code, is_one_line(missing.err)) == (1, True)
    assert "seedbed init --home" in missing.err
    assert not Path("new.xlsx").exists()


# --- one merchant at a time


def test_one_merchant_is_added_with_everything_that_is_its_own(known: Home) -> None:
    words = ["tea", "--name-zh", "茶", "--name-en", "=Tea", "--name-it", "Tè", "--shop", "0012"]
    words += ["--shop", "0013", "--account", "聚光:7002", "--account", "chengfeng:7001"]
    words += ["--email", "a@example.com", "--slack", "C01", "--locale", "it", "--currency", "EUR"]
    words += ["--timezone", "Europe/Rome", "--industry", "食品", "--sub-industry", "茶饮"]
    done = add(known, *words, "--private-domain")
    assert (done.code, done.err) == (0, "")
    assert "added tea 茶 / =Tea / Tè\n" in done.out
    entry = yaml.safe_load(known.register_file.read_text(encoding="utf-8"))["merchants"][1]
    assert entry == {
        "merchant_id": "tea",
        "name": {"zh": "茶", "en": "=Tea", "it": "Tè"},
        "locale": "it",
        "timezone": "Europe/Rome",
        "currency": "EUR",
        "industry_l1": "食品",
        "industry_l2": "茶饮",
        "joined_on": DAY,
        "private_domain": True,
        "shops": [{"shop_id": "0012"}, {"shop_id": "0013"}],
        "ad_accounts": [
            {"account_id": "7002", "platform": "juguang"},
            {"account_id": "7001", "platform": "chengfeng"},
        ],
        "recipients": [
            {"channel": "email", "address": "a@example.com", "digest": "merchant"},
            {"channel": "slack", "address": "C01", "digest": "merchant"},
        ],
    }
    assert (known.inbox / "tea").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("m001", "--name-zh", "茶"), 1, "merchant_id 'm001' belongs to m001 (云朵家居) already"),
        (("--name-zh", "茶", "--shop", "s-1"), 1, "shop 's-1' belongs to m001 (云朵家居) already"),
        (
            ("--name-zh", "茶", "--account", "juguang:7001"),
            1,
            "juguang account '7001' belongs to m001 (云朵家居) already",
        ),
        (("Tea", "--name-zh", "茶"), 1, "merchant_id: use small letters"),
        ((), 1, "there is no name"),
        (("--name-zh", "茶", "--email", "nobody"), 1, "it is no e-mail address"),
        (("--name-zh", "茶", "--locale", "fr"), 1, "locale: input should be 'zh-CN', 'en' or 'it'"),
        (("--name-zh", "茶", "--account", "7001"), 2, "write PLATFORM:ID"),
        (("--name-zh", "茶", "--account", "baidu:1"), 2, "choose one of 聚光"),
        (("--name-zh", "茶", "--joined-on", "01/02/2024"), 2, "taken for each other"),
        (("--name-zh", "茶", "--joined-on", ""), 2, "--joined-on is missing"),
    ],
)
def test_what_cannot_be_added_is_one_line_and_changes_nothing(
    known: Home, words: tuple[str, ...], code: int, told: str
) -> None:
    before = files_of(known)
    done = add(known, *words)
    assert (done.code, is_one_line(done.err)) == (code, True), done.err
    assert told in done.err
    assert files_of(known) == before


def test_an_id_that_files_came_in_for_is_not_proposed(known: Home) -> None:
    (known.inbox / "m004").mkdir()
    assert "added m005 茶" in add(known, "--name-zh", "茶").out
    with open_workspace(known) as workspace, workspace.store.session() as session:
        session.add(File(merchant_id="m007", file_sha256="0" * 64, size_bytes=1))
    assert json.loads(add(known, "--name-en", "Tea", "--json").out)["added"] == {"m008": "Tea"}


def test_a_file_in_the_place_of_an_inbox_is_told_before_anything_is_written(home: Home) -> None:
    (home.inbox / "tea").write_text("what is this", encoding="utf-8")
    done = add(home, "tea", "--name-zh", "茶")
    assert (done.code, is_one_line(done.err)) == (1, True)
    assert "move it away" in done.err
    assert home_ids(home) == []


def test_an_inbox_elsewhere_gets_no_folders_here(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_INBOX__URL", "memory://drop?secret")
    done = add(home, "tea", "--name-zh", "茶")
    assert "Next: drop their exports into <merchant_id>/ of the inbox, then" in done.out
    assert "secret" not in done.out
    assert list(home.inbox.iterdir()) == []


def test_hostile_names_are_shown_as_text(home: Home) -> None:
    done = add(home, "--name-zh", HOSTILE)
    assert done.code == 0
    assert "[red]evil[bold]?[35m??" in done.out
    assert all(char.isprintable() or char == "\n" for char in done.out)
    assert read_register(home.register_file).merchants[0].name.zh == HOSTILE.strip()
    assert merchants(home, "import", str(template(home))).out.startswith("Nothing changes")
