"""A morning's batch with everything that can be wrong with a file: one clear line each.

Nothing else in the batch suffers, and nobody's words lead out of the home.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from bad_files import HEADER, bad_files, csv_bytes, lines, workbook

from orchestration.flow import homes
from orchestration.flow.accounting import FileAccount
from orchestration.flow.ingest import IngestReport, ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home

SECRET = "P-a-secret-of-this-machine"
GOOD = {
    "小红书订单查询2024-09-09-09_30_0a.csv": csv_bytes(lines(1, 5)),
    "小红书订单查询2024-09-09-10_30_0b.xlsx": workbook([HEADER, *lines(10, 5)]),
}
# Why a file is held, or what could not be unpacked of it; the sentence begins with its name.
TOLD = {
    "nothing.csv": "it is empty; download the export again",
    "blank.csv": "nothing in it can be seen; export it again",
    "strange-headers.csv": "no layout fits its first row",
    "strange-rows.xlsx": r"no layout fits its first row \(2 cells, none of them a known header\)",
    "login-page.xlsx": "a web page or XML, often a login page saved by mistake; download",
    "error-message.csv": "JSON, often an error message saved by mistake; download",
    "packed.csv": "packed with gzip; unpack it",
    "report.pdf.xlsx": r"a PDF; download the export as \.xlsx or \.csv",
    "nul-bytes.csv": "line 3 holds NUL bytes",
    "open-quote.csv": "a quote is never closed, in the row that begins in line 3; download",
    "cut-off.csv": "cut off in row 4, its last; download it again",
    "cut-off.xlsx": "damaged or cut off, .* download it again",
    "two-encodings.csv": "line 5 is damaged, for it is no UTF-8 there; download",
    "mojibake.csv": "line 2 holds characters that were lost when the file was saved",
    "mojibake-headers.csv": "its text was read in a wrong encoding .* download it again",
    "locked.xlsx": r"workbook with a password; save it as \.xlsx without a password",
    "entities.xlsx": "it is damaged or no .xlsx workbook; download it again",
    "two-exports.csv": "row 5 is a second header, .* save each as a file of its own",
    "two-sheets.xlsx": "the sheets 'Sheet1', 'Sheet2' all hold exports; save each",
    "twin-columns.csv": r"the column '商家应收金额\(元\)（支付金额）' is in it 2 times, .* remove",
    "no-header.csv": r"no layout fits its first row \(6 cells, none of them a known header\)",
    "renamed-column.csv": "it looks like qianfan__orders, but .* not there: '支付时间'",
    "word.docx": "a document without sheets; download the export",
    "nested.zip": "its member 'inner.zip' is a ZIP inside the ZIP; put it into the inbox",
    "escaping.zip": r"its member '\.\./\.\./m002/b\.csv' has a path that leads out of the ZIP",
    "empty.zip": "an empty or damaged ZIP; download it again",
    "damaged.zip": "damaged or cut off, .* download it again",
}
# What is all right, though it does not look so: rows loaded and set aside.
LOADED = {
    "2024-09-01_2024-09-02.csv": (0, 0),
    "is-csv.xlsx": (3, 0),
    "is-workbook.csv": (3, 0),
    "tabs.csv": (3, 0),
    "old.xls": (2, 0),
    "other-lengths.csv": (1, 3),
    "ambiguous.csv": (1, 4),
    **dict.fromkeys(GOOD, (5, 0)),
}
RULES = {
    ("other-lengths.csv", 3): "row_has_other_length",
    ("other-lengths.csv", 4): "row_has_other_length",
    ("other-lengths.csv", 5): "row_has_other_length",
    ("ambiguous.csv", 3): "paid_at_unreadable",
    ("ambiguous.csv", 4): "row_has_other_length",
    ("ambiguous.csv", 5): "paid_amount_unreadable",
    ("ambiguous.csv", 6): "quantity_below_one",
}
HOSTILE_NAME = "a\nb\u202egnp.csv"


@dataclass(frozen=True)
class Morning:
    home: Home
    report: IngestReport
    secret: Path

    def file(self, name: str) -> FileAccount:
        (found,) = (one for one in self.report.files if one.file_name == name)
        return found


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    home = Home(tmp_path_factory.mktemp("bad") / "H")
    secret = home.root.parent / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
        homes.make_home(home)
        entries = [
            {"merchant_id": one, "name": {"en": f"Example {one}"}, "joined_on": "2024-03-01"}
            for one in ("m001", "m002")
        ]
        home.register_file.write_text(yaml.safe_dump({"merchants": entries}), encoding="utf-8")
        inbox = home.inbox / "m001"
        inbox.mkdir()
        old = Path(__file__).parents[1] / "unit" / "exports" / "orders.xls"
        contents = {**GOOD, **bad_files(secret), "old.xls": old.read_bytes()}
        for name, content in {**contents, HOSTILE_NAME: b"\x89PNG"}.items():
            (inbox / name).write_bytes(content)
        (inbox / "vanishing.csv").write_bytes(csv_bytes(lines(20)))
        (inbox / "link.csv").symlink_to(secret)
        (inbox / "link-to-nothing.csv").symlink_to(home.root / "nowhere")
        os.mkfifo(inbox / "pipe.csv")
        (inbox / "folder.xlsx").mkdir()
        (inbox / "folder.xlsx" / "inside.csv").write_bytes(csv_bytes(lines(30)))
        (home.inbox / "m999").mkdir()
        (home.inbox / "m999" / "stranger.csv").write_bytes(csv_bytes(lines(40)))
        (home.inbox / "nobodys.csv").write_bytes(csv_bytes(lines(50)))

        def vanish(text: str) -> None:
            if "vanishing.csv" in text:
                (inbox / "vanishing.csv").unlink(missing_ok=True)

        with open_workspace(home) as workspace:
            report = ingest(workspace, progress=vanish)
        yield Morning(home, report, secret)


@pytest.mark.parametrize("name", TOLD)
def test_what_is_wrong_is_told_in_one_sentence(morning: Morning, name: str) -> None:
    file = morning.file(name)
    assert file.status == ("unpacked" if name in ("nested.zip", "escaping.zip") else "held")
    assert re.match(rf"m001: {re.escape(name)}: .*{TOLD[name]}", file.problem or ""), file.problem
    assert (file.rows_read, file.closes) == (0, True)
    assert (file.problem or "").isprintable()


@pytest.mark.parametrize("name", LOADED)
def test_what_is_all_right_is_loaded(morning: Morning, name: str) -> None:
    file = morning.file(name)
    assert (file.status, file.problem) == ("loaded", None)
    assert (file.rows_loaded, file.rows_quarantined) == LOADED[name]


def test_every_row_that_is_wrong_is_set_aside_with_its_line_and_rule(morning: Morning) -> None:
    found = {}
    for folder in morning.home.quarantine.iterdir():
        for row in pq.read_table(folder).to_pylist():
            (name,) = (
                one.file_name
                for one in morning.report.files
                if one.file_sha256 == row["_file_sha256"]
            )
            found[name, row["_row_number"]] = row["rule"]
    assert found == RULES


def test_what_is_no_file_is_told_and_not_followed(morning: Morning) -> None:
    faults = sorted(item.fault for item in morning.report.landed if item.fault)
    inbox = morning.home.inbox / "m001"
    assert faults == [
        f"{inbox}/link-to-nothing.csv is a link; put the file itself there.",
        f"{inbox}/link.csv is a link; put the file itself there.",
        f"{inbox}/pipe.csv is no regular file; remove it from the inbox.",
        f"{inbox}/vanishing.csv vanished before it was read; put it there again if it counts.",
    ]


def test_a_folder_named_like_a_workbook_is_a_folder(morning: Morning) -> None:
    assert morning.file("inside.csv").rows_loaded == 3


def test_whose_it_is_must_be_known(morning: Morning) -> None:
    told = {file.file_name: file.problem or "" for file in morning.report.files}
    assert "merchant 'm999' is not in the register; add it" in told["stranger.csv"]
    assert "unclaimed, nothing in it says whose it is; move it" in told["nobodys.csv"]


def test_a_hostile_name_makes_no_second_line(morning: Morning) -> None:
    problem = morning.file(HOSTILE_NAME).problem
    assert problem == "m001: a b?gnp.csv: it is a picture; download the export as .xlsx or .csv."


def test_the_same_bytes_under_two_names_are_told_once_with_both(morning: Morning) -> None:
    problem = morning.file("nothing.csv").problem
    assert problem == (
        "m001: nothing.csv: it is empty; download the export again. "
        "The same content also came as nothing.xlsx."
    )


def test_no_file_of_this_machine_is_shown(morning: Morning) -> None:
    told = [file.problem or "" for file in morning.report.files]
    assert not any(SECRET in one or "secret" in one for one in told)
    leaks = [
        path
        for path in morning.home.root.rglob("*")
        if path.is_file() and not path.is_symlink() and SECRET.encode() in path.read_bytes()
    ]
    assert leaks == []
    assert (morning.home.inbox / "m002").exists() is False
    assert morning.secret.read_text(encoding="utf-8") == SECRET


def test_nothing_is_left_over_and_everything_adds_up(morning: Morning) -> None:
    assert morning.report.structural_faults == []
    assert [file.file_name for file in morning.report.files if not file.closes] == []
    named = {*TOLD, *LOADED, HOSTILE_NAME, "inside.csv", "stranger.csv", "nobodys.csv"}
    assert {file.file_name for file in morning.report.files} == named
    scratch = [
        path
        for folder in (morning.home.staged, morning.home.landing, morning.home.raw)
        for path in folder.rglob("*")
        if path.name.startswith(".") or (path.is_file() and folder == morning.home.staged)
    ]
    assert scratch == []
