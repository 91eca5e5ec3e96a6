"""Homes as `seedbed init` leaves them: made once in a process for all tests, and copied.

Making one takes a fifth of a second, and some five hundred tests of the everyday loop want one.
The copies share one home's id and identity key: a test of what tells two homes apart makes its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import delete

from orchestration.flow import homes
from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.state.models import HomeFact
from orchestration.state.store import Store, open_store

# Emptied when the process ends.
_KEPT = tempfile.TemporaryDirectory(prefix="seedbed-made-")


def new_home(home: Home) -> None:
    """Make a home where nothing is yet."""
    if "SEEDBED_STATE_URL" in os.environ:
        # Its state is empty still, wherever it is.
        homes.make_home(home)
        return
    assert not home.root.exists(), f"{home.root} is there; `homes.make_home` completes a home."
    shutil.copytree(_made().root, home.root, symlinks=True)


def new_store(home: Home) -> Store:
    """The state of a folder where nothing is yet, opened."""
    assert not home.state_file.exists(), f"{home.state_file} is there; `open_store` opens it."
    shutil.copyfile(_made().state_file, home.state_file)
    store = open_store(home, Settings())
    with store.session() as session:
        session.execute(delete(HomeFact))
    return store


@cache
def _made() -> Home:
    """Of the clock and the settings nothing is in a home but where its state is."""
    home = Home(Path(_KEPT.name) / "H")
    homes.make_home(home)
    return home
