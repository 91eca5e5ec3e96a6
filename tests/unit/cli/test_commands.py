"""The command line: exit codes, sentences instead of tracebacks, JSON, and names that do harm."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import cli_kit
import pytest
import yaml
from cli_kit import Done

from orchestration import printing
from orchestration.flow.digests.preview import Preview
from orchestration.home import Home
from orchestration.samples.dirt import ambiguous_amount
from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import make_world
from tests.made_homes import new_home

SEEDBED = Path(sys.executable).parent / "seedbed"
NAME = export_name(datetime.fromisoformat("2024-09-09 09:30"))
# Rich markup, a colour that no command of ours uses, a bell, a mark that turns text round.
HOSTILE = "[red]evil[bold]\x1b[35m\x07\u202e\x9b35m:smile:\nError: forged"
SHOWN = "[red]evil[bold]?[35m???35m:smile: Error: forged"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    new_home(home)
    entry = {
        "merchant_id": "m001",
        "name": {"en": "Example"},
        "joined_on": date(2024, 3, 1),
        "shops": [{"shop_id": "s-1"}],
    }
    home.register_file.write_text(yaml.safe_dump({"merchants": [entry]}), encoding="utf-8")
    return home


def seedbed(*words: str, home: Home | None = None) -> Done:
    return cli_kit.seedbed(home, *words) if home else cli_kit.run(words)


def _drop(home: Home, name: str = NAME, *, broken: bool = False) -> Path:
    orders = make_world(seed=7, first_day=date(2024, 9, 2), weeks=1, orders_a_week=10).orders
    rows = order_rows(orders)
    dirt = [ambiguous_amount(rows[0], "P990000000001")] if broken else []
    return write_orders(home.inbox / "m001" / name, rows + dirt)


def _one_line(text: str) -> bool:
    return text.startswith("Error: ") and text.count("\n") == 1 and "Traceback" not in text


# --- exit codes and errors


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("ingest", "--covers", "2024-09-02..2024-09-08"), 2, "--covers speaks of named files"),
        (("ingest", "--merchant", "m001"), 2, "--merchant speaks of named files"),
        (("run", "--week", "2024-W38"), 2, "2024-W38 is not over yet"),
        (("run", "--week", "2024-09-10"), 2, "2024-09-10 is a Tuesday"),
        (("run", "--week", "2024-W53"), 2, "the year 2024 has no week 53"),
        (("run", "--week", "soon"), 2, "'soon' is no week"),
        (("run", "--week", "2019-12-30"), 2, "lies before schedule.first_week (2020-01-06)"),
        (("ingest", "--withdraw", "abc"), 1, "No archived file begins with 'abc'"),
        (("ingest", "--reinstate", "abc"), 1, "No withdrawn file begins with 'abc'"),
        (("ingest", "--reparse", "nothing__here"), 1, "known are juguang__accounts"),
        (("digest", "preview"), 1, "run `seedbed run --week 2024-09-09`"),
        (("digest", "preview", "--merchant", "m009"), 1, "Nothing is composed for m009"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    home: Home, words: tuple[str, ...], code: int, told: str
) -> None:
    done = seedbed(*words, home=home)
    assert done.code == code
    assert told in done.err
    assert _one_line(done.err), done.err
    assert done.out == ""


def test_days_the_wrong_way_round_are_wrong_usage(home: Home) -> None:
    path = _drop(home)
    done = seedbed("ingest", str(path), "--covers", "2024-09-08..2024-09-02", home=home)
    assert (done.code, _one_line(done.err)) == (2, True)
    assert seedbed("ingest", str(path.with_name("absent.xlsx")), home=home).code == 2


@pytest.mark.parametrize(
    "words", [("ingest",), ("run",), ("digest", "preview"), ("ui",)], ids=lambda words: words[0]
)
def test_without_a_home_every_command_says_how_to_make_one(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = seedbed(*words, home=Home(tmp_path / "nothing"))
    assert done.code == 1
    assert "seedbed init --home" in done.err
    assert _one_line(done.err)


@pytest.mark.parametrize("words", [("ingest",), ("run",), ("digest", "preview")])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("merchants.yml", "merchants: ["),
        ("seedbed.toml", "home_version ="),
        ("state.db", "no database"),
    ],
)
def test_a_broken_home_is_told_in_one_line(
    home: Home, words: tuple[str, ...], name: str, content: str
) -> None:
    _drop(home)
    (home.root / name).write_text(content, encoding="utf-8")
    done = seedbed(*words, home=home)
    assert done.code == 1
    assert _one_line(done.err), done.err
    assert name in done.err


def test_another_identity_key_stops_a_run_before_it_starts(home: Home) -> None:
    home.identity_key.write_text("ab" * 32 + "\n", encoding="ascii")
    done = seedbed("run", home=home)
    assert (done.code, _one_line(done.err)) == (1, True)
    assert "is not the key of this home" in done.err


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="seedbed init"):
        seedbed("ingest", "--debug", home=Home(tmp_path / "nothing"))


def test_a_fault_that_nobody_foresaw_is_one_line_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A database of which no driver is installed: the error is neither ours nor the system's.
    monkeypatch.setenv("SEEDBED_STATE_URL", "postgresql+nodriver://localhost/x")
    done = seedbed("ingest", home=home)
    assert (done.code, _one_line(done.err)) == (1, True), done.err


# --- what is printed


def test_ingest_says_what_became_of_every_file(home: Home) -> None:
    _drop(home, broken=True)
    (home.inbox / "m001" / "notes.txt").write_text("nothing", encoding="utf-8")
    done = seedbed("ingest", home=home)
    assert done.code == 3
    assert "2 files looked at, 2 new, 2 read." in done.out
    assert f"Set aside m001 {NAME} line " in done.out
    assert "(paid_amount_unreadable)" in done.out
    assert "Held m001: notes.txt: " in done.out
    # In a pipe no sentence is broken into two lines.
    assert max(map(len, done.out.splitlines())) > 100

    again = seedbed("ingest", home=home)
    assert again.code == 3
    assert "2 files looked at, 0 new, 1 read." in again.out


def test_json_can_be_parsed_and_holds_the_account(home: Home) -> None:
    _drop(home, broken=True)
    done = seedbed("ingest", "--json", home=home)
    report = json.loads(done.out)
    (file,) = report["files"]
    assert (done.code, file["status"], file["rows_quarantined"]) == (3, "loaded", 1)
    assert report["read_now"] == [file["file_sha256"]]
    assert report["set_aside"][0]["rule"] == "paid_amount_unreadable"

    withdrawn = seedbed("ingest", "--json", "--withdraw", file["file_sha256"][:8], home=home)
    assert json.loads(withdrawn.out)["files"][0]["status"] == "withdrawn"
    assert withdrawn.err == f"Withdrawn: m001 {NAME} ({file['file_sha256'][:12]})\n"


def test_doctor_tells_a_good_home_from_a_bad_one(home: Home, tmp_path: Path) -> None:
    done = seedbed("doctor", home=home)
    assert (done.code, done.err) == (0, "")
    assert {line[:4].strip() for line in done.out.splitlines()} == {"ok", "note"}
    assert seedbed("doctor", home=Home(tmp_path / "nothing")).code == 1

    home.identity_key.chmod(0o644)
    harmed = seedbed("doctor", "--json", home=home)
    assert harmed.code == 1
    (fault,) = [found for found in json.loads(harmed.out) if found["level"] == "fault"]
    assert "chmod 600" in fault["sentence"]


def test_init_says_what_comes_next_and_adds_samples_to_a_new_home_only(tmp_path: Path) -> None:
    fresh = Home(tmp_path / "fresh")
    done = seedbed("init", home=fresh)
    assert (done.code, done.err) == (0, "")
    assert "name your merchants in" in done.out
    late = seedbed("init", "--sample", home=fresh)
    assert late.code == 0
    assert "no samples were added" in late.out
    assert list(fresh.inbox.iterdir()) == []


# --- names that would do something


def test_text_of_others_is_one_plain_line() -> None:
    assert printing.plain(HOSTILE) == SHOWN.replace("[red]", r"\[red]").replace(
        "[bold]", r"\[bold]"
    )


def test_json_hides_nothing_and_commands_no_terminal() -> None:
    text = printing.as_json({"name": HOSTILE, "lone": "\udcff", "中文": "云朵"})
    assert json.loads(text) == {"name": HOSTILE, "lone": "\udcff", "中文": "云朵"}
    assert "云朵" in text
    assert all(char.isprintable() or char == "\n" for char in text)


def test_a_digest_with_a_hostile_name_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    preview = Preview(
        name=HOSTILE,
        merchant_id="m001",
        week="2024-W37",
        revision=1,
        subject="",
        text=f"first line\n{HOSTILE}",
        recipients=[f"email:{HOSTILE}"],
        folder="digests",
    )
    printing.previews(printing.console(), [preview])
    shown = capsys.readouterr().out
    assert shown.splitlines()[0] == f"── {SHOWN} · 2024-W37 · r1 ──"
    assert "first line\n[red]evil" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)


def _on_a_terminal(*words: str) -> tuple[int, str]:
    """Run the command with a terminal for its output; gives its exit code and what came."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [SEEDBED, *words],
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"},
    )
    os.close(slave)
    came = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux ends a terminal that nobody holds open with an error
            break
        if not piece:
            break
        came += piece
    os.close(master)
    return process.wait(), came.decode("utf-8")


@pytest.mark.slow
def test_on_a_terminal_hostile_names_neither_colour_nor_turn_the_text(home: Home) -> None:
    _drop(home, f"{HOSTILE}.xlsx", broken=True)
    (home.inbox / f"{HOSTILE}.txt").write_text("nothing", encoding="utf-8")
    code, came = _on_a_terminal("ingest", "--home", str(home.root))
    assert code == 3, came
    assert "\x1b[33mSet aside" in came  # our own colours are there
    assert "\x1b[35m" not in came
    assert not {"\x07", "\u202e", "\x9b"} & set(came)
    assert "[red]evil[bold]?[35m" in came


def test_brackets_in_the_path_of_a_home_are_no_markup(tmp_path: Path) -> None:
    strange = Home(tmp_path / "[/red][x]")
    assert seedbed("init", home=strange).code == 0
    assert seedbed("ingest", home=strange).code == 0
    missing = seedbed("ingest", home=Home(tmp_path / "[/none]"))
    assert "[/none]" in missing.err
