"""Opens a workbook in a process of its own, to see whether the memory that it takes is bounded.

Usage: python -m orchestration.exports.table.trial BYTES FILE
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

# A million cells are opened in some seconds.
_SECONDS = 300
_OPENED, _DAMAGED, _NO_MEMORY = 0, 1, 2


def opens_within(path: Path, most_bytes: int) -> bool:
    """Whether all sheets of a workbook can be opened, one after the other, in so much memory.

    True for a damaged one too: what is wrong with it is told by whoever opens it in earnest.
    """
    command = [sys.executable, "-m", __name__, str(most_bytes), str(path.resolve())]
    try:
        done = subprocess.run(
            command,
            check=False,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return False
    # Python ends with 1 after an error; a process that got no memory was ended by a signal.
    return done.returncode in (_OPENED, _DAMAGED)


def main(most_bytes: str, path: str) -> None:
    """Open all sheets of a file in so much memory."""
    resource.setrlimit(resource.RLIMIT_AS, (int(most_bytes), int(most_bytes)))
    try:
        with Path(path).open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name)
    except MemoryError:
        sys.exit(_NO_MEMORY)


if __name__ == "__main__":
    main(*sys.argv[1:])
