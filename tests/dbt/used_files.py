"""What may happen to a handful of files.

No reader and no gate: what they write down is drawn, so that hundreds of histories are cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal

from hypothesis import strategies as st
from used_kinds import FIRST_DAY, KINDS, MERCHANTS, File, Kind, Part, Row, raw_rows, rejected_rows

# Four files of a source: two cuts of a report, and one that stands between two others.
_FILES_OF_A_KIND = 4


@dataclass(frozen=True)
class Event:
    """Something that happens to the file of a number.

    `read` brings it or reads it again at its address, `reparse` under another revision; `give`
    moves it to the other merchant; `shift` finds another time of its export.
    """

    file: int
    what: Literal["read", "reparse", "withdraw", "reinstate", "give", "shift"]
    parts: tuple[Part, ...] = ()
    hours: int = 0


@dataclass(frozen=True)
class Batch:
    """What happens before a build; one that is killed ends after a share of its statements."""

    events: tuple[Event, ...]
    killed_at: float | None = None


@dataclass
class Files:
    """All files so far, and by address each as raw and quarantine hold it, also if no longer."""

    by_number: dict[int, File] = field(default_factory=dict)
    written: dict[tuple[Any, ...], File] = field(default_factory=dict)
    stamps: int = 0

    def happen(self, event: Event) -> None:
        """Let an event happen."""
        known = self.by_number.get(event.file)
        if event.what in ("read", "reparse"):
            self._read(event, known or File(event.file))
        elif known and event.what in ("withdraw", "reinstate"):
            known.status = "withdrawn" if event.what == "withdraw" else "loaded"
        elif known and event.what == "shift":
            known.hours = event.hours
        elif known and event.what == "give":
            # Its rows carry their owner: it is read again for the other one.
            known.merchant_id = MERCHANTS[known.merchant_id == MERCHANTS[0]]
            self._read(replace(event, parts=known.parts, hours=known.hours), known)

    def _read(self, event: Event, file: File) -> None:
        self.stamps += 1
        file.parts, file.hours, file.stamp = event.parts, event.hours, self.stamps
        file.revision += event.what == "reparse"
        self.by_number[file.number] = file
        self.written[tuple(file.address.values())] = replace(file)

    def rows(self, kind: Kind) -> tuple[list[Row], list[Row]]:
        """What raw and quarantine of a source hold."""
        files = [file for file in self.written.values() if file.kind == kind]
        return (
            [row for file in files for row in raw_rows(file)],
            [row for file in files for row in rejected_rows(file)],
        )

    def manifest(self) -> list[Row]:
        return [
            {
                "merchant_id": file.merchant_id,
                "file_sha256": file.sha256,
                "source": file.kind.source,
                "layout_revision": f"l{file.revision}",
                "reader_revision": "r",
                "status": file.status,
                "effective_at": file.effective_at,
                "is_effective_at_assumed": False,
                "rows_stamp": str(file.stamp),
            }
            for file in self.by_number.values()
        ]

    def coverage(self) -> list[Row]:
        return [
            {
                "merchant_id": file.merchant_id,
                "source": file.kind.source,
                "file_sha256": file.sha256,
                "covered_from": FIRST_DAY + timedelta(days=file.number),
                "covered_to": FIRST_DAY + timedelta(days=file.number + 10),
                "evidence": "declared",
                "bridge_days": 2,
                "is_loaded": file.status == "loaded",
            }
            for file in self.by_number.values()
        ]


def histories(*models: str) -> st.SearchStrategy[tuple[Batch, ...]]:
    """Some batches of files of these models, or of all; most that happens is that one comes."""
    numbers = [
        number
        for number in range(_FILES_OF_A_KIND * len(KINDS))
        if not models or KINDS[number % len(KINDS)].model in models
    ]
    part = st.builds(
        Part,
        st.integers(0, 4),
        st.integers(0, 3),
        st.integers(1, 2),
        st.sampled_from((False, False, True)),
    )
    parts = st.lists(part, max_size=4, unique_by=lambda one: one.key).map(tuple)
    number, hours = st.sampled_from(numbers), st.integers(0, 3)
    event = st.one_of(
        st.builds(Event, number, st.sampled_from(("read", "read", "reparse")), parts, hours),
        st.builds(
            Event,
            number,
            st.sampled_from(("withdraw", "reinstate", "give", "shift")),
            st.just(()),
            hours,
        ),
    )
    events = st.lists(event, min_size=1, max_size=12).map(tuple)
    batch = st.builds(Batch, events, st.sampled_from((None, None, 0.3, 0.7)))
    return st.lists(batch, min_size=2, max_size=4).map(tuple)


def register() -> dict[str, Sequence[Row]]:
    """The hand-overs that no file changes."""
    return {
        "register": [
            {"merchant_id": one, "joined_on": FIRST_DAY, "currency": "CNY"} for one in MERCHANTS
        ],
        "register_sources": [
            {"merchant_id": one, "source": kind.source} for one in MERCHANTS for kind in KINDS
        ],
    }
