"""Secrets planted in every merchant's rows are in its own digest, and in no byte of another's."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

import pytest
from digest_rows import (
    WEEK,
    Row,
    ad_row,
    cohort_rows,
    fact_row,
    incentive_row,
    live_row,
    peers_row,
    reconciliation_row,
    restatement_row,
    source_row,
    week_rows,
)
from digest_samples import merchant

from orchestration.digest.content import DigestContent
from orchestration.digest.correction import Changes, FigureChange, render_correction
from orchestration.digest.notice import render_notice
from orchestration.digest.render import RenderedDigest, render_digest
from orchestration.flow.digests.composing import _content, _tables
from orchestration.register import Locale, LocalName, Merchant
from orchestration.warehouse.read import Published

LOCALES: tuple[Locale, ...] = ("zh-CN", "en", "it")


@dataclass(frozen=True)
class Canary:
    """A merchant with a name and a number that nobody else has."""

    number: int
    locale: Locale

    @property
    def merchant_id(self) -> str:
        return f"canary{self.number:02}"

    @property
    def name(self) -> str:
        return f"Kanarienvogel{'abcdefghi'[self.number]}"

    @property
    def secret(self) -> int:
        """Six digits that stand in no date, id or other merchant's number."""
        return 717_000 + 17 * self.number

    @property
    def texts(self) -> list[bytes]:
        """The name and the number, as each language and the workbook write it."""
        whole = str(self.secret)
        numbers = [whole, f"{whole[:3]},{whole[3:]}", f"{whole[:3]}.{whole[3:]}"]
        return [text.encode() for text in (self.name, *numbers)]

    def merchant(self) -> Merchant:
        named = LocalName(zh=self.name, en=self.name, it=self.name)
        return merchant(merchant_id=self.merchant_id, name=named, locale=self.locale, shops=())

    def rows(self) -> dict[str, list[Row]]:
        """Every reporting table with this merchant's secret in it."""
        money = f"{self.secret}.00"
        figures = ("gmv", "order_count", "aov", "active_customers", "new_customers")
        facts = [
            fact_row(name, money, money, period=period)
            for name in figures
            for period in ("week", "month_to_date")
            if period == "week" or name != "aov"
        ]
        step = {"next_metric": "live_gmv", "next_unit": "yuan", "next_gap": Decimal(money)}
        named = {f"name_{language}": self.name for language in ("zh", "en", "it")}
        rows = {
            "facts": facts,
            "cohorts": cohort_rows([(date(2024, 8, 1), self.secret)], [0.2], 9, True),
            "sources": [source_row(rows_loaded=self.secret)],
            "weeks": week_rows([400, self.secret], money),
            "restatements": [restatement_row("gmv", "1.00", money)],
            "reconciliation": [reconciliation_row(money, "1.00", other="2.00")],
            "peers": [peers_row()],
            "ads": [ad_row("search", money, money)],
            "live": [live_row(date(2024, 9, 11), paid_gmv=Decimal(money))],
            "incentives": [
                incentive_row(
                    "live", "in_progress", cap=self.secret, is_next_step=True, **named, **step
                )
            ],
        }
        own = {"merchant_id": self.merchant_id}
        return {name: [row | own for row in found] for name, found in rows.items()}


CANARIES = [Canary(number, LOCALES[number % 3]) for number in range(9)]


class Planted:
    """A published build with the rows of all merchants among each other."""

    def rows(self, query: str, _: Sequence[object] = ()) -> list[Row]:
        table = query.split("rpt_digest_")[1].split()[0]
        return [row for one in reversed(CANARIES) for row in one.rows()[table]]


@pytest.fixture(scope="module")
def contents() -> dict[str, DigestContent]:
    tables = _tables(cast(Published, Planted()), WEEK)
    return {one.merchant_id: _content(one.merchant(), WEEK, tables) for one in CANARIES}


def _forms(content: DigestContent) -> Iterator[bytes]:
    """All that can leave for a merchant: digest, correction, its note, and notices."""
    gmv = content.fact("week", "gmv")
    changes = Changes((FigureChange(gmv, Decimal(1), None, is_known=True),))
    correction = render_correction(content, changes, 1, "b", 2)
    yield from _bytes(render_digest(content, "b", 1))
    for rendered in (correction.digest, correction.note):
        yield from _bytes(rendered)
    for reason in ("held", "nothing_known"):
        yield from _bytes(render_notice(content, reason, "b", 1))


def _bytes(rendered: RenderedDigest) -> Iterator[bytes]:
    messages = json.dumps([rendered.slack, rendered.slack_thread], ensure_ascii=False)
    for text in (messages, rendered.html, rendered.text, rendered.subject):
        yield text.encode()
    if rendered.xlsx:
        with zipfile.ZipFile(io.BytesIO(rendered.xlsx)) as book:
            yield b"\0".join(book.read(name) for name in book.namelist())


@pytest.mark.parametrize("canary", CANARIES, ids=lambda one: one.merchant_id)
def test_no_merchants_secret_is_in_a_byte_of_anothers(
    canary: Canary, contents: dict[str, DigestContent]
):
    own = b"\0".join(_forms(contents[canary.merchant_id]))
    assert canary.name.encode() in own
    assert any(number in own for number in canary.texts[1:])
    for other in CANARIES:
        if other is not canary:
            leaked = [secret for secret in other.texts if secret in own]
            assert leaked == [], other.merchant_id


def test_a_notice_in_the_place_of_figures_tells_none(contents: dict[str, DigestContent]):
    for canary in CANARIES:
        told = b"".join(_bytes(render_notice(contents[canary.merchant_id], "held", "b", 1)))
        assert canary.name.encode() in told
        assert not any(number in told for number in canary.texts[1:])


def test_a_secret_in_the_wrong_digest_would_be_seen(contents: dict[str, DigestContent]):
    first, second = CANARIES[:2]
    mixed = contents[first.merchant_id].model_copy(
        update={"facts": contents[second.merchant_id].facts}
    )
    said = b"".join(_bytes(render_digest(mixed, "b", 1)))
    assert any(number in said for number in second.texts[1:])
