"""What the page of a week says, from what each step has left. Reads, and writes nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.flow.accounting import FileAccount, accounts
from orchestration.flow.audit import STAGES, last_audit, sample_keys
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
    files = accounts(workspace)
    return [
        *check_sections(workspace),
        *_files(files),
        _late(workspace),
        _drifted(workspace),
        _quarantine(files),
        _difference(workspace),
        _anomalies(workspace, week),
        _coverage(workspace, week),
        # To look things up in, so last.
        _data_docs(newest_data_docs(workspace.home)),
    ]


def check_sections(workspace: Workspace) -> list[Section]:
    """One section per severity of gate and marts each: every expectation as it last came out."""
    docs = newest_data_docs(workspace.home)
    gate = [
        (source, one, _file_rows(one))
        for source in sources(workspace.home)
        for one in last_suite_result(workspace, source).get("expectations", [])
    ]
    marts = [
        (mart["mart"], one, sample_keys(one))
        for stage in STAGES
        for mart in last_audit(workspace, stage).marts
        for one in mart["expectations"]
    ]
    return [
        *_by_severity("the gate", "source", gate, docs),
        *_by_severity("marts", "mart", marts, docs),
    ]


def _file_rows(result: dict[str, Any]) -> str:
    return "; ".join(
        f"{k['merchant_id']} {str(k['file_sha256'])[:8]} row {k['row_number']}"
        for k in result["samples"][:3]
    )


def _by_severity(
    whose: str,
    of: str,
    results: Sequence[tuple[str, dict[str, Any], str]],
    docs: Mapping[str, Path],
) -> Iterator[Section]:
    """`results`: whose each is, the result, and its sample rows in words."""
    for severity in ("critical", "warning"):
        # An expectation that raised stops what it is of, whatever it was declared as.
        own = [
            (name, one, keys)
            for name, one, keys in results
            if ("critical" if one["fault"] else one["severity"]) == severity
        ]
        rows = [
            (
                name,
                _check(name, one["name"], docs),
                one["evaluated_count"],
                one["unexpected_count"] or 0,
                f"{one['share']:.2%}" if one["share"] else "",
                one["fault"] or one["description"],
                keys,
            )
            for name, one, keys in own
            if not one["passed"] or one["unexpected_count"]
        ]
        yield Section(
            f"Checks of {whose}: {severity}",
            f"{len(rows)} of {len(own)} failed rows when they last had any.",
            (of, "check", "rows", "failing", "share", "what it means", "sample rows"),
            rows,
            bool(rows),
        )


def _check(suite: str, check: str, docs: Mapping[str, Path]) -> Cell:
    """The name of a check, as a link to its place in the Data Docs of its suite."""
    return Link(check, f"{_beside(docs[suite])}#{check}") if suite in docs else check


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
