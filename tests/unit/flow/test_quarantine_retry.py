"""`quarantine retry`: what a person mends is loaded, all else is told row by row, and stays so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flow_kit import account, handed_over, loaded_rows, run_ingest
from quarantine_kit import (
    AMOUNT,
    BUYER,
    DDE,
    FAULTS,
    MARKUP,
    ORDER,
    PIECES,
    broken_home,
    copy_of,
    discarded,
    every_text,
    exported,
    fates,
    lists,
    mended,
    retries,
    shown_rows,
    typed,
    undoes,
)

from orchestration.exports.identity import customer_key_for, load_identity_key
from orchestration.flow.quarantine.judge import Fate
from orchestration.flow.quarantine.mended import mended_rows
from orchestration.flow.quarantine.retry import RetryReport
from orchestration.flow.quarantine.rows import Choice, QuarantineError
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.state.models import Repair

pytestmark = pytest.mark.slow

# A buyer number that stands in no file, so that it can be looked for anywhere.
TYPED_BUYER = "998877665544"


class Mended:
    """A home whose rows were mended with one workbook, and what came of it."""

    def __init__(self, root: Path) -> None:
        self.home, self.good = broken_home(root / "H")
        self.before = copy_of(self.home, root / "before")
        self.workbook = exported(self.home, root / "mended.xlsx")
        self.correct()
        self.report: RetryReport = retries(self.home, self.workbook)

    def cell(self, line: int, header: str) -> str:
        """What a cell should have said."""
        return self.good[line - 2][header]

    def correct(self) -> None:
        path = self.workbook
        typed(path, 2, {AMOUNT: self.cell(2, AMOUNT)})
        typed(path, 3, {PIECES: 4})
        typed(path, 4, {BUYER: TYPED_BUYER})
        typed(path, 5, {PIECES: self.cell(5, PIECES), AMOUNT: self.cell(5, AMOUNT)})
        discarded(path, 6)
        typed(path, 7, {ORDER: "7.65432E+17"})
        typed(path, 8, {AMOUNT: "abc"})


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Mended:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
        return Mended(tmp_path_factory.mktemp("mended"))


@pytest.fixture
def before(done: Mended, tmp_path: Path) -> Home:
    """The home before anything was mended."""
    return copy_of(done.before, tmp_path / "before")


@pytest.fixture
def after(done: Mended, tmp_path: Path) -> Home:
    """The home after the workbook was taken."""
    return copy_of(done.home, tmp_path / "after")


def _raw_rows(home: Home) -> dict[int, dict[str, object]]:
    return {row["_row_number"]: row for row in loaded_rows(home).to_pylist()}


def _state(home: Home) -> dict[str, bytes]:
    folders = (home.raw, home.quarantine, home.staged, home.held, home.handover)
    return {str(p): p.read_bytes() for top in folders for p in top.rglob("*") if p.is_file()}


# --- what becomes of the rows


def test_every_row_has_its_own_fate(done: Mended) -> None:
    assert fates(done.report) == {
        2: Fate.LOADED,
        3: Fate.LOADED,
        4: Fate.LOADED,
        5: Fate.LOADED,
        6: Fate.DISCARDED,
        7: Fate.REFUSED,
        8: Fate.STILL_QUARANTINED,
    }
    assert done.report.exit_code == 3
    why = {one.line: one.sentence for one in done.report.outcomes}
    assert "last digits are lost" in why[7]
    assert "no amount in yuan" in why[8]
    assert "line was paid" not in why[8]


def test_mended_cells_are_in_raw_and_all_others_as_the_file_has_them(done: Mended) -> None:
    rows = _raw_rows(done.home)
    assert str(rows[2]["paid_amount"]) == done.cell(2, AMOUNT).replace(",", "")
    assert rows[3]["quantity"] == 4
    assert str(rows[5]["paid_amount"]) == done.cell(5, AMOUNT).replace(",", "")
    assert rows[2]["item_name"] == DDE
    assert rows[3]["item_name"] == MARKUP
    assert set(rows) == set(range(2, len(done.good) + 2)) - {6, 7, 8}


def test_every_row_of_the_file_is_accounted_for(done: Mended) -> None:
    (file,) = [f for f in handed_over(done.home, "files") if f["merchant_id"] == "m001"]
    assert (file["rows_loaded"], file["rows_quarantined"]) == (len(done.good) - 3, 2)
    assert (file["rows_held"], file["rows_skipped"]) == (0, 1)
    assert file["rows_read"] == len(done.good)


def test_a_mended_buyer_is_hashed_at_once_and_its_number_is_nowhere(done: Mended) -> None:
    key = customer_key_for(load_identity_key(done.home.identity_key), "m001")(TYPED_BUYER)
    assert _raw_rows(done.home)[4]["customer_key"] == key
    assert TYPED_BUYER not in every_text(done.home)
    with open_workspace(done.home) as workspace, workspace.store.session() as session:
        assert TYPED_BUYER not in " ".join(repair.text for repair in session.query(Repair))


def test_raw_rows_of_a_mended_file_say_so_and_older_ones_stay(done: Mended) -> None:
    (was,) = [f for f in handed_over(done.before, "files") if f["merchant_id"] == "m001"]
    (now,) = [f for f in handed_over(done.home, "files") if f["merchant_id"] == "m001"]
    assert now["layout_revision"] == was["layout_revision"]
    assert now["reader_revision"].startswith(f"{was['reader_revision']}m")
    untouched = done.before.raw.rglob(f"*{was['reader_revision']}.parquet")
    for path in untouched:
        same = done.home.raw / path.relative_to(done.before.raw)
        assert same.read_bytes() == path.read_bytes()


# --- again


def test_the_same_workbook_again_changes_nothing_and_says_so(done: Mended, after: Home) -> None:
    state = _state(after)
    report = retries(after, done.workbook)
    assert report.changed_nothing
    assert fates(report) == dict.fromkeys(FAULTS, Fate.ALREADY_MENDED) | {7: Fate.REFUSED}
    (still,) = [one for one in report.outcomes if one.line == 8]
    assert "no amount in yuan" in still.sentence
    assert still.is_undecided
    assert report.exit_code == 3
    assert _state(after) == state


def test_a_fresh_workbook_has_what_is_left_and_mends_it(
    done: Mended, after: Home, tmp_path: Path
) -> None:
    path = exported(after, tmp_path / "second.xlsx")
    rows = shown_rows(path)
    assert set(rows) == {7, 8}
    assert rows[8][AMOUNT] == "abc"
    typed(path, 8, {AMOUNT: done.cell(8, AMOUNT)})
    typed(path, 7, {ORDER: done.cell(7, ORDER)})
    report = retries(after, path)
    assert fates(report) == {7: Fate.LOADED, 8: Fate.LOADED}
    assert report.exit_code == 0
    assert lists(after).exit_code == 0
    assert set(_raw_rows(after)) == set(range(2, len(done.good) + 2)) - {6}


def test_a_workbook_that_nobody_touched_changes_nothing(before: Home, tmp_path: Path) -> None:
    state = _state(before)
    for way in ({}, {"from_landing": True}, {"from_landing": True, "personal": True}):
        report = retries(before, exported(before, tmp_path / "q.xlsx", **way))
        assert set(fates(report).values()) == {Fate.UNCHANGED}
        assert report.exit_code == 3
    assert _state(before) == state
    assert mended(before) == []


def test_a_dry_run_says_what_would_be_taken_and_writes_nothing(done: Mended, before: Home) -> None:
    state = _state(before)
    report = retries(before, done.workbook, dry_run=True)
    assert fates(report) == {
        **dict.fromkeys((2, 3, 4, 5, 8), Fate.WOULD_MEND),
        6: Fate.WOULD_DISCARD,
        7: Fate.REFUSED,
    }
    assert _state(before) == state
    assert mended(before) == []


def test_a_retry_that_was_killed_after_it_wrote_the_repairs_is_completed(
    done: Mended, before: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("orchestration.flow.quarantine.retry.bring_in", killed)
        with pytest.raises(KeyboardInterrupt):
            retries(before, done.workbook)
    retries(before, done.workbook)
    assert loaded_rows(before).equals(loaded_rows(done.home))


# --- lineage


def test_a_rebuild_from_the_backup_set_gives_the_same_rows(done: Mended, after: Home) -> None:
    waiting = lists(after).as_dict()
    for folder in (after.raw, after.staged, after.quarantine):
        shutil.rmtree(folder)
        folder.mkdir()
    report = run_ingest(after)
    assert report.exit_code == 3
    assert loaded_rows(after).equals(loaded_rows(done.home))
    assert lists(after).as_dict() == waiting


def test_what_was_mended_is_told_with_old_and_new(done: Mended) -> None:
    rows = {row.line: row for row in mended(done.home)}
    assert set(rows) == {2, 3, 4, 5, 6, 8}
    assert {row.workbook for row in rows.values()} == {"mended.xlsx"}
    assert {row.mended_at.isoformat() for row in rows.values()} == {"2024-09-16T02:00:00+00:00"}
    (cell,) = rows[2].cells
    assert (cell.header, cell.old, cell.new) == (AMOUNT, "1,23", done.cell(2, AMOUNT))
    assert {(c.header, c.old) for c in rows[5].cells} == {(AMOUNT, "-5.00"), (PIECES, "0")}
    assert (rows[8].cells[0].old, rows[8].cells[0].new) == (None, "abc")
    assert (rows[6].is_discarded, rows[6].cells) == (True, [])
    # A buyer number is shown neither as it was nor as it was typed.
    assert TYPED_BUYER not in str(rows[4])
    assert "1.23E+17" not in str(rows[4])


def test_what_was_mended_is_told_though_its_file_is_gone(done: Mended, after: Home) -> None:
    for path in after.landing.rglob("*"):
        if path.is_file():
            path.unlink()
    with open_workspace(after) as workspace:
        rows, (note,) = mended_rows(workspace, Choice())
    assert {row.line for row in rows} == {2, 3, 4, 5, 6, 8}
    assert "restore landing/" in note
    assert rows[0].cells[0].new == done.cell(2, AMOUNT)


def test_undo_gives_a_row_back_as_its_file_has_it(done: Mended, after: Home) -> None:
    sha = done.report.outcomes[0].file_sha256
    undone = undoes(after, sha[:8], 2)
    assert (undone.fate, undone.exit_code) == (Fate.STILL_QUARANTINED, 3)
    assert 2 not in _raw_rows(after)
    assert 2 not in {row.line for row in mended(after)}
    undone = undoes(after, sha, 6, merchant_id="m001")
    assert undone.fate is Fate.STILL_QUARANTINED
    assert {row.line for row in mended(after)} == {3, 4, 5, 8}
    # What was taken once can be taken again now.
    again = fates(retries(after, done.workbook, dry_run=True))
    assert (again[2], again[6], again[3]) == (
        Fate.WOULD_MEND,
        Fate.WOULD_DISCARD,
        Fate.ALREADY_MENDED,
    )


@pytest.mark.parametrize(
    ("sha", "line", "fault"), [("xyz", 2, "No mended row"), ("", 7, "line 7 of a file")]
)
def test_undo_of_what_was_not_mended_is_refused(
    done: Mended, sha: str, line: int, fault: str
) -> None:
    with pytest.raises(QuarantineError, match=fault):
        undoes(done.home, sha, line)


def test_a_mended_file_that_is_withdrawn_and_taken_back_is_mended_still(
    done: Mended, after: Home
) -> None:
    from orchestration.flow.corrections import reinstate, withdraw

    sha = done.report.outcomes[0].file_sha256
    with open_workspace(after) as workspace:
        withdraw(workspace, sha)
    report = retries(after, done.workbook)
    withdrawn = [one for one in report.outcomes if one.line != 7]
    assert {one.fate for one in withdrawn} == {Fate.REFUSED}
    assert all("was withdrawn" in one.sentence for one in withdrawn)
    with open_workspace(after) as workspace:
        reinstate(workspace, sha)
    assert account(run_ingest(after), "m001").rows_loaded == len(done.good) - 3
    assert loaded_rows(after).equals(loaded_rows(done.home))
