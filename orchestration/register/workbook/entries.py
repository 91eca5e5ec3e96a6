"""From the tables of a workbook to the register that it asks for, or to everything wrong. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from orchestration.register.model import (
    AdAccount,
    Claim,
    Merchant,
    Recipient,
    Register,
    Shop,
    Team,
    fields_of,
    in_order_of,
    problems,
)
from orchestration.register.workbook.cells import CellError
from orchestration.register.workbook.columns import (
    ACCOUNTS,
    MERCHANTS,
    RECIPIENTS,
    SHOPS,
    TEAM,
    YES,
)
from orchestration.register.workbook.findings import Fault, Findings
from orchestration.register.workbook.tables import Row, Table, Value
from orchestration.register.workbook.whose import Whose

# The lists of a merchant, each with the sheet that it comes from and what its rows are.
_LISTS = {
    "shops": (SHOPS, Shop),
    "ad_accounts": (ACCOUNTS, AdAccount),
    "recipients": (RECIPIENTS, Recipient),
}


@dataclass(frozen=True)
class Draft:
    """What the register is to be, and which merchants of the home the workbook does not name.

    With faults in the findings it is the home's register, unchanged.
    """

    register: Register
    kept: tuple[str, ...] = ()


_Entry = TypeVar("_Entry", bound=BaseModel)
_ByMerchant = Mapping[str, tuple[BaseModel, ...]]


def draft_register(
    tables: Mapping[str, Table],
    home: Register,
    *,
    used_ids: Collection[str],
    replace: bool,
    findings: Findings,
) -> Draft:
    """The merchants of the workbook, and the home's others unless `replace`.

    What the workbook has no sheet or column for stays as it is in the home.

    Args:
        tables: the sheets of the workbook, as read.
        home: the register as it is.
        used_ids: ids that no new merchant gets, beside those in the register.
        replace: whether merchants that the workbook does not name go.
        findings: takes faults and notes.
    """
    table = tables.get(MERCHANTS)
    if table is None or not all(found.is_whole for found in tables.values()):
        return Draft(home)
    if replace and not table.rows:
        problem = "there is no merchant; with --replace nothing would be left of the register"
        findings.faults.append(Fault(MERCHANTS, problem))
    if not table.rows:
        findings.notes.append(f"Sheet {MERCHANTS} has no merchant yet; examples are not read.")
    whose = Whose(table, home, used_ids, findings)
    listed = set(whose.ids.values())
    kept = [m for m in home.merchants if m.merchant_id not in listed and not replace]
    owners = {
        claim: f"{m.merchant_id}, which is in the register but not in this workbook"
        for m in kept
        for claim in m.claims
    }
    lists = {
        field: _by_merchant(tables[sheet], kind, whose, owners, findings)
        for field, (sheet, kind) in _LISTS.items()
        if sheet in tables
    }
    merchants = [
        merchant
        for row in table.rows
        if row.number in whose.ids
        and (merchant := _merchant(table, row, whose.ids[row.number], home, lists, findings))
    ]
    team = _team(tables[TEAM], home.team, findings) if TEAM in tables else home.team
    if findings.faults:
        return Draft(home)
    register = in_order_of(home, Register(merchants=(*kept, *merchants), team=team))
    return Draft(register, tuple(merchant.merchant_id for merchant in kept))


def _checked(
    table: Table, row: Row, kind: type[_Entry], fields: Mapping[str, Any], findings: Findings
) -> _Entry | None:
    """An entry made from a row; what the model refuses is told with its cell."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        for place, problem in problems(error):
            field = _field(place, table)
            if field not in row.bad:
                findings.faults.append(table.fault(row, field, problem))
    return None


def _field(place: tuple[str | int, ...], table: Table) -> str:
    """The column of a place in an entry; a fault of several is told at the first of them."""
    field = "_".join(map(str, place)) or "address"
    return "name_zh" if field == "name" and field not in table.places else field


def _by_merchant(
    table: Table,
    kind: type[BaseModel],
    whose: Whose,
    owners: dict[Claim, str],
    findings: Findings,
) -> _ByMerchant:
    """The entries of a sheet by merchant; `owners` learns whose each shop and account is."""
    found: defaultdict[str, tuple[BaseModel, ...]] = defaultdict(tuple)
    for row in table.rows:
        called = row.text("merchant")
        entry = _checked(table, row, kind, _without(row, "merchant"), findings)
        try:
            merchant_id = whose.find(called) if called else ""
        except CellError as error:
            findings.faults.append(table.fault(row, "merchant", str(error)))
            continue
        if entry is None:
            continue
        if isinstance(entry, Shop | AdAccount):
            _claim(table, row, entry, f"{merchant_id} (row {row.number})", owners, findings)
        found[merchant_id] += (entry,)
    return found


def _claim(
    table: Table,
    row: Row,
    entry: Shop | AdAccount,
    owner: str,
    owners: dict[Claim, str],
    findings: Findings,
) -> None:
    known = owners.setdefault(entry.claim, owner)
    if known != owner:
        field = "shop_id" if isinstance(entry, Shop) else "account_id"
        problem = f"it belongs to {known} already; take one of the two out"
        findings.faults.append(table.fault(row, field, problem))


def _merchant(
    table: Table,
    row: Row,
    merchant_id: str,
    home: Register,
    lists: Mapping[str, _ByMerchant],
    findings: Findings,
) -> Merchant | None:
    known = home.get(merchant_id)
    fields: dict[str, Any] = dict(fields_of(known)) if known else {}
    name = dict(fields.get("name", {}))
    for field, value in row.values.items():
        if field.startswith("name_"):
            name[field.removeprefix("name_")] = value
        elif value is None:
            fields.pop(field, None)
        else:
            fields[field] = value == YES if field == "private_domain" else value
    own = {field: entries.get(merchant_id, ()) for field, entries in lists.items()}
    whole = fields | own | {"merchant_id": merchant_id, "name": name}
    return _checked(table, row, Merchant, whole, findings)


def _team(table: Table, known: Team, findings: Findings) -> Team:
    """The team as its sheet says; a sheet without rows says nothing."""
    if not table.rows:
        return known
    recipients = [
        _checked(table, row, Recipient, _without(row, "locale"), findings)
        for row in table.rows
        if row.bad or row.text("channel") or row.text("address") or not row.text("locale")
    ]
    return Team(
        locale=_locale(table, findings) if "locale" in table.places else known.locale,
        recipients=tuple(filter(None, recipients))
        if {"channel", "address"} <= set(table.places)
        else known.recipients,
    )


def _locale(table: Table, findings: Findings) -> Any:
    """The one language that the rows name; a fault for every other one."""
    named = [row for row in table.rows if row.text("locale")]
    if not named:
        return Team().locale
    chosen = named[0].text("locale")
    for row in named[1:]:
        if row.text("locale") != chosen:
            problem = f"row {named[0].number} has another language; take one of the two out"
            findings.faults.append(table.fault(row, "locale", problem))
    return chosen


def _without(row: Row, field: str) -> dict[str, Value]:
    return {name: value for name, value in row.values.items() if name != field}
