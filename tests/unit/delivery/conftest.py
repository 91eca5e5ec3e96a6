from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.settings import Settings
from orchestration.state.store import Store, open_store


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    opened = open_store(home, Settings())
    yield opened
    opened.close()
