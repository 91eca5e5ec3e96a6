"""How the files that a workbook speaks of stand now, and what became of their rows afterwards."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import pyarrow.parquet as pq

from orchestration.exports.repairs import DISCARD_ROW, Repairs
from orchestration.flow.quarantine.judge import Fate, Quarantined, Standing, sentences
from orchestration.flow.quarantine.replaced import replaced_rows
from orchestration.flow.quarantine.rows import (
    Choice,
    QuarantinedFile,
    quarantined_files,
    rows_of,
    short_hashes,
)
from orchestration.flow.repairs import Content, repairs_of
from orchestration.flow.workspace import Workspace
from orchestration.state.manifest import Address, receipts_of
from orchestration.state.models import File


def standings(
    workspace: Workspace, lines: Mapping[Content, Collection[int]], sources: Mapping[Content, str]
) -> dict[Content, Standing]:
    """How each file stands; its quarantined rows only where `lines` names them."""
    in_quarantine = _in_quarantine(workspace, lines)
    replaced: dict[Content, set[int]] = {}
    for merchant_id, sha256, line in replaced_rows(workspace, list(in_quarantine.values())):
        replaced.setdefault(Content(merchant_id, sha256), set()).add(line)
    return {
        content: Standing(
            content=content,
            file_name=_file_name(workspace, content),
            source=sources[content],
            known=repairs_of(workspace, content),
            rows=_rows(in_quarantine.get(content), wanted),
            replaced=frozenset(replaced.get(content, ())),
            refusal=_refusal(workspace, content),
        )
        for content, wanted in lines.items()
    }


def _in_quarantine(
    workspace: Workspace, contents: Collection[Content]
) -> dict[Content, QuarantinedFile]:
    files = quarantined_files(workspace, Choice())
    return {file.content: file for file in files if file.content in contents}


def _rows(file: QuarantinedFile | None, lines: Collection[int]) -> dict[int, Quarantined]:
    rows = rows_of(file) if file else ()
    return {
        row.line: Quarantined(row.stamp, sentences(row.reasons))
        for row in rows
        if row.line in lines
    }


def _file(workspace: Workspace, content: Content) -> File | None:
    with workspace.store.session() as session:
        return session.get(File, content)


def _file_name(workspace: Workspace, content: Content) -> str:
    with workspace.store.session() as session:
        file = session.get(File, content)
        return receipts_of(session, file)[0].file_name if file else content.file_sha256[:8]


def _refusal(workspace: Workspace, content: Content) -> str | None:
    file = _file(workspace, content)
    if file is None:
        return f"{content.merchant_id or 'nobody'} has no such file in this home"
    if file.status == "withdrawn":
        digits = short_hashes([content.file_sha256])[content.file_sha256]
        return f"its file was withdrawn; `seedbed ingest --reinstate {digits}` takes it back"
    return None


def is_read_again(workspace: Workspace, contents: Iterable[Content]) -> bool:
    """Whether any of these files waits for being read again."""
    found = [_file(workspace, content) for content in contents]
    return any(file is not None and file.is_reread_wanted for file in found)


def fates(
    workspace: Workspace,
    standing: Mapping[Content, Standing],
    lines: Mapping[Content, Collection[int]],
    stopped: Mapping[str, Sequence[str]],
) -> dict[Content, dict[int, tuple[Fate, str]]]:
    """What became of these lines of files that were read and judged again, and why.

    `stopped`: by source, why the gate lets nothing through.
    """
    in_quarantine = _in_quarantine(workspace, lines)
    found: dict[Content, dict[int, tuple[Fate, str]]] = {}
    for content, wanted in lines.items():
        file = _file(workspace, content)
        if faults := stopped.get(standing[content].source):
            found[content] = dict.fromkeys(wanted, (Fate.WAITING, sentences(faults)))
        elif file is None or file.reason is not None:
            why = (file.reason or "") if file else ""
            found[content] = dict.fromkeys(wanted, (Fate.HELD, why))
        else:
            quarantined = _rows(in_quarantine.get(content), wanted)
            loaded = _loaded(workspace, file, wanted)
            repairs = repairs_of(workspace, content)
            found[content] = {n: _fate(n, quarantined, loaded, repairs) for n in wanted}
    return found


def _fate(
    line: int, quarantined: Mapping[int, Quarantined], loaded: set[int], repairs: Repairs
) -> tuple[Fate, str]:
    if line in quarantined:
        return Fate.STILL_QUARANTINED, quarantined[line].why
    if line in loaded:
        return Fate.LOADED, ""
    if DISCARD_ROW in repairs.get(line, {}):
        return Fate.DISCARDED, ""
    return Fate.SKIPPED, "it is read as a total, a cancellation or a blank row, and counts nowhere"


def _loaded(workspace: Workspace, file: File, lines: Collection[int]) -> set[int]:
    address = Address(
        file.merchant_id, file.file_sha256, file.layout_revision or "", file.reader_revision or ""
    )
    path = workspace.home.raw / (file.source or "") / f"{address.stem}.parquet"
    wanted = [("_row_number", "in", set(lines))]
    table = pq.read_table(path, columns=["_row_number"], filters=wanted)
    return set(table.column("_row_number").to_pylist())
