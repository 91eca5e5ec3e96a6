"""ZIPs in the inbox: members become files of their own, once, with what names and folders tell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flow_kit import (
    MONDAY,
    account,
    covered,
    loaded_rows,
    run_ingest,
    statuses,
    week_of_orders,
)
from sqlalchemy import select

from orchestration.exports.landing import landed
from orchestration.flow.corrections import reinstate, withdraw
from orchestration.flow.landing.land import land
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import export_name, write_orders
from orchestration.state.models import File, Receipt

pytestmark = pytest.mark.slow

NAME = export_name(MONDAY)
PACKED_AT = (2024, 9, 9, 9, 31, 0)


def workbook(tmp_path: Path, rows: int = 30, first: int = 0) -> bytes:
    """An order export of some of a week's lines."""
    path = write_orders(tmp_path / "made.xlsx", week_of_orders()[first : first + rows])
    content = path.read_bytes()
    path.unlink()
    return content


def zip_of(members: Mapping[str, bytes], *, locked: str | None = None) -> bytes:
    """A ZIP of these members; one of them may say that it has a password."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, PACKED_AT), content)
            if name == locked:
                archive.infolist()[-1].flag_bits |= 0x1
    return packed.getvalue()


def drop(home: Home, place: str, content: bytes) -> Path:
    path = home.inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def receipts(home: Home) -> dict[str, Receipt]:
    """Every receipt by its merchant and name."""
    with open_workspace(home) as workspace, workspace.store.session() as session:
        return {f"{r.merchant_id}/{r.file_name}": r for r in session.scalars(select(Receipt))}


def test_members_are_read_like_files_that_were_dropped_and_the_zip_has_no_rows(
    home: Home, tmp_path: Path
) -> None:
    content = zip_of({NAME: workbook(tmp_path), "六月/more.csv": b"a,b\r\n1,2\r\n"})
    drop(home, "m001/七月.zip", content)
    report = run_ingest(home)
    assert statuses(report) == {
        "m001/七月.zip": "unpacked",
        f"m001/七月.zip/{NAME}": "loaded",
        "m001/七月.zip/六月/more.csv": "held",
    }
    whole = account(report, "m001", "七月.zip")
    assert (whole.rows_read, whole.closes, whole.problem) == (0, True, None)
    assert whole in report.touched
    assert account(report, "m001", f"七月.zip/{NAME}").rows_loaded == loaded_rows(home).num_rows > 0
    assert [item.is_new for item in report.landed] == [True, True, True]
    assert landed(home.landing, whole.file_sha256).read_bytes() == content


def test_a_member_has_its_own_days_and_folder_and_the_time_that_the_zip_tells(
    home: Home, tmp_path: Path
) -> None:
    members = {
        "own 2024-09-02_2024-09-03.xlsx": workbook(tmp_path, 5),
        "2024-09-04_2024-09-05/7001/folder.xlsx": workbook(tmp_path, 6),
        "zip.xlsx": workbook(tmp_path, 7),
    }
    drop(home, "m001/7002/all 2024-09-06_2024-09-07.zip", zip_of(members))
    run_ingest(home)
    found = {name.rpartition("/")[2]: receipt for name, receipt in receipts(home).items()}
    archive = found.pop("all 2024-09-06_2024-09-07.zip")
    assert (archive.folder, archive.told_at) == ("7002", None)
    assert {name: (r.declared_from, r.declared_to, r.folder) for name, r in found.items()} == {
        "own 2024-09-02_2024-09-03.xlsx": (date(2024, 9, 2), date(2024, 9, 3), "7002"),
        "folder.xlsx": (date(2024, 9, 4), date(2024, 9, 5), "7002/2024-09-04_2024-09-05/7001"),
        "zip.xlsx": (date(2024, 9, 6), date(2024, 9, 7), "7002"),
    }
    assert {r.told_at for r in found.values()} == {datetime(2024, 9, 9, 1, 31, tzinfo=UTC)}
    assert {(row["covered_from"].day, row["covered_to"].day) for row in covered(home)} == {
        (2, 3),
        (4, 5),
        (6, 7),
    }


def test_an_impossible_range_in_a_members_name_is_told_and_the_others_go_on(
    home: Home, tmp_path: Path
) -> None:
    members = {"2024-06-30_2024-06-24.xlsx": b"x", NAME: workbook(tmp_path)}
    drop(home, "m001/a.zip", zip_of(members))
    report = run_ingest(home)
    assert statuses(report) == {"m001/a.zip": "unpacked", f"m001/a.zip/{NAME}": "loaded"}
    problem = account(report, "m001", "a.zip").problem or ""
    assert problem.startswith("m001: a.zip: its member 2024-06-30_2024-06-24.xlsx: ")
    assert "ends before it begins" in problem


def test_a_zip_is_unpacked_once_and_a_member_that_is_known_stays_one_file(
    home: Home, tmp_path: Path
) -> None:
    rows = workbook(tmp_path)
    drop(home, f"m001/{NAME}", rows)
    drop(home, "m001/a.zip", zip_of({NAME: rows}))
    first = run_ingest(home)
    assert sorted(statuses(first).values()) == ["loaded", "unpacked"]
    assert set(receipts(home)) == {f"m001/{NAME}", "m001/a.zip", f"m001/a.zip/{NAME}"}
    second = run_ingest(home)
    assert (second.touched, statuses(second), second.exit_code) == ([], statuses(first), 0)


def test_a_zip_under_another_name_gives_its_members_that_name_too(
    home: Home, tmp_path: Path
) -> None:
    content = zip_of({"a.xlsx": workbook(tmp_path)})
    drop(home, "m001/one.zip", content)
    run_ingest(home)
    drop(home, "m001/2024-09-02_2024-09-05/two.zip", content)
    report = run_ingest(home)
    assert "m001/two.zip/a.xlsx" in receipts(home)
    assert sorted(statuses(report).values()) == ["loaded", "unpacked"]
    assert [(row["covered_from"].day, row["covered_to"].day) for row in covered(home)] == [(2, 5)]
    assert run_ingest(home).touched == []


def test_members_of_an_unclaimed_zip_go_to_whoever_claims_it(home: Home, tmp_path: Path) -> None:
    loose = drop(home, "a.zip", zip_of({NAME: workbook(tmp_path)}))
    report = run_ingest(home)
    assert statuses(report) == {"/a.zip": "unpacked", f"/a.zip/{NAME}": "held"}
    claimed = run_ingest(home, loose, merchant_id="m001")
    assert statuses(claimed) == {"m001/a.zip": "unpacked", f"m001/a.zip/{NAME}": "loaded"}


def test_what_cannot_be_unpacked_is_told_until_somebody_decides(home: Home, tmp_path: Path) -> None:
    locked = zip_of({"locked.xlsx": b"x", NAME: workbook(tmp_path)}, locked="locked.xlsx")
    drop(home, "m001/a.zip", locked)
    first = run_ingest(home)
    assert first.exit_code == 3
    told = "m001: a.zip: its member 'locked.xlsx' has a password; pack it without one."
    assert account(first, "m001", "a.zip").problem == told
    assert account(first, "m001", f"a.zip/{NAME}").status == "loaded"
    second = run_ingest(home)
    assert (second.touched, second.exit_code) == ([], 0)
    assert account(second, "m001", "a.zip").problem == told
    with open_workspace(home) as workspace:
        withdraw(workspace, account(first, "m001", "a.zip").file_sha256)
    assert account(run_ingest(home), "m001", "a.zip").problem is None
    assert account(run_ingest(home), "m001", f"a.zip/{NAME}").status == "loaded"


def test_a_limit_that_is_raised_lets_a_zip_in_that_has_left_the_inbox(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEDBED_INBOX__ZIP_MEMBERS", "1")
    path = drop(home, "m001/a.zip", zip_of({NAME: workbook(tmp_path), "b.csv": b"x"}))
    refused = run_ingest(home)
    assert statuses(refused) == {"m001/a.zip": "unpacked"}
    assert "2 members, more than 1" in (account(refused, "m001").problem or "")
    path.unlink()
    assert run_ingest(home).exit_code == 3
    monkeypatch.delenv("SEEDBED_INBOX__ZIP_MEMBERS")
    report = run_ingest(home)
    assert account(report, "m001", f"a.zip/{NAME}").status == "loaded"
    assert account(report, "m001", "a.zip").problem is None


def test_a_zip_that_an_older_version_held_is_unpacked(home: Home, tmp_path: Path) -> None:
    drop(home, "m001/a.zip", zip_of({NAME: workbook(tmp_path)}))
    with open_workspace(home) as workspace:
        land(workspace)
        with workspace.store.session() as session:
            (whole,) = session.scalars(select(File).where(File.status == "unpacked"))
            whole.status, whole.reader_revision = "held", None
            whole.reason = "a.zip: it is a ZIP archive of other files."
    report = run_ingest(home)
    assert sorted(statuses(report).values()) == ["loaded", "unpacked"]
    assert account(report, "m001", "a.zip").problem is None


def test_a_reinstated_zip_is_unpacked_again(home: Home, tmp_path: Path) -> None:
    drop(home, "m001/a.zip", zip_of({NAME: workbook(tmp_path)}))
    sha256 = account(run_ingest(home), "m001", "a.zip").file_sha256
    with open_workspace(home) as workspace:
        withdraw(workspace, sha256)
    assert account(run_ingest(home), "m001", "a.zip").status == "withdrawn"
    with open_workspace(home) as workspace:
        reinstate(workspace, sha256)
    assert account(run_ingest(home), "m001", "a.zip").status == "unpacked"


def test_a_zip_that_is_cut_off_is_held_and_stops_nobody(home: Home, tmp_path: Path) -> None:
    content = zip_of({"a.xlsx": workbook(tmp_path, 9), NAME: workbook(tmp_path)})
    # What is left ends with a whole workbook, which is a ZIP with an end of its own.
    drop(home, "m001/cut.zip", content[: content.rindex(b"PK\x01\x02") + 40])
    drop(home, "m002/whole.zip", content)
    report = run_ingest(home)
    assert account(report, "m001").status == "held"
    assert "cut.zip: it is damaged or cut off" in (account(report, "m001").problem or "")
    assert account(report, "m002", f"whole.zip/{NAME}").status == "loaded"
