"""What must hold whatever a file is: read or refused in one sentence, counted, nothing left."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.exports.effective import Receipt
from orchestration.exports.errors import ExportError
from orchestration.exports.identity import Identity
from orchestration.exports.landing import Archive, landed
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.owners import Owned
from orchestration.exports.reader import Reader, ReadResult, open_reader
from orchestration.exports.table.sniff import is_zip_of_files
from orchestration.exports.unpack import Limits, unpack
from orchestration.samples.workbooks import PERSONAL_MARK
from orchestration.sections import DuckDBSettings
from tests.fuzz.cases import Case

_RECEIVED = datetime(2024, 7, 24, 2, 0, tzinfo=UTC)
_LIMITS = Limits(members=50, bytes=50_000_000)
_OWNED = Owned(("s-1",), {"juguang": ("7001",)})
# A sentence for a person, even one that lists the headers of a wide file.
_LONGEST_SENTENCE = 6_000


class Broken(Exception):  # noqa: N818 - it names what was found
    """A file for which one of the promises does not hold."""


class Judge:
    """Reads one file after the other, as an ingest does, and looks at what came of it."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self._folder = folder
        self._reader = reader
        self._files = 0

    def judge(self, case: Case) -> str:
        """Whether the file was `read` or `refused`.

        Raises:
            Broken: a promise is broken.
            Exception: anything that an ingest would not have foreseen.
        """
        self._files += 1
        archive = Archive(self._folder / "landing")
        path = self._folder / f"file-{self._files}"
        path.write_bytes(case.content)
        try:
            if not is_zip_of_files(path):
                return self._read(path, case.name, case)
            unpacked = unpack(path, case.name, archive, _LIMITS)
            _look_at_sentences(unpacked.faults)
            fates = [
                self._read(
                    landed(self._folder / "landing", member.archived.sha256), member.name, None
                )
                for member in unpacked.members
            ]
            return "read" if "read" in fates else "refused"
        finally:
            path.unlink()
            self._look_for_scratch()

    def _read(self, path: Path, name: str, case: Case | None) -> str:
        digest = sha256(path.read_bytes()).hexdigest()
        try:
            result = self._reader.read(
                path,
                merchant_id="m001",
                file_sha256=digest,
                receipts=[Receipt(name, _RECEIVED)],
                owned=_OWNED,
            )
        except ExportError as error:
            _look_at_sentences([str(error)])
            # What was moved out of its column may stand in place of a header, which is told.
            if case is not None and case.is_steady and PERSONAL_MARK in str(error):
                raise Broken(f"a person is named: {error}") from error
            return "refused"
        try:
            _look_at(result, case)
        finally:
            result.staged_path.unlink()
        return "read"

    def _look_for_scratch(self) -> None:
        left = [path for path in (self._folder / "staged").rglob("*") if path.is_file()]
        left += (self._folder / "landing").glob(".*")
        if left:
            raise Broken(f"files are left over: {left}")


def _look_at_sentences(sentences: list[str]) -> None:
    for sentence in sentences:
        if not sentence or len(sentence) > _LONGEST_SENTENCE:
            raise Broken(f"it is told in {len(sentence):,} characters: {sentence[:200]}")


def _look_at(result: ReadResult, case: Case | None) -> None:
    rows = pq.read_table(result.staged_path)
    if result.rows_read != result.rows_staged + sum(result.skipped.values()):
        raise Broken(f"{result.rows_read} rows, but {result.rows_staged} and {result.skipped}")
    titles = result.skipped.get("title", 0)
    if rows.num_rows != result.rows_read - titles:
        raise Broken(f"{rows.num_rows} rows staged of {result.rows_read}")
    if len(set(rows["_row_number"].to_pylist())) != rows.num_rows:
        raise Broken("two rows have one number")
    if case is None:
        return
    if case.rows is not None and case.rows != rows.num_rows:
        raise Broken(f"{rows.num_rows} rows of {case.rows}")
    if case.is_steady and PERSONAL_MARK in repr(rows.to_pydict()):
        raise Broken("a person is in what was read")


@contextmanager
def a_judge() -> Iterator[Judge]:
    """A judge with a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="seedbed-fuzz-") as name:
        folder = Path(name)
        (folder / "landing").mkdir()
        with open_reader(
            folder / "staged", load_layouts(), Identity(bytes(32)), DuckDBSettings()
        ) as reader:
            yield Judge(folder, reader)
