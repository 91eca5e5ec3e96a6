"""Read one archived file, and find out whose it is. Nothing is written into the state here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestration.exports.effective import Receipt
from orchestration.exports.errors import ExportError, WrongOwner
from orchestration.exports.landing import Archive
from orchestration.exports.reader import Reader, ReadResult
from orchestration.exports.repairs import Repairs
from orchestration.flow.claims import NOBODY
from orchestration.flow.owners import IdKey, Owners, named_ids, registered
from orchestration.register import Register
from orchestration.state.manifest import Content
from orchestration.state.models import File

# A file of many accounts needs not list them all in one sentence.
_IDS_SHOWN = 5


@dataclass(frozen=True)
class Waiting:
    """A file to be read, the names under which it came, and its mended cells by merchant."""

    file: File
    receipts: Sequence[Receipt]
    repairs: dict[str, Repairs] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        return self.receipts[0].file_name


@dataclass(frozen=True)
class FileRead:
    """What came of a file: rows that are staged, or why there are none.

    `merchant_id` is whose it is; it may have been nobody's before. `new_ids` are those that it
    names and nobody was known to own.
    """

    waiting: Waiting
    merchant_id: str
    result: ReadResult | None = None
    fault: str | None = None
    new_ids: frozenset[IdKey] = frozenset()

    @property
    def content(self) -> Content:
        return self.merchant_id, self.waiting.file.file_sha256


class Desk:
    """Reads one file after the other, and learns from each whose the ids are that it names."""

    def __init__(
        self, archive: Archive, reader: Reader, register: Register, owners: Owners
    ) -> None:
        self._archive = archive
        self._reader = reader
        self._register = register
        self._owners = owners
        # What other files named is no ground for what rows are given: it would depend on their
        # order.
        self._registered = registered(register)

    def read(self, item: Waiting) -> FileRead:
        """Stage a file, or say in one sentence why it is held."""
        merchant_id = item.file.merchant_id
        if fault := self._unregistered(item):
            return FileRead(item, merchant_id, fault=fault)
        try:
            if merchant_id == NOBODY:
                merchant_id = self._owner(item)
            return self._read(item, merchant_id)
        except ExportError as error:
            return FileRead(item, merchant_id, fault=str(error))

    def _unregistered(self, item: Waiting) -> str | None:
        merchant_id = item.file.merchant_id
        if merchant_id == NOBODY or self._register.get(merchant_id) is not None:
            return None
        return (
            f"{item.file_name}: merchant '{merchant_id}' is not in the register; "
            "add it to merchants.yml and run ingest again."
        )

    def _staged(self, item: Waiting, merchant_id: str) -> ReadResult:
        with self._archive.opened(item.file.file_sha256) as content:
            return self._reader.read(
                content,
                merchant_id=merchant_id,
                file_sha256=item.file.file_sha256,
                receipts=item.receipts,
                owned=self._registered.of_merchant(merchant_id),
                repairs=item.repairs.get(merchant_id),
            )

    def _read(self, item: Waiting, merchant_id: str) -> FileRead:
        result = self._staged(item, merchant_id)
        named = named_ids(result.source, result.owner_ids)
        others = self._owners.of_ids(named) - {merchant_id}
        if others:
            result.staged_path.unlink()
            raise WrongOwner(
                f"{item.file_name}: it names shops or accounts of {', '.join(sorted(others))}, "
                f"and came for {merchant_id}; move it into the right inbox folder, or mend "
                "the register."
            )
        new_ids = frozenset(key for key in named if key not in self._owners.by_id)
        self._owners = self._owners.and_these(merchant_id, new_ids)
        return FileRead(item, merchant_id, result, new_ids=new_ids)

    def _owner(self, item: Waiting) -> str:
        """Whose a file of nobody is, by the ids that it names.

        Raises:
            ExportError: it cannot be read, or its ids are nobody's or several merchants'.
        """
        result = self._staged(item, NOBODY)
        result.staged_path.unlink()
        named = named_ids(result.source, result.owner_ids)
        found = sorted(self._owners.of_ids(named))
        if len(found) > 1:
            raise WrongOwner(
                f"{item.file_name}: it names shops or accounts of {', '.join(found)}; "
                "export those of each merchant to a file of its own."
            )
        if not found:
            raise WrongOwner(_unclaimed(item.file_name, named))
        return found[0]


def _unclaimed(file_name: str, named: set[IdKey]) -> str:
    ids = ", ".join(f"{kind} {owned_id}" for kind, _, owned_id in sorted(named)[:_IDS_SHOWN])
    why = f"{ids} is in no register entry" if named else "nothing in it says whose it is"
    return (
        f"{file_name}: unclaimed, {why}; move it into inbox/<merchant_id>/, run "
        f"`seedbed ingest --merchant M {file_name}`, or ask `seedbed merchants suggest`."
    )
