"""The rulebook as a workbook that people edit, and back into its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.table.workbook import visible_sheets
from orchestration.files import write_private
from orchestration.incentives.checked_yaml import RulebookError, read_document
from orchestration.incentives.programmes.checks import faults_of
from orchestration.incentives.programmes.facts import FACTS_FILE, Facts
from orchestration.incentives.programmes.load import (
    PROGRAMMES_FOLDER,
    Programmes,
    load_programmes,
)
from orchestration.incentives.programmes.model import Programme
from orchestration.incentives.programmes.workbook.read import programmes_of
from orchestration.incentives.programmes.workbook.write import workbook_bytes
from orchestration.incentives.programmes.written import as_yaml
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK
from orchestration.incentives.taxonomies import load_taxonomies
from orchestration.register.workbook.cells import Cell
from orchestration.settings import now


@dataclass(frozen=True)
class ImportReport:
    """What an import wrote; `kept`: programmes of the folder that the workbook does not name.

    Where a file was there before, what it was lies beside it as `.bak`.
    """

    folder: Path
    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    faults: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return 1 if self.faults else 0

    def as_dict(self) -> dict[str, Any]:
        return vars(self).copy()


def export_rulebook(folder: Path, target: Path, *, overwrite: bool = False) -> int:
    """Write the programmes and facts of a folder as a workbook; gives how many programmes.

    Raises:
        RulebookError: they cannot be read, or there is such a file already.
    """
    if target.exists() and not overwrite:
        raise RulebookError(
            f"{target} is there already; name another file, or add --overwrite if nothing in it "
            "is to be kept."
        )
    programmes = load_programmes(folder, DEFAULT_RULEBOOK)
    write_private(target, workbook_bytes(programmes, now()))
    return len(programmes.documents)


def import_rulebook(path: Path, folder: Path) -> ImportReport:
    """Make the files of a folder say what a workbook says; with a fault nothing is written.

    A file that says so already is left as it is, with its comments. Programmes of the folder that
    the workbook does not name stay.

    Raises:
        RulebookError: the workbook or the folder cannot be read.
    """
    try:
        wanted = programmes_of(_sheets(path))
    except RulebookError as error:
        return ImportReport(folder, (), (), (), error.faults)
    named = {document.says.programme for document in wanted.documents}
    others = [one for one in _known(folder) if one.says.programme not in named]
    together = Programmes((*wanted.documents, *others), wanted.facts)
    kept = tuple(document.says.programme for document in others)
    if faults := faults_of(together, load_taxonomies(folder, DEFAULT_RULEBOOK)):
        return ImportReport(folder, (), (), kept, tuple(faults))
    written: list[str] = []
    unchanged: list[str] = []
    for target, says in _files(folder, wanted):
        name = str(target.relative_to(folder))
        (written if _write(target, says) else unchanged).append(name)
    return ImportReport(folder, tuple(written), tuple(unchanged), kept)


def _known(folder: Path) -> Sequence[Any]:
    """The programmes that a folder has itself; it need not have any."""
    has_own = (folder / PROGRAMMES_FOLDER).is_dir()
    return load_programmes(folder, DEFAULT_RULEBOOK).documents if has_own else ()


def _files(folder: Path, wanted: Programmes) -> Iterator[tuple[Path, BaseModel]]:
    for document in wanted.documents:
        yield folder / PROGRAMMES_FOLDER / f"{document.says.programme}.yml", document.says
    yield folder / FACTS_FILE, wanted.facts.says


def _write(target: Path, says: Programme | Facts | BaseModel) -> bool:
    """Make a file say this; gives False if it does already."""
    if target.exists():
        try:
            if read_document(target, type(says)).says == says:
                return False
        except RulebookError:
            # What cannot be read is replaced, and kept beside it like everything else.
            pass
        write_private(target.with_name(f"{target.name}.bak"), target.read_bytes())
    write_private(target, as_yaml(says).encode())
    return True


def _sheets(path: Path) -> Sequence[tuple[str, Iterable[Sequence[Cell]]]]:
    """The visible sheets of a workbook, read whole."""
    try:
        return [(name, list(rows)) for name, rows in visible_sheets(path)]
    except UnreadableFile as error:
        raise RulebookError(f"The rulebook cannot be read from it. {error}") from error
