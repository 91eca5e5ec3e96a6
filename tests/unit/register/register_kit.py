"""Registers to go round with, workbooks to fill in, and what an import made of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from orchestration.exports.table.workbook import read_workbook
from orchestration.register import PLATFORMS, Merchant, Recipient, Register, Shop, Team
from orchestration.register.model import AdAccount, LocalName
from orchestration.register.workbook.entries import draft_register
from orchestration.register.workbook.findings import Findings
from orchestration.register.workbook.tables import read_tables
from orchestration.register.workbook.write import workbook_bytes

MADE_AT = datetime.fromisoformat("2024-09-16T02:00:00+00:00")
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://example.com","x")',
    "<script>alert(1)</script>",
    "\u202eevil\u202c",
    "[red]evil[bold]\x1b[35m",
    "000123",
    "9" * 30,
    "_x0041_",
    "no",
    "~",
    "1_000",
    "12:30",
    "2024-03-01",
    "&amp; # not a comment: 'quoted' \"twice\"",
    "line\nend\r\nand\ttab",
    "😀",
    "# no comment",
)


@dataclass(frozen=True)
class Imported:
    """What a workbook asks for, and what was found on the way."""

    register: Register
    kept: tuple[str, ...]
    sentences: list[str]
    notes: list[str]


def take(
    content: bytes, home: Register, *, used_ids: Collection[str] = (), replace: bool = False
) -> Imported:
    """Read a workbook into a register, the way the import does."""
    findings = Findings()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        path.write_bytes(content)
        sheets = [
            (name, list(rows)) for name, rows in read_workbook(path, "zip_workbook", path.name)
        ]
    tables = read_tables(sheets, findings)
    draft = draft_register(tables, home, used_ids=used_ids, replace=replace, findings=findings)
    sentences = [fault.sentence for fault in findings.faults_in_order()]
    return Imported(draft.register, draft.kept, sentences, findings.notes)


def edited(content: bytes, edit: Callable[[Workbook], None]) -> bytes:
    """A workbook after somebody worked on it."""
    book = openpyxl.load_workbook(BytesIO(content))
    edit(book)
    changed = BytesIO()
    book.save(changed)
    return changed.getvalue()


def filled_in(edit: Callable[[Workbook], None], home: Register | None = None) -> bytes:
    """The export of a register (the template without one), filled in."""
    return edited(workbook_bytes(home or Register(), MADE_AT), edit)


def merchant(merchant_id: str, zh: str = "云朵家居", **fields: object) -> Merchant:
    """A merchant with an invented name."""
    entry = {"merchant_id": merchant_id, "name": {"zh": zh}, "joined_on": date(2024, 3, 1)}
    return Merchant.model_validate({**entry, **fields})


def register(*merchants: Merchant, team: Team | None = None) -> Register:
    """A register of these merchants."""
    return Register(merchants=merchants, team=team or Team())


def adding(rows: Mapping[str, Sequence[list[Any]]]) -> Callable[[Workbook], None]:
    """An edit that writes rows below those of the sheets."""

    def edit(book: Workbook) -> None:
        for sheet, added in rows.items():
            for row in added:
                book[sheet].append(row)

    return edit


# --- any register

_ANY_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=30,
)
# What a spreadsheet leaves of a failed formula (#N/A) or a long number (1E+20) is refused.
_TEXTS = (
    st.sampled_from(HOSTILE) | _ANY_TEXT.map(str.strip).filter(lambda text: text.strip("#") == text)
).filter(bool)
_IDS = st.from_regex(r"[0-9]{1,30}", fullmatch=True) | _TEXTS.filter(
    lambda text: not {"E+", "E-"} & {text.upper()[place : place + 2] for place in range(len(text))}
)
_MAYBE = st.none() | _TEXTS
_NAMES = st.builds(LocalName, zh=_TEXTS, en=_MAYBE, it=_MAYBE) | st.builds(LocalName, it=_TEXTS)
_LOCALES = st.sampled_from(("zh-CN", "en", "it"))
_DIGESTS = st.sampled_from(("merchant", "data_team", "programme"))
_MAILS = st.sampled_from(("owner@example.com", "=cmd@example.com", "-a+b@example.com"))
_RECIPIENTS = st.builds(
    Recipient, channel=st.just("email"), address=_MAILS, digest=_DIGESTS
) | st.builds(Recipient, channel=st.just("slack"), address=_IDS, digest=_DIGESTS)
_SHOPS = st.builds(Shop, shop_id=_IDS, name=_MAYBE)
_ACCOUNTS = st.builds(AdAccount, account_id=_IDS, platform=st.sampled_from(tuple(PLATFORMS)))
_MERCHANTS = st.builds(
    Merchant,
    merchant_id=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,9}", fullmatch=True).filter(
        lambda value: value != "team"
    ),
    name=_NAMES,
    locale=_LOCALES,
    timezone=st.sampled_from(("Asia/Shanghai", "Europe/Rome", "UTC")),
    currency=st.from_regex(r"[A-Z]{3}", fullmatch=True),
    industry_l1=_MAYBE,
    industry_l2=_MAYBE,
    joined_on=st.dates(date(2013, 6, 1), date(2099, 12, 31)),
    private_domain=st.booleans(),
    shops=st.lists(_SHOPS, max_size=3).map(tuple),
    ad_accounts=st.lists(_ACCOUNTS, max_size=3).map(tuple),
    recipients=st.lists(_RECIPIENTS, max_size=3).map(tuple),
)
_TEAMS = st.builds(Team, locale=_LOCALES, recipients=st.lists(_RECIPIENTS, max_size=3).map(tuple))


def _without_doubles(merchants: list[Merchant]) -> tuple[Merchant, ...]:
    """The merchants, each shop, account and id with the first who has it."""
    taken: set[object] = set()

    def first(owned: Shop | AdAccount) -> bool:
        is_first = owned.claim not in taken
        taken.add(owned.claim)
        return is_first

    kept = {}
    for each in merchants:
        if each.merchant_id not in kept:
            kept[each.merchant_id] = each.model_copy(
                update={
                    "shops": tuple(filter(first, each.shops)),
                    "ad_accounts": tuple(filter(first, each.ad_accounts)),
                }
            )
    return tuple(kept.values())


MERCHANT_LISTS = st.lists(_MERCHANTS, max_size=5).map(_without_doubles)
REGISTERS = st.builds(Register, merchants=MERCHANT_LISTS, team=_TEAMS)
