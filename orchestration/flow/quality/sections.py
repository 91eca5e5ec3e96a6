"""What the page of a week says, from what each step has left. Reads, and writes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from orchestration.flow.accounting import FileAccount, accounts
from orchestration.flow.data_docs import newest_data_docs
from orchestration.flow.doctor.files import unknown_headers
from orchestration.flow.gate import last_suite_result
from orchestration.flow.newest import newest_days
from orchestration.flow.own_past import against_own_past
from orchestration.flow.sources import sources
from orchestration.flow.surprises import DIFFERENCE
from orchestration.flow.workspace import Workspace
from orchestration.periods import BUSINESS_ZONE, Week
from orchestration.quality.page import Cell, Link, Section
from orchestration.warehouse.read import open_published

# What the register expects is there with no day, too.
_COVERAGE = """
select merchant_id, source, days_covered, coalesce(missing_days, '') as missing_days
from reporting.rpt_digest_sources
where week = $1
order by days_covered, merchant_id, source
"""
_DAYS_OF_A_WEEK = 7


def sections_of(workspace: Workspace, week: Week) -> list[Section]:
    """Everything that a person looks through on Monday, what stops the run first.

    Raises:
        WarehouseError: nothing is published.
    """
    files, docs = accounts(workspace), newest_data_docs(workspace.home)
    return [
        *_checks(workspace, docs),
        _data_docs(docs),
        *_files(files),
        _late(workspace),
        _drifted(workspace),
        _quarantine(files),
        _difference(workspace),
        _anomalies(workspace, week),
        _coverage(workspace, week),
    ]


def _checks(workspace: Workspace, docs: Mapping[str, Path]) -> list[Section]:
    """One section per severity: each expectation as it last came out, with its Data Docs."""
    rows: dict[str, list[tuple[Cell, ...]]] = {"critical": [], "warning": []}
    counts: Counter[str] = Counter()
    for source in sources(workspace.home):
        for one in last_suite_result(workspace, source).get("expectations", []):
            # An expectation that raised stops its source, whatever it was declared as.
            severity = "critical" if one["fault"] else one["severity"]
            counts[severity] += 1
            if one["passed"] and not one["unexpected_count"]:
                continue
            share = f"{one['share']:.2%}" if one["share"] else ""
            keys = "; ".join(
                f"{k['merchant_id']} {str(k['file_sha256'])[:8]} row {k['row_number']}"
                for k in one["samples"][:3]
            )
            told = one["fault"] or one["description"]
            name = one["name"]
            check = Link(name, f"{_beside(docs[source])}#{name}") if source in docs else name
            found = (source, check, one["evaluated_count"], one["unexpected_count"] or 0)
            rows[severity].append((*found, share, told, keys))
    columns = ("source", "check", "rows", "failing", "share", "what it means", "sample rows")
    return [
        Section(
            f"Checks of the gate: {severity}",
            f"{len(rows[severity])} of {counts[severity]} failed rows when they last had any.",
            columns,
            rows[severity],
            bool(rows[severity]),
        )
        for severity in rows
    ]


def _data_docs(docs: Mapping[str, Path]) -> Section:
    """The last page of every suite: one without new rows has that of an earlier week."""
    rows = [(Link(suite, _beside(page)), page.parent.name) for suite, page in docs.items()]
    verdict = f"Suites that Great Expectations has validated: {len(rows)}."
    return Section("Data Docs", verdict, ("suite", "last validated in the run of"), rows)


def _beside(page: Path) -> str:
    """The way to a page of Data Docs from the pages of data quality."""
    return f"../data_docs/{page.parent.name}/{page.name}"


def _files(files: list[FileAccount]) -> list[Section]:
    held = [(one.merchant_id or "nobody", one.file_name, one.problem) for one in files]
    rows = [(owner, name, problem) for owner, name, problem in held if problem]
    nobody = [(one.file_name, one.file_sha256[:8], one.status) for one in files if _is_open(one)]
    return [
        Section(
            "Held files",
            f"{len(rows)} of {len(files)} files are held.",
            ("merchant", "file", "why"),
            rows,
            bool(rows),
        ),
        Section(
            "Unclaimed files",
            f"{len(nobody)} files are of nobody; seedbed merchants suggest proposes whose.",
            ("file", "content", "status"),
            nobody,
            bool(nobody),
        ),
    ]


def _is_open(file: FileAccount) -> bool:
    return not file.merchant_id and file.status != "withdrawn"


def _late(workspace: Workspace) -> Section:
    found = newest_days(workspace)
    rows = [(one, str(day or "no day at all")) for one, day in found.late.items()]
    verdict = f"{len(rows)} merchants have no order export to {found.expected}."
    return Section("Late exports", verdict, ("merchant", "covered to"), rows, bool(rows))


def _drifted(workspace: Workspace) -> Section:
    unknown = unknown_headers(workspace)
    rows = [(source, header) for source, headers in unknown.items() for header in headers]
    verdict = f"{len(rows)} headers are in no layout; their values are not read."
    return Section("Drifted layouts", verdict, ("source", "header"), rows, bool(rows))


def _quarantine(files: list[FileAccount]) -> Section:
    rules: Counter[tuple[str, str]] = Counter()
    touched: Counter[tuple[str, str]] = Counter()
    for file in files:
        if file.status == "loaded":
            for rule, rows in file.quarantined_by_rule.items():
                rules[file.source or "", rule] += rows
                touched[file.source or "", rule] += 1
    rows = [(*key, count, touched[key]) for key, count in rules.most_common()]
    verdict = f"Rules have put aside {sum(rules.values()):,} rows of files that count."
    columns = ("source", "rule", "rows", "files")
    return Section("Quarantined rows by rule", verdict, columns, rows, bool(rows))


def _difference(workspace: Workspace) -> Section:
    known = json.loads(workspace.store.fact(DIFFERENCE) or "{}")
    weeks = known.get("weeks", [])
    rows: list[tuple[str | int, ...]] = [
        (mart, "rows", str(before), str(after))
        for mart, (before, after) in known.get("rows", {}).items()
    ]
    rows += [
        (f"{merchant_id} {week}", "orders, GMV", before, after)
        for merchant_id, week, before, after in weeks
    ]
    verdict = "No build has differed from the one before it."
    if known:
        at = datetime.fromisoformat(known["at"]).astimezone(BUSINESS_ZONE)
        verdict = (
            f"{len(weeks)} weeks that were whole have changed with the build of "
            f"{at:%Y-%m-%d %H:%M}, the last that differed."
        )
    return Section(
        "Difference to the tables published before",
        verdict,
        ("what", "of it", "before", "now"),
        rows,
        bool(weeks),
    )


def _anomalies(workspace: Workspace, week: Week) -> Section:
    past = against_own_past(workspace, week)
    rows = [(one.merchant_id, one.figure.replace("_", " "), one.sentence) for one in past.anomalies]
    verdict = (
        f"{len(rows)} of {past.judged} figures of {past.merchants} merchants are unlike their own "
        f"past; {past.asked - past.judged} have too little of one."
    )
    columns = ("merchant", "figure", "what")
    return Section("Data against its own past", verdict, columns, rows, bool(rows))


def _coverage(workspace: Workspace, week: Week) -> Section:
    """What is not there at all stands first, then what is not whole."""
    with open_published(workspace.home, workspace.settings.duckdb) as build:
        found = build.rows(_COVERAGE, [week.monday])
    rows = [tuple(one.values()) for one in found]
    days = [one["days_covered"] for one in found]
    whole = days.count(_DAYS_OF_A_WEEK)
    verdict = (
        f"{whole} of {len(rows)} sources that merchants have cover all seven days; "
        f"{days.count(0)} cover none."
    )
    columns = ("merchant", "source", "days covered", "days missing")
    return Section("Coverage of the week", verdict, columns, rows, whole < len(rows))
