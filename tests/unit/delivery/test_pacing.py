"""The plan keeps every limit, is fair, and says when all is done."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.delivery.pacing import Letter, Pace, Quiet, Slot, on_time, paces, planned

SLACK = paces()["slack"]
ROME, SHANGHAI = ZoneInfo("Europe/Rome"), ZoneInfo("Asia/Shanghai")
_messages = st.sampled_from([1, 2])
_letters = st.lists(
    st.builds(
        Letter,
        st.sampled_from(["slack", "email"]),
        st.sampled_from("abcde"),
        messages=_messages,
    ),
    max_size=40,
)
_paces = st.fixed_dictionaries(
    {
        way: st.builds(Pace, st.sampled_from([0.0, 0.25, 1.0]), st.sampled_from([0.0, 1.0, 3.0]))
        for way in ("slack", "email")
    }
)


def gaps(moments: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(sorted(moments))]


def assert_paced(sent: Sequence[tuple[float, int]], seconds: float) -> None:
    """After each letter it is quiet for as long as its messages take."""
    for (at, messages), (after, _) in pairwise(sent):
        assert after - at >= messages * seconds - 1e-6


@given(_letters, _paces)
def test_every_letter_has_one_slot_and_no_limit_is_broken(
    letters: list[Letter], pace_of: dict[str, Pace]
):
    slots = planned(letters, pace_of)
    assert sorted(slot.place for slot in slots) == list(range(len(letters)))
    by_way, by_address = defaultdict(list), defaultdict(list)
    for slot in slots:
        letter = letters[slot.place]
        by_way[letter.way].append((slot.at, letter.messages))
        by_address[letter.way, letter.address].append((slot.at, letter.messages))
    for way, sent in by_way.items():
        assert min(sent)[0] == 0
        assert_paced(sent, pace_of[way].seconds)
    for (way, _), sent in by_address.items():
        assert_paced(sent, pace_of[way].seconds_per_address)


_spread_letters = st.lists(
    st.builds(
        Letter,
        st.sampled_from(["slack", "email"]),
        st.sampled_from("abcde"),
        st.sampled_from([-60.0, 0.0, 5.0, 20.0, 600.0, math.inf]),
        _messages,
    ),
    max_size=40,
)
_minutes = st.sampled_from([0.0, 1.0, 60.0])


def spread(pace_of: dict[str, Pace], minutes: float) -> dict[str, Pace]:
    return {way: replace(pace, spread_seconds=60 * minutes) for way, pace in pace_of.items()}


def by_way(slots: Sequence[Slot], letters: list[Letter]) -> dict[str, list[Slot]]:
    found: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        found[letters[slot.place].way].append(slot)
    return found


@given(_spread_letters, _paces, _minutes)
def test_a_sending_that_is_spread_keeps_order_and_paces(
    letters: list[Letter], pace_of: dict[str, Pace], minutes: float
):
    wide = by_way(planned(letters, spread(pace_of, minutes)), letters)
    close = by_way(planned(letters, pace_of), letters)
    assert wide.keys() == close.keys()
    for way, slots in wide.items():
        pace, own = pace_of[way], defaultdict(list)
        assert slots[0].at == 0
        assert_paced([(one.at, letters[one.place].messages) for one in slots], pace.seconds)
        for slot in slots:
            own[letters[slot.place].address].append(slot)
        for mine in own.values():
            sent = [(one.at, letters[one.place].messages) for one in mine]
            assert_paced(sent, pace.seconds_per_address)
            # Each address gets its messages in the order given.
            assert [slot.place for slot in mine] == sorted(slot.place for slot in mine)
        # What went at one moment may go at several, and nothing is overtaken.
        soon = {slot.place: slot.at for slot in close[way]}
        assert all(soon[a.place] <= soon[b.place] + 1e-6 for a, b in pairwise(slots))


@given(_spread_letters, _paces, _minutes)
def test_spreading_makes_nothing_late(
    letters: list[Letter], pace_of: dict[str, Pace], minutes: float
):
    soon = {slot.place: slot.at for slot in planned(letters, pace_of)}
    count = Counter[str]()
    for letter in letters:
        count[letter.way] += letter.messages
    for slot in planned(letters, spread(pace_of, minutes)):
        letter = letters[slot.place]
        assert slot.at >= soon[slot.place] - 1e-6
        # Later than its window or night allows only as far as the pace alone makes it so.
        assert slot.at <= max(soon[slot.place], letter.within) + 1e-6
        pace = pace_of[letter.way]
        slowest = max(pace.seconds, pace.seconds_per_address) * count[letter.way]
        assert slot.at <= 60 * minutes + slowest + 1e-6


@given(_spread_letters, _paces, _minutes)
def test_nobody_has_a_second_message_while_another_waits_for_its_first(
    letters: list[Letter], pace_of: dict[str, Pace], minutes: float
):
    own: dict[tuple[str, str], list[float]] = defaultdict(list)
    for slot in planned(letters, spread(pace_of, minutes)):
        letter = letters[slot.place]
        own[letter.way, letter.address].append(slot.at)
    for (way, _), mine in own.items():
        others = [theirs for (their_way, _), theirs in own.items() if their_way == way]
        for theirs in others:
            assert all(at <= later + 1e-6 for at, later in zip(mine, theirs[1:], strict=False))


def test_an_hour_is_shared_evenly():
    letters = [Letter("email", f"{n}@x") for n in range(30)]
    slots = planned(letters, {"email": Pace(2.0, spread_seconds=3600)})
    assert [(slot.at, slot.place) for slot in slots] == [(120 * n, n) for n in range(30)]
    # The pace is slower than the wish: as it was without it.
    assert planned(letters, {"email": Pace(2.0, spread_seconds=30)}) == planned(
        letters, {"email": Pace(2.0)}
    )
    assert planned(letters[:1], {"email": Pace(2.0, spread_seconds=3600)}) == [Slot(0.0, 0)]
    assert planned([], {"email": Pace(2.0, spread_seconds=3600)}) == []


def test_a_night_that_begins_soon_draws_all_before_it_together():
    slack = {"slack": Pace(1.0, 1.0, 3600)}
    letters = [Letter("slack", f"C{n}", 7200) for n in range(5)]
    letters[4] = Letter("slack", "C4", 400)
    assert [slot.at for slot in planned(letters, slack)] == [0, 100, 200, 300, 400]
    # Two to one address need a second between them, so the first of them is not put off so long.
    letters = [Letter("slack", "C0", 7200), *[Letter("slack", "C1", 401)] * 2]
    assert [slot.at for slot in planned(letters, slack)] == [0, 200.5, 401]
    # The window has closed, or somebody is woken: nothing is put off.
    for within in (0.0, -60.0, 2.5):
        letters = [Letter("slack", f"C{n}", within) for n in range(4)]
        assert [slot.at for slot in planned(letters, slack)] == [0, 1, 2, 3]


def test_ways_are_spread_each_by_itself():
    letters = [Letter("email", "a@x", 30), Letter("slack", "C1"), Letter("email", "b@x", 30)]
    letters += [Letter("slack", "C2"), Letter("", ""), Letter("", "")]
    slots = planned(letters, {"slack": Pace(1, 1, 600), "email": Pace(1, 1, 600)})
    assert {slot.place: slot.at for slot in slots} == {0: 0, 1: 0, 2: 30, 3: 300, 4: 0, 5: 0}


def test_an_address_with_many_messages_delays_its_own():
    letters = [Letter("slack", "busy")] * 100 + [Letter("slack", f"c{n}") for n in range(100)]
    slots = planned(letters, {"slack": Pace(0.25, 1.0)})
    of_others = [slot.at for slot in slots if slot.place >= 100]
    # One turn was the busy one's, who then has the channel's own pace.
    assert max(of_others) == 100 * 0.25
    assert max(slot.at for slot in slots) <= 100 * 0.25 + 99


def test_one_way_waits_for_no_other():
    letters = [Letter("email", f"{n}@x") for n in range(100)] + [Letter("slack", "c")]
    slots = planned(letters, {"email": Pace(2.0), "slack": SLACK})
    assert Slot(0.0, 100) in slots


def test_what_nothing_is_known_of_goes_at_once():
    letters = [Letter("outbox", "a"), Letter("outbox", "a")]
    assert planned(letters, {}) == [Slot(0.0, 0), Slot(0.0, 1)]
    assert planned([], {}) == []


class Virtual:
    """A clock that only moves when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.seconds += seconds


def test_who_is_late_makes_nobody_hurry():
    clock, begun = Virtual(), []
    slots = planned([Letter("slack", "c")] * 5, {"slack": SLACK})
    for slot in on_time(slots, clock.now, clock.sleep):
        begun.append(clock.now())
        clock.seconds += 30.0 if slot.place == 1 else 0.1
    assert gaps(begun) == pytest.approx([1.0, 30.0, 1.0, 1.0])


class LimitedSlack:
    """Slack's documented limits, kept apart from our plan: 429 and a wait for who is too fast.

    A channel takes a message a second, and a burst of two; a workspace 300 in any minute.
    """

    def __init__(self, dice: random.Random, clock: Virtual) -> None:
        self.dice, self.clock, self.refused = dice, clock, 0
        self.full_until: dict[str, float] = {}
        self.minute: list[float] = []

    def post(self, address: str) -> None:
        moment = self.clock.now()
        self.minute = [one for one in self.minute if one > moment - 60]
        full_until = max(self.full_until.get(address, 0), moment)
        if full_until - moment > 1 + 1e-6 or len(self.minute) >= 300:
            self.refused += 1
            self.clock.seconds += 30
        self.full_until[address] = full_until + 1
        self.minute.append(moment)
        # Most answers take a tenth of a second, one in a thousand two seconds.
        self.clock.seconds += 2.0 if self.dice.random() < 0.001 else self.dice.uniform(0.05, 0.2)


def simulated(digests: int, seed: int) -> tuple[float, float, int]:
    """Predicted and simulated seconds of a sending, and how often Slack refused."""
    dice, clock = random.Random(seed), Virtual()
    # Some rooms have several merchants' digests; one in fifty is a notice, without a reply.
    letters = [
        Letter(
            "slack",
            f"C{dice.randrange(digests * 9 // 10)}",
            messages=1 if dice.random() < 0.02 else 2,
        )
        for _ in range(digests)
    ]
    slots = planned(letters, {"slack": SLACK})
    peer, start = LimitedSlack(dice, clock), clock.now()
    for slot in on_time(slots, clock.now, clock.sleep):
        for _ in range(letters[slot.place].messages):
            peer.post(letters[slot.place].address)
    return slots[-1].at, clock.now() - start, peer.refused


def test_ten_thousand_digests_end_when_it_was_said():
    said, took, refused = simulated(10_000, seed=7)
    assert refused == 0
    assert abs(took - said) / took < 0.1


@pytest.mark.parametrize(
    ("moment", "zone", "ends"),
    [
        ("2024-09-16T01:00Z", SHANGHAI, None),
        ("2024-09-16T01:00Z", ROME, "2024-09-16T06:00Z"),
        ("2024-09-16T05:59Z", ROME, "2024-09-16T06:00Z"),
        ("2024-09-16T06:00Z", ROME, None),
        ("2024-09-16T18:59Z", ROME, None),
        ("2024-09-16T19:00Z", ROME, "2024-09-17T06:00Z"),
        # The night in which clocks go back is an hour longer.
        ("2024-10-26T20:00Z", ROME, "2024-10-27T07:00Z"),
    ],
)
def test_nobody_is_written_to_at_night(moment: str, zone: ZoneInfo, ends: str | None):
    found = Quiet(21, 8).ends(datetime.fromisoformat(moment), zone)
    assert (found and found.astimezone(UTC)) == (ends and datetime.fromisoformat(ends))


@pytest.mark.parametrize(
    ("moment", "zone", "begins"),
    [
        ("2024-09-16T01:00Z", SHANGHAI, "2024-09-16T13:00Z"),
        ("2024-09-16T13:00Z", SHANGHAI, "2024-09-16T13:00Z"),
        ("2024-09-16T23:59Z", SHANGHAI, "2024-09-16T23:59Z"),
        ("2024-09-17T00:00Z", SHANGHAI, "2024-09-17T13:00Z"),
        ("2024-09-16T18:59Z", ROME, "2024-09-16T19:00Z"),
        # The evening after clocks went back.
        ("2024-10-27T07:00Z", ROME, "2024-10-27T20:00Z"),
    ],
)
def test_the_next_night(moment: str, zone: ZoneInfo, begins: str):
    found = Quiet(21, 8).begins(datetime.fromisoformat(moment), zone)
    assert found is not None
    assert found.astimezone(UTC) == datetime.fromisoformat(begins)


@given(
    st.datetimes(datetime(2024, 3, 1), datetime(2024, 11, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([ROME, SHANGHAI, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")]),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_until_the_next_night_it_is_none(
    moment: datetime, zone: ZoneInfo, from_hour: int, until_hour: int
):
    quiet = Quiet(from_hour, until_hour)
    begins = quiet.begins(moment, zone)
    if from_hour == until_hour:
        assert begins is None
        return
    assert begins is not None
    assert quiet.ends(begins.astimezone(UTC), zone)
    # Half hours are enough: clocks are changed at full ones, and zones differ by halves.
    step = moment
    while step < begins.astimezone(UTC):
        assert quiet.ends(step, zone) is None
        step += timedelta(minutes=30)


def test_a_day_of_rest_and_none():
    noon = datetime(2024, 9, 16, 10, tzinfo=UTC)  # 12:00 in Rome
    assert Quiet(12, 14).ends(noon, ROME) == datetime(2024, 9, 16, 14, tzinfo=ROME)
    assert Quiet(13, 14).ends(noon, ROME) is None
    assert Quiet(8, 8).ends(noon, ROME) is None


if __name__ == "__main__":
    for number in (1_000, 10_000):
        said, took, refused = simulated(number, seed=7)
        print(
            f"{number:,} digests: {said / 60:.1f} min planned, {took / 60:.1f} min, {refused} × 429"
        )
