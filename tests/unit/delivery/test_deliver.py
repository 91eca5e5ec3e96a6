from contextlib import suppress
from pathlib import Path

import pytest
from delivery_samples import OWNER, SHOP_CHANNEL, TEAM_CHANNEL, Switch, now, rendered

from orchestration.delivery.channel import AmbiguousDeliveryError, DeliveryError, Receipt
from orchestration.delivery.deliver import deliver
from orchestration.delivery.outbox import Outbox
from orchestration.state.models import Delivery
from orchestration.state.store import Store


class Crash(BaseException):
    """The process dies here."""


def _rows(store: Store) -> dict[str, str]:
    with store.session() as session:
        return {row.recipient: row.status for row in session.query(Delivery)}


def test_each_recipient_of_this_kind_gets_it_once(store: Store):
    channel = Switch()
    everybody = [OWNER, SHOP_CHANNEL, TEAM_CHANNEL, OWNER]
    first = deliver(rendered(), everybody, lambda _: channel, store, now)
    again = deliver(rendered(), everybody, lambda _: channel, store, now)
    assert [(message.address, message.part) for message in channel.taken] == [
        ("owner@example.com", "message"),
        ("C0123456", "message"),
        ("C0123456", "thread"),
    ]
    assert [outcome.is_new for outcome in first] == [True, True]
    assert [outcome.is_new for outcome in again] == [False, False]
    assert _rows(store) == {"email:owner@example.com": "sent", "slack:C0123456": "sent"}
    assert first[0].delivery.provider_id == "id-1"


def test_a_new_revision_goes_out_again(store: Store):
    channel = Switch()
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    deliver(rendered("1.00", revision=2), [OWNER], lambda _: channel, store, now)
    assert [message.revision for message in channel.taken] == [1, 2]


def test_the_outbox_does_not_count_for_a_real_channel(store: Store, tmp_path: Path):
    deliver(rendered(), [OWNER], lambda _: Outbox(tmp_path / "outbox"), store, now)
    channel = Switch()
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert len(channel.taken) == 1


def test_one_failure_does_not_keep_the_next_and_is_tried_again(store: Store):
    channel = Switch(errors=[DeliveryError("owner@example.com: mailbox full")])
    failed, sent = deliver(rendered(), [OWNER, SHOP_CHANNEL], lambda _: channel, store, now)
    assert (failed.delivery.status, failed.problem) == (
        "failed",
        "owner@example.com: mailbox full",
    )
    assert (sent.delivery.status, sent.problem) == ("sent", None)
    retried, kept = deliver(rendered(), [OWNER, SHOP_CHANNEL], lambda _: channel, store, now)
    assert (retried.delivery.status, retried.is_new) == ("sent", True)
    assert kept.is_new is False


def test_an_ambiguous_send_is_left_to_a_person(store: Store):
    channel = Switch(errors=[AmbiguousDeliveryError("connection lost after sending")])
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert channel.taken == []
    assert _rows(store) == {"email:owner@example.com": "ambiguous"}


@pytest.mark.parametrize(
    ("is_idempotent", "status", "sent"), [(True, "sent", 1), (False, "ambiguous", 0)]
)
def test_a_delivery_cut_off_is_redone_only_where_twice_is_once(
    store: Store, is_idempotent: bool, status: str, sent: int
):
    channel = Switch(is_idempotent=is_idempotent, errors=[Crash()])
    with pytest.raises(Crash):
        deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert _rows(store) == {"email:owner@example.com": "claimed"}
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert _rows(store) == {"email:owner@example.com": status}
    assert len(channel.taken) == sent


@pytest.mark.parametrize("status", ["withheld", "suppressed"])
def test_what_was_held_back_on_purpose_stays_back(store: Store, status: str):
    channel = Switch(errors=[DeliveryError("later")])
    (outcome,) = deliver(rendered(), [OWNER], lambda _: channel, store, now)
    with store.session() as session:
        session.merge(outcome.delivery).status = status
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert channel.taken == []


@pytest.mark.parametrize("error", [Crash(), AmbiguousDeliveryError("connection lost")])
def test_what_a_look_finds_settles_it(store: Store, error: BaseException):
    channel = Switch(errors=[error], found=[Receipt("ts-1")])
    with suppress(Crash):
        deliver(rendered(), [OWNER], lambda _: channel, store, now)
    (outcome,) = deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert (outcome.delivery.status, outcome.delivery.provider_id) == ("sent", "ts-1")
    assert (outcome.is_new, channel.taken) == (False, [])


def test_what_a_look_does_not_find_is_sent(store: Store):
    channel = Switch(errors=[AmbiguousDeliveryError("connection lost")], found=[None])
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    (outcome,) = deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert (outcome.delivery.status, outcome.is_new) == ("sent", True)
    assert len(channel.taken) == 1


def test_where_nobody_can_look_it_stays_open_and_is_told_each_time(store: Store):
    channel = Switch(errors=[AmbiguousDeliveryError("connection lost")])
    deliver(rendered(), [OWNER], lambda _: channel, store, now)
    (outcome,) = deliver(rendered(), [OWNER], lambda _: channel, store, now)
    assert (outcome.delivery.status, outcome.is_new) == ("ambiguous", False)
    assert outcome.problem == "owner@example.com: nobody can look"
