from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.state.store import Store
from tests.made_homes import new_store


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    opened = new_store(home)
    yield opened
    opened.close()
