"""`seedbed layout learn`: what is proposed and written, questions at a terminal, refusals."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from cli_kit import Done, seedbed
from rich.cells import cell_len
from rich.console import Console

from orchestration.cli import layout as command
from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from tests.made_homes import new_home

pytestmark = pytest.mark.slow

SEEDBED = Path(sys.executable).parent / "seedbed"
HEADER = (
    "订单编号,订单状态,到账,SKU件数,商家应收金额(元)（支付金额）,买家编号,收货手机,[red]新\x1b[35m"
)
ROW = "P{n},已完成,2024-09-02 10:00:00,1,20.00,17850,13912345678,x"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "H")
    new_home(home)
    return home


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An order export with two headers renamed, one of them beyond recognition."""
    path = tmp_path / "orders.csv"
    lines = [HEADER, *(ROW.format(n=n) for n in range(5))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def learn(home: Home, path: Path, *words: str) -> Done:
    return seedbed(home, "layout", "learn", str(path), *words)


def at_terminal(home: Home, path: Path, answers: str, *words: str) -> tuple[int, str]:
    """The command at a terminal, with these lines typed in."""
    master, slave = pty.openpty()
    os.write(master, answers.encode())
    done = subprocess.run(
        [SEEDBED, "layout", "learn", str(path), "--home", str(home.root), *words],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    os.close(slave)
    os.close(master)
    return done.returncode, done.stdout.decode()


def written(home: Home) -> list[str]:
    return sorted(str(path.relative_to(home.layouts)) for path in home.layouts.rglob("*.csv"))


# --- without questions


def test_what_is_certain_is_not_always_enough(home: Home, export: Path) -> None:
    done = learn(home, export, "--yes")
    assert done.code == 1
    assert "qianfan__orders (known)" in done.out
    assert done.err.startswith("Error: orders.csv: qianfan__orders cannot be read without paid_at")
    assert done.err.count("\n") == 1
    assert written(home) == []


def test_a_lower_certainty_takes_more_and_says_what_is_left(home: Home, export: Path) -> None:
    done = learn(home, export, "--yes", "--certainty", "0.3")
    assert (done.code, done.err) == (1, done.err)
    export.write_text(export.read_text(encoding="utf-8").replace("到账", "支付完成时间"))
    done = learn(home, export, "--yes", "--certainty", "0.7")
    assert (done.code, done.err) == (3, "")
    assert "Written: 3 rows to" in done.out
    assert "order_id,订单编号,text,value,,seen,learnt from orders.csv on 2024-09-16" in done.out
    assert "The file reads: 5 rows of 5, days 2024-09-02 to 2024-09-02." in done.out
    assert "Still unknown [red]新[35m" in done.out
    assert "Next: seedbed ingest" in done.out
    assert not any(mark in done.out for mark in ("\x1b", "13912345678"))
    layout = load_layouts(home.layouts).get("qianfan__orders")
    assert layout.column_of["支付完成时间"] == "paid_at"
    assert layout.ignored["收货手机"] == "personal"


def test_a_dry_run_writes_nothing(home: Home, export: Path) -> None:
    export.write_text(export.read_text(encoding="utf-8").replace("到账", "付款时间"))
    done = learn(home, export, "--dry-run")
    assert (done.code, written(home)) == (3, [])
    assert "Would be written: 3 rows to" in done.out
    assert "Next:" not in done.out


def test_json_has_everything(home: Home, export: Path) -> None:
    export.write_text(export.read_text(encoding="utf-8").replace("到账", "付款时间"))
    done = learn(home, export, "--yes", "--json")
    told = json.loads(done.out)
    assert (done.code, told["source"], told["written"]) == (3, "qianfan__orders", True)
    assert [row[:2] for row in told["rows"]["columns.csv"]] == [
        ["order_id", "订单编号"],
        ["paid_at", "付款时间"],
        ["customer_key", "买家编号"],
    ]
    assert told["read"]["rows"] == 5
    phone = next(one for one in told["headers"] if one["header"] == "收货手机")
    assert (phone["action"], phone["is_personal"], phone["examples"]) == ("ignore", True, [])


def test_a_hundred_columns_are_enough(
    home: Home, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export.write_text(export.read_text(encoding="utf-8").replace("到账", "付款时间"))
    narrow = Console(width=100, highlight=False, emoji=False)
    monkeypatch.setattr(command, "OUT", narrow)
    with narrow.capture() as shown:
        learn(home, export, "--dry-run")
    assert max(cell_len(line) for line in shown.get().splitlines()) <= 100


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), 2, "nobody can be asked here; add --dry-run, or --yes"),
        (("--json",), 2, "nobody can be asked here"),
        (
            ("--source", "Chengfeng notes", "--yes"),
            2,
            "--source Chengfeng notes: write <platform>__",
        ),
        (("--covers", "June", "--yes"), 2, ""),
        (("--source", "_x__y", "--yes"), 2, "--source _x__y: write"),
    ],
)
def test_refusals_are_one_line(
    home: Home, export: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = learn(home, export, *words)
    assert done.code == code
    assert done.err.startswith(f"Error: {sentence}")
    assert done.err.count("\n") == 1
    assert written(home) == []


def test_no_table_is_told(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"<html>please log in</html>")
    done = learn(home, path, "--yes")
    assert (done.code, done.out) == (1, "")
    assert "it is a web page or XML" in done.err


# --- at a terminal


def test_every_proposal_is_asked_and_another_column_may_be_named(home: Home, export: Path) -> None:
    # 订单编号 as proposed; 到账 first as something that cannot be, then as what it is; 买家编号 as
    # proposed; 好评 never used. Nobody is asked about telephones and marks.
    text = export.read_text(encoding="utf-8").replace(",[red]", ",好评,[red]").replace(",x", ",5,x")
    export.write_text(text, encoding="utf-8")
    code, shown = at_terminal(home, export, "y\nquantity\npaid_at\ny\ni\n")
    assert code == 3, shown
    assert "Error: quantity stands in the file already" in shown
    assert "'收货手机'" not in shown
    assert "13912345678" not in shown
    layout = load_layouts(home.layouts).get("qianfan__orders")
    assert layout.column_of["到账"] == "paid_at"
    assert layout.column_of["买家编号"] == "customer_key"
    assert layout.ignored["好评"] == "not_used"
    assert "Still unknown [red]新[35m" in shown


def test_a_new_layout_is_taken_or_left_as_a_whole(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("到访日,人次\n2024-09-02,5\n2024-09-03,7\n", encoding="utf-8")
    code, shown = at_terminal(home, path, "n\n", "--source", "example__visits")
    assert (code, written(home)) == (2, [])
    assert "nothing was written" in shown
    code, shown = at_terminal(home, path, "y\n", "--source", "example__visits")
    assert code == 0, shown
    assert written(home) == ["example__visits/columns.csv", "example__visits/layout.csv"]
