"""The one reader: an archived export file in, one staged Parquet and its account out.

Rows pass piece by piece: text cells are typed in threads, and written in their order. Only mapped
columns are ever turned into text; the others are dropped as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.exports.ahead import done_ahead
from orchestration.exports.coverage import DayRange, day_runs
from orchestration.exports.effective import EffectiveTime, Receipt, file_period, terms_for
from orchestration.exports.errors import UnreadableFile
from orchestration.exports.identity import Identity
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.engine import engine
from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.layout.rows import Terms
from orchestration.exports.owners import Owned, known_ids
from orchestration.exports.repairs import Repairs, mended_pieces, reader_revision
from orchestration.exports.staged_account import StagedAccount
from orchestration.exports.staged_file import staged_file
from orchestration.exports.table.cell_batches import CellBatches, Piece
from orchestration.exports.table.plain_text import NotPlain, open_plain
from orchestration.exports.table.sheet_choice import recognised_sheet
from orchestration.exports.values.skips import SkipWhen
from orchestration.exports.values.typed_rows import RowTyping, Told
from orchestration.files import replacing
from orchestration.sections import DuckDBSettings
from orchestration.state.manifest import Address

# One more with every change that gives other rows for the same bytes and layout.
READER_REVISION = "r3"


@dataclass(frozen=True)
class ReadResult:
    """What one file held. rows_read = rows_staged + sum(skipped.values()), always.

    `effective_at` is in UTC; days are Shanghai days of the layout's date columns over all rows
    whose date can be read, skipped and faulty ones too; `row_day_runs` are [first, last] of each
    run of days that have rows, as ISO text. `period` are the days that the file speaks of as a
    whole, if it tells them outside of its rows. `unknown_headers` are names only. `owner_ids`
    are the shops and accounts that its rows name.
    """

    source: str
    layout_revision: str
    reader_revision: str
    staged_path: Path
    rows_read: int
    rows_staged: int
    skipped: dict[str, int]
    unknown_headers: tuple[str, ...]
    effective_at: datetime
    is_effective_at_assumed: bool
    first_row_date: date | None
    last_row_date: date | None
    row_day_runs: list[list[str]]
    period: DayRange | None
    owner_ids: Mapping[str, tuple[str, ...]]


class Reader:
    """Reads files one after the other; made by `open_reader`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        pool: ThreadPoolExecutor,
        threads: int,
        staged: Path,
        book: LayoutBook,
        identity: Identity,
    ) -> None:
        self._connection = connection
        self._pool = pool
        self._threads = threads
        self._staged = staged
        self._book = book
        self._identity = identity

    def read(
        self,
        content: Path,
        *,
        merchant_id: str,
        file_sha256: str,
        receipts: Sequence[Receipt],
        owned: Owned | None = None,
        repairs: Repairs | None = None,
    ) -> ReadResult:
        """Read one archived file into `<staged>/<source>/<address>.parquet`.

        Args:
            content: the archived bytes (see `landing.landed`).
            merchant_id: whose file it is.
            file_sha256: hash of the bytes; a part of the address and of every row.
            receipts: under which names it came, oldest first; at least one. The first name is
                the one that messages use.
            owned: shops and accounts of the merchant, for rows that do not name theirs.
            repairs: cells that a person mended, by row and column.

        Raises:
            ExportError: the file cannot be opened, or its headers fit no layout; nothing is
                written.
        """
        ask = _Question(
            content, merchant_id, file_sha256, receipts, owned or Owned(), repairs or {}
        )
        plain = None if ask.repairs else open_plain(content, ask.file_name, self._book)
        if plain is not None:
            try:
                return self._read_table(ask, plain)
            except NotPlain:
                # What is unusual about it is found, judged and told by the thorough way.
                pass
        return self._read_table(ask, None)

    def _read_table(self, ask: _Question, plain: CellBatches | None) -> ReadResult:
        table, found = recognised_sheet(ask.content, ask.file_name, self._book, plain)
        terms, effective = terms_for(found.layout, ask.receipts, table.titles)
        period = _period(ask, found, terms)
        revision = reader_revision(READER_REVISION, ask.repairs)
        address = Address(ask.merchant_id, ask.file_sha256, found.layout.revision, revision)
        same = {
            "merchant_id": ask.merchant_id,
            "_file_sha256": ask.file_sha256,
            "_layout_revision": found.layout.revision,
            "_reader_revision": revision,
            "_effective_at": effective.at.replace(tzinfo=None),
        }
        told = Told(known_ids(found, terms, ask.owned, ask.receipts), period)
        typing = RowTyping(
            found,
            terms,
            told,
            self._identity.keys_of(ask.merchant_id),
            SkipWhen(self._connection, terms),
        )
        target = self._staged / found.layout.source / f"{address.stem}.parquet"
        account = StagedAccount(told.known)
        with (
            replacing(target, sync_folder=False) as scratch,
            staged_file(scratch, typing.schema, same, table.first_row) as file,
        ):
            for rows in self._typed(_pieces(ask, table, found), typing):
                file.add(rows)
                account.add(rows)
        return _result(found, address, target, effective, account, len(table.titles), period)

    def _typed(self, pieces: Iterator[Piece], typing: RowTyping) -> Iterator[pa.RecordBatch]:
        tasks = (partial(_typed_piece, piece, typing) for piece in pieces)
        return done_ahead(self._pool, tasks, ahead=self._threads)


@contextmanager
def open_reader(
    staged: Path, book: LayoutBook, identity: Identity, settings: DuckDBSettings
) -> Iterator[Reader]:
    """A reader that writes below `staged`; `identity` turns buyer numbers into keys."""
    staged.mkdir(parents=True, exist_ok=True)
    with engine(settings) as connection, ThreadPoolExecutor(settings.threads) as pool:
        yield Reader(connection, pool, settings.threads, staged, book, identity)


@dataclass(frozen=True)
class _Question:
    """What is to be read."""

    content: Path
    merchant_id: str
    file_sha256: str
    receipts: Sequence[Receipt]
    owned: Owned
    repairs: Repairs

    @property
    def file_name(self) -> str:
        return self.receipts[0].file_name


def _pieces(ask: _Question, table: CellBatches, found: Recognised) -> Iterator[Piece]:
    pieces = table.pieces(found)
    return mended_pieces(pieces, table.first_row, ask.repairs, found) if ask.repairs else pieces


def _typed_piece(piece: Piece, typing: Callable[..., pa.RecordBatch]) -> pa.RecordBatch:
    return typing(piece())


def _period(ask: _Question, found: Recognised, terms: Terms) -> DayRange | None:
    period = file_period(ask.receipts, terms)
    if period is None and found.layout.needs_period:
        raise UnreadableFile(
            f"{ask.file_name}: neither its rows nor its name tell which days it speaks for; put it "
            "into a folder named like 2024-06-24_2024-06-30, or name the days with --covers."
        )
    return period


def _result(
    found: Recognised,
    address: Address,
    target: Path,
    effective: EffectiveTime,
    account: StagedAccount,
    titles: int,
    period: DayRange | None,
) -> ReadResult:
    skipped = dict(sorted(account.skipped.items())) | ({"title": titles} if titles else {})
    return ReadResult(
        source=found.layout.source,
        layout_revision=address.layout_revision,
        reader_revision=address.reader_revision,
        staged_path=target,
        rows_read=account.rows + titles,
        rows_staged=account.rows - sum(account.skipped.values()),
        skipped=skipped,
        unknown_headers=found.unknown,
        effective_at=effective.at,
        is_effective_at_assumed=effective.is_assumed,
        first_row_date=min(account.days, default=None),
        last_row_date=max(account.days, default=None),
        row_day_runs=day_runs(frozenset(account.days)),
        period=period,
        owner_ids={name: tuple(sorted(ids)) for name, ids in account.owner_ids.items() if ids},
    )
