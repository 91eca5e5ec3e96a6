"""Those who keep the rulebook get their digest, the data team its own, and each nobody else's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from sending_kit import WEEK, Desk, by_slack, entry, make_home, slack, texts

from orchestration.delivery.revisions import record_revision
from orchestration.digest.compose_programmes import compose_programmes
from orchestration.digest.compose_team import compose_team
from orchestration.register import read_register
from orchestration.settings import now

TEAM = {
    "locale": "en",
    "recipients": [
        {"channel": "slack", "address": "C07", "digest": "data_team"},
        {"channel": "slack", "address": "C08", "digest": "programme"},
        {"channel": "slack", "address": "C09", "digest": "programme"},
    ],
}


def test_each_kind_goes_once_to_those_who_asked_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path / "home")
    entries = [entry("m001", by_slack("C01"))]
    home.register_file.write_text(yaml.safe_dump({"merchants": entries, "team": TEAM}))
    desk = Desk(home, monkeypatch)
    register = read_register(home.register_file)
    with desk.open() as workspace:
        for content in (
            compose_team(register, WEEK, [], []),
            compose_programmes(register, WEEK, [], []),
        ):
            record_revision(home, workspace.store, content, "b1", now())
    desk.compose("m001")
    with slack("C01", "C07", "C08", "C09") as peer:
        desk.by(peer)
        desk.send()
        desk.send()
        for room, says in (("C07", "Data team"), ("C08", "Programmes"), ("C09", "Programmes")):
            [text] = texts(peer, room)
            assert text.startswith(says)
        assert len(texts(peer, "C01")) == 1
    assert {one.merchant_id: one.ending for one in desk.status()} == {
        "m001": "sent",
        "programmes": "sent",
        "data team": "sent",
    }


@pytest.mark.parametrize("taken", ["team", "programmes"])
def test_no_merchant_is_called_like_a_digest_of_all(tmp_path: Path, taken: str) -> None:
    path = tmp_path / "merchants.yml"
    path.write_text(
        yaml.safe_dump({"merchants": [{"merchant_id": taken, "joined_on": date(2024, 3, 1)}]})
    )
    with pytest.raises(Exception, match=f"'{taken}' names digests of no single merchant"):
        read_register(path)
