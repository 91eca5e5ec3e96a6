"""Files that appear whole or not at all, and are private."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A reader's glob must never meet a file that is still being written.
SCRATCH_PREFIX = ".part-"


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it, that only its owner may enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def scratch_file(folder: Path) -> Iterator[Path]:
    """An empty private file (mode 0600) in `folder`; gone after the block unless renamed."""
    private_folder(folder)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=SCRATCH_PREFIX)
    os.close(descriptor)
    scratch = Path(name)
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)
