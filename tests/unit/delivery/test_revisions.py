import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from delivery_samples import NOW, content

from orchestration.delivery import revisions
from orchestration.delivery.archive import read_digest
from orchestration.delivery.channel import DeliveryError
from orchestration.delivery.issued import ISSUED, write_issued
from orchestration.delivery.revisions import Revision, record_revision
from orchestration.digest.values import Incentive
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.state.models import Digest
from orchestration.state.store import Store

TOLD = datetime(2024, 9, 16, 1, 30, tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))


def _record(home: Home, store: Store, gmv: str, build: str) -> Revision:
    return record_revision(home, store, content(gmv), build, NOW)


def _revisions(store: Store) -> list[tuple[int, str]]:
    with store.session() as session:
        return [(row.revision, row.build_id) for row in session.query(Digest)]


def test_the_same_content_from_another_build_is_no_new_revision(home: Home, store: Store):
    first = _record(home, store, "10.00", "b1")
    files = {path: path.read_bytes() for path in home.root.rglob("r1*/*")}
    again = _record(home, store, "10.00", "b2")
    assert (first.is_new, again.is_new) == (True, False)
    assert again.rendered == first.rendered
    assert {path: path.read_bytes() for path in home.root.rglob("r1*/*")} == files
    assert _revisions(store) == [(1, "b1")]


def test_every_change_is_a_revision_even_back_to_what_was_said_before(home: Home, store: Store):
    for number, gmv in enumerate(["10.00", "11.00", "10.00"], start=1):
        assert _record(home, store, gmv, f"b{number}").rendered.revision == number
    assert _revisions(store) == [(1, "b1"), (2, "b2"), (3, "b3")]
    folders = sorted(path.name for path in (home.digests / "2024-09-09" / "m001").iterdir())
    assert folders == ["r1", "r2", "r3"]


def test_all_forms_are_archived(home: Home, store: Store):
    revision = _record(home, store, "10.00", "b1")
    assert revision.folder == home.digests / "2024-09-09" / "m001" / "r1"
    assert {path.name for path in revision.folder.iterdir()} == {
        "digest.json",
        "slack.json",
        "slack_thread.json",
        "email.html",
        "email.txt",
        "figures.xlsx",
    }
    record = json.loads((revision.folder / "digest.json").read_text(encoding="utf-8"))
    assert record["content_hash"] == revision.rendered.content_hash
    assert record["content"]["facts"][0]["value"] == "10.00"


def test_figures_are_written_down_exactly_unknown_ones_without_value(home: Home, store: Store):
    written = write_issued(home, _record(home, store, "219120.43", "b1").rendered, TOLD)
    assert written == home.issued / "2024-09-09" / "m001" / "r1.parquet"
    table = pq.read_table(written)
    assert table.schema.equals(ISSUED)
    rows = {row["figure_id"]: row for row in table.to_pylist()}
    gmv = rows["m001/2024-W37/week/gmv"]
    assert (str(gmv["value"]), gmv["unit"], gmv["is_known"]) == ("219120.43", "CNY", True)
    assert (gmv["build_id"], gmv["kind"], gmv["revision"]) == ("b1", "merchant", 1)
    unknown = rows["m001/2024-W37/week/order_count"]
    assert (unknown["value"], unknown["is_known"]) == (None, False)
    # Written in UTC, whatever the clock's offset.
    assert str(gmv["issued_at"]) == "2024-09-16 01:30:00"


def test_issued_figures_stay_as_they_were_first_written(home: Home, store: Store):
    rendered = _record(home, store, "10.00", "b1").rendered
    before = write_issued(home, rendered, TOLD).read_bytes()
    assert write_issued(home, rendered, TOLD + timedelta(days=1)).read_bytes() == before


def test_a_revision_cut_off_is_completed_by_the_next_run(
    home: Home, store: Store, monkeypatch: pytest.MonkeyPatch
):
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(revisions, "write_digest", crash)
        with pytest.raises(KeyboardInterrupt):
            _record(home, store, "10.00", "b1")
    _record(home, store, "10.00", "b2")
    assert _revisions(store) == [(1, "b1")]
    assert "b1" in (home.digests / "2024-09-09/m001/r1/email.txt").read_text(encoding="utf-8")


def test_what_is_read_from_the_archive_is_what_was_composed(home: Home, store: Store):
    composed = _record(home, store, "10.00", "b1").rendered
    week = Week(composed.content.week)
    assert read_digest(home, week, "m001", 1) == composed
    with pytest.raises(DeliveryError, match="seedbed run"):
        read_digest(home, week, "m001", 2)


def test_what_was_composed_is_never_changed_even_if_the_state_is_lost(home: Home, store: Store):
    _record(home, store, "10.00", "b1")
    with store.session() as session:
        session.query(Digest).delete()
    with pytest.raises(DeliveryError, match=r"restore state\.db"):
        _record(home, store, "11.00", "b2")


def test_merchants_have_revisions_of_their_own(home: Home, store: Store):
    _record(home, store, "10.00", "b1")
    other = record_revision(home, store, content("10.00", merchant_id="m002"), "b1", NOW)
    assert other.rendered.revision == 1
    assert other.folder.parent.name == "m002"


def test_amounts_of_incentives_that_are_told_are_issued(home: Home, store: Store):
    def incentive(programme: str, earned: str | None) -> Incentive:
        amount = None if earned is None else Decimal(earned)
        return Incentive(
            programme=programme,
            window_key="2024-09-09",
            name="Push",
            status="achieved",
            unit="exposures",
            earned=amount,
        )

    said = content("10.00").model_copy(
        update={"incentives": (incentive("p", "3000"), incentive("q", "0"), incentive("r", None))}
    )
    rendered = record_revision(home, store, said, "b1", NOW).rendered
    rows = pq.read_table(write_issued(home, rendered, TOLD)).to_pylist()
    [row] = [row for row in rows if row["period"] == "incentive"]
    assert row["figure_id"] == "m001/2024-W37/incentive/p/2024-09-09/earned"
    assert (row["value"], row["unit"], row["is_known"]) == (Decimal(3000), "exposures", True)
