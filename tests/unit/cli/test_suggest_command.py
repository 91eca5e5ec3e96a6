"""`seedbed merchants suggest`: what is shown, commands that can be pasted, JSON, refusals."""

from __future__ import annotations

import csv
import json
import shlex
from datetime import date
from pathlib import Path

import pytest
import yaml
from cli_kit import Done, run, seedbed
from rich.cells import cell_len
from rich.console import Console

from orchestration.cli import suggest as command
from orchestration.flow.ingest import ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from tests.made_homes import new_home

pytestmark = pytest.mark.slow

HOSTILE = "[red]evil[bold]\x1b[35m\x07\u202e; rm -rf x"
REPORT = ("时间", "账户ID", "账户名称", "计划ID", "消费", "展现量", "点击量")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    new_home(home)
    entry = {
        "merchant_id": "m001",
        "name": {"zh": "云朵家居"},
        "joined_on": date(2024, 3, 1),
        "ad_accounts": [{"account_id": "7001", "platform": "juguang"}],
    }
    home.register_file.write_text(yaml.safe_dump({"merchants": [entry]}), encoding="utf-8")
    return home


def report(home: Home, place: str, account: str, *campaigns: str, name: str = "某账户") -> None:
    path = home.inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [REPORT, *(["2024-09-02", account, name, one, "1.00", 9, 1] for one in campaigns)]
        )


def ingested(home: Home) -> None:
    with open_workspace(home) as workspace:
        ingest(workspace)


def suggest(home: Home, *words: str) -> Done:
    return seedbed(home, "merchants", "suggest", *words)


def pasted(line: str) -> list[str]:
    """The words of a printed command, as a shell takes them apart."""
    first, *words = shlex.split(line)
    assert first == "seedbed"
    return words


def test_nothing_waits(home: Home) -> None:
    assert suggest(home) == Done(0, "No file waits for an owner.\n", "")


def test_a_sure_file_is_shown_with_its_command_and_the_command_works(home: Home) -> None:
    report(home, "m001/a.csv", "7001", "c1", "c2")
    ingested(home)
    report(home, "b.csv", "9990001", "c1", "c2")
    ingested(home)
    done = suggest(home)
    assert (done.code, done.err) == (3, "")
    first, owner, *others = done.out.splitlines()
    assert first.startswith("b.csv [")
    assert first.endswith("] juguang__campaigns · account 9990001 · 某账户")
    assert owner.startswith(
        "  sure: m001 (97%), 2 of its 2 campaigns, such as c1, are in juguang__"
    )
    (line,) = [line for line in others if "--give" in line]
    result = run(pasted(line))
    assert (result.code, "given to m001" in result.out) == (0, True)
    ingested(home)
    assert suggest(home).code == 0


def test_apply_gives_what_is_sure(home: Home) -> None:
    report(home, "m001/a.csv", "7001", "c1", "c2")
    ingested(home)
    report(home, "b.csv", "9990001", "c1", "c2")
    report(home, "c.csv", "9990002", "c8")
    ingested(home)
    done = suggest(home, "--apply")
    assert done.code == 3
    assert "given to m001" in done.out
    assert f"Given: 1 file. Next: seedbed ingest --home {home.root}" in done.out
    ingested(home)
    told = json.loads(suggest(home, "--json").out)
    assert [file["file_name"] for file in told["files"]] == ["c.csv"]
    assert told["not_in_the_register"]["ids"] == [
        {"merchant_id": "m001", "kind": "account", "platform": "juguang", "id": "9990001"}
    ]


def test_a_new_merchant_comes_as_a_command_that_can_be_pasted(home: Home) -> None:
    report(home, "b.csv", "9990001", "c1", name=HOSTILE)
    ingested(home)
    done = suggest(home)
    assert "unknown: nothing that is known speaks for anybody" in done.out
    assert not any(mark in done.out for mark in ("\x1b", "\x07", "\u202e"))
    (line,) = [line for line in done.out.splitlines() if "merchants add" in line]
    words = pasted(line.replace("YYYY-MM-DD", "2024-03-01"))
    assert words[:2] == ["merchants", "add"]
    assert "juguang:9990001" in words
    assert run(words).code == 0
    ingested(home)
    assert suggest(home).out.startswith("No file waits for an owner.")


def test_json_has_every_reason(home: Home) -> None:
    report(home, "云朵家居.csv", "9990001", "c1", name="云朵家居旗舰店")
    ingested(home)
    done = suggest(home, "--json")
    (file,) = json.loads(done.out)["files"]
    assert (done.code, file["state"], file["merchant_id"], file["given_to"]) == (
        *(3, "likely", "m001"),
        None,
    )
    assert [one["certainty"] for one in file["evidence"]] == [0.9, 0.75]


def test_what_the_register_lacks(home: Home) -> None:
    report(home, "m001/a.csv", "9990001", "c1")
    report(home, "m009/b.csv", "9990002", "c1")
    ingested(home)
    done = suggest(home)
    assert done.code == 0
    assert "Not in the register m009, of whom 1 file came" in done.out
    assert "Not in the register of m001, but in its files: account 9990001" in done.out
    assert "seedbed merchants add m009 --name-zh NAME" in done.out


def test_a_hundred_columns_are_enough(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    report(home, f"{'长' * 60}.csv", "9990001", "c1", name="云朵家居" * 9)
    ingested(home)
    narrow = Console(width=100, highlight=False, emoji=False)
    monkeypatch.setattr(command, "OUT", narrow)
    with narrow.capture() as shown:
        suggest(home)
    assert max(cell_len(line) for line in shown.get().splitlines()) <= 100


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--give", "abc"), 2, "--give abc: write the first digits of its hash, = and a merchant."),
        (("--give", "=m001"), 2, "--give =m001: write"),
        (("--give", "zz=m001"), 1, "No unclaimed file begins with 'zz'"),
        (("--give", "zz=m009"), 1, "No merchant 'm009' is in the register."),
    ],
)
def test_refusals_are_one_line(
    home: Home, words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = suggest(home, *words)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(f"Error: {sentence}")
    assert done.err.count("\n") == 1
