"""A build is named after what it was made from, and after nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from flow_kit import register

from orchestration.flow.handover import hand_over, hand_over_weeks
from orchestration.flow.publishing import (
    BuildError,
    building_data,
    building_weeks,
    data_build_id,
    publish_data,
    publish_weeks,
)
from orchestration.flow.workspace import Workspace, open_workspace
from orchestration.home import Home
from orchestration.periods import Week

W36, W37 = Week(date(2024, 9, 2)), Week(date(2024, 9, 9))


@pytest.fixture
def workspace(home: Home) -> Iterator[Workspace]:
    with open_workspace(home) as opened:
        hand_over(opened)
        yield opened


def test_the_same_inputs_give_the_same_id_and_others_another(workspace: Workspace) -> None:
    first = data_build_id(workspace)
    hand_over(workspace)
    hand_over_weeks(workspace, [W37])
    assert data_build_id(workspace) == first
    register(workspace.home, "m001")
    hand_over(workspace)
    assert data_build_id(workspace) != first


def test_weeks_are_not_decided_on_marts_that_are_older_than_the_hand_overs(
    workspace: Workspace,
) -> None:
    with building_data(workspace, is_whole=True):
        pass
    with building_weeks(workspace):
        pass
    register(workspace.home, "m001")
    hand_over(workspace)
    with pytest.raises(BuildError, match="have changed since"), building_weeks(workspace):
        pass


def test_a_build_that_failed_is_not_published(workspace: Workspace) -> None:
    with building_data(workspace, is_whole=True):
        pass
    with pytest.raises(RuntimeError), building_data(workspace, is_whole=True):
        raise RuntimeError
    with pytest.raises(BuildError, match="not built whole"):
        publish_data(workspace)


def test_a_part_of_the_models_makes_no_build_of_new_data(workspace: Workspace) -> None:
    with building_data(workspace, is_whole=False):
        pass
    with pytest.raises(BuildError, match="not built whole"):
        publish_data(workspace)


def test_weeks_that_another_run_decided_are_not_published_as_ours(workspace: Workspace) -> None:
    with building_data(workspace, is_whole=True):
        pass
    hand_over_weeks(workspace, [W36])
    with building_weeks(workspace):
        pass
    with pytest.raises(BuildError, match="decided 2024-W36, not 2024-W37"):
        publish_weeks(workspace, [W37])


FULL = ["--full-refresh"]


def test_kept_rows_are_believed_once_a_whole_build_has_ended_well(workspace: Workspace) -> None:
    duckdb.connect(workspace.home.warehouse_db).close()
    with pytest.raises(RuntimeError), building_data(workspace, is_whole=True) as words:
        assert words == FULL
        raise RuntimeError
    with building_data(workspace, is_whole=False) as words:
        assert words == FULL
    with building_data(workspace, is_whole=True) as words:
        assert words == FULL
    for is_whole in (False, True):
        with building_data(workspace, is_whole=is_whole) as words:
            assert words == []


def test_kept_rows_of_other_rules_are_made_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb.connect(workspace.home.warehouse_db).close()
    with building_data(workspace, is_whole=True):
        pass
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.flow.publishing._rules_hash", lambda: "others")
        with pytest.raises(RuntimeError), building_data(workspace, is_whole=True) as words:
            assert words == FULL
            raise RuntimeError
    # Some rows are of the others now, though the rules are those of before.
    with building_data(workspace, is_whole=True) as words:
        assert words == FULL
    workspace.home.warehouse_db.unlink()
    with building_data(workspace, is_whole=True) as words:
        assert words == FULL
