"""The programmes and facts of a folder: each file by itself, all faults of all files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.incentives.checked_yaml import (
    Document,
    Place,
    RulebookError,
    read_document,
)
from orchestration.incentives.programmes.facts import FACTS_FILE, Facts
from orchestration.incentives.programmes.model import Programme, Version

PROGRAMMES_FOLDER = "programmes"


@dataclass(frozen=True)
class Record:
    """One record of a version, and where it stands."""

    document: Document[Programme]
    index: int

    @property
    def programme(self) -> Programme:
        return self.document.says

    @property
    def version(self) -> Version:
        return self.programme.versions[self.index]

    def where(self, *place: str | int) -> str:
        """Where a place of this record stands."""
        return self.document.where(("versions", self.index, *place))


@dataclass(frozen=True)
class Programmes:
    """All programmes, in the order of their ids, and the facts that they may name."""

    documents: tuple[Document[Programme], ...]
    facts: Document[Facts]

    @property
    def records(self) -> Iterator[Record]:
        """Every record of every version."""
        for document in self.documents:
            for index in range(len(document.says.versions)):
                yield Record(document, index)

    @property
    def latest(self) -> Iterator[Record]:
        """The last record of each version: what is known today."""
        for document in self.documents:
            for index in document.says.latest.values():
                yield Record(document, index)


def load_programmes(folder: Path, shipped: Path) -> Programmes:
    """The programmes and facts of a home; the shipped ones where the home is older than they are.

    Raises:
        RulebookError: something cannot be read; it has every fault of every file.
    """
    found, faults = read_programmes(folder, shipped)
    if faults:
        raise RulebookError(*faults)
    return found


def read_programmes(folder: Path, shipped: Path) -> tuple[Programmes, list[str]]:
    """What can be read of the programmes and facts of a folder, and every fault of the rest."""
    faults: list[str] = []
    documents: list[Document[Programme]] = []
    own = folder / PROGRAMMES_FOLDER
    for path in _files(own if own.is_dir() else shipped / PROGRAMMES_FOLDER):
        try:
            document = read_document(path, Programme)
            _refuse_other_name(path, document)
        except RulebookError as error:
            faults.extend(error.faults)
        else:
            documents.append(document)
    path = folder / FACTS_FILE
    try:
        facts = read_document(path if path.exists() else shipped / FACTS_FILE, Facts)
    except RulebookError as error:
        faults.extend(error.faults)
        # Without it every fact would be told as unknown, once more for each condition.
        facts = Document(Facts(facts=(), statements=()), lambda _place: str(path))
    documents.sort(key=lambda document: document.says.programme)
    return Programmes(tuple(documents), facts), faults


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix in (".yml", ".yaml") and not path.name.startswith(".")
    )


def _refuse_other_name(path: Path, document: Document[Programme]) -> None:
    """One file, one programme, one name: so two files never are the same programme."""
    place: Place = ("programme",)
    if path.name != f"{document.says.programme}.yml":
        raise RulebookError(
            f"{document.where(place)}: the programme is '{document.says.programme}' and its file "
            f"{path.name}; let the file be {document.says.programme}.yml."
        )
