"""A home to copy and small suites: what a property asks many times must be cheap."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from used_homes import NOW, make_template, small_suites

from orchestration.home import Home


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with both merchants, at a fixed time."""
    with (
        pytest.MonkeyPatch.context() as patch,
        small_suites(tmp_path_factory.mktemp("suites")),
    ):
        patch.setenv("SEEDBED_NOW", NOW)
        yield make_template(tmp_path_factory.mktemp("template") / "H")
