"""Tell the data team that a run has failed: what, what it means, and what mends it; once per cause.

The causes that were told stand in the state until a run of the same job ends well.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestration.delivery.channel import AmbiguousDeliveryError, DeliveryError
from orchestration.delivery.channels import configured
from orchestration.delivery.plain_note import plain_note
from orchestration.flow.faults import causes_of
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week, last_closed_week
from orchestration.settings import now

# Numbers of processes, hashes and times differ from run to run, and the cause is the same.
_VARIES = re.compile(r"\b[0-9a-f]{8,}\b|\d+")
# A sentence of ours is short; a page of somebody else's stands in the run's own log.
_MOST_CHARS = 600
# More causes than these have one behind them.
_MOST_CAUSES = 5


@dataclass(frozen=True)
class Failure:
    """A step that failed, by its key, and why."""

    step: str
    sentence: str


@dataclass(frozen=True)
class FailedRun:
    """A run that failed. `recovered_at`: when a run of this job last ended well."""

    job: str
    run_id: str
    week: Week | None
    failures: tuple[Failure, ...]
    recovered_at: datetime | None = None


@dataclass(frozen=True)
class _Meaning:
    """What the failure of a stage means, and the command that runs it again."""

    sentence: str
    command: str


_RUN = "seedbed run{week}"
# By how the key of a step begins; the first that fits counts.
_MEANINGS = (
    ("landing", _Meaning("New files are not taken in; nothing is lost.", "seedbed ingest")),
    ("staged", _Meaning("New files are archived and not read.", "seedbed ingest")),
    ("raw", _Meaning("No new rows of this source reach the tables.", "seedbed ingest")),
    ("handover__weeks", _Meaning("The week is not decided; no digest of it is made.", _RUN)),
    ("handover", _Meaning("The tables are not built; readers see those of before.", _RUN)),
    ("dbt_data", _Meaning("The tables are not built; readers see those of before.", _RUN)),
    ("dbt_weekly", _Meaning("The week is not decided; no digest of it is made.", _RUN)),
    (
        "audit_weekly",
        _Meaning(
            "The week is not shown, and no digest of it is made; readers see the tables.", _RUN
        ),
    ),
    ("audit", _Meaning("The new tables are not shown; readers see those of before.", _RUN)),
    ("published", _Meaning("The new tables are not shown; readers see those of before.", _RUN)),
    ("digests", _Meaning("Digests of the week are not composed.", _RUN)),
    (
        "deliver",
        _Meaning(
            "Not every digest has gone out; `seedbed digest status` says whose.",
            "seedbed digest send",
        ),
    ),
)
_UNKNOWN = _Meaning("The run was cut off, or never began.", _RUN)


def tell_failed_run(workspace: Workspace, run: FailedRun) -> list[str]:
    """Tell every reader of the team's digest the causes that it was not told yet; gives them.

    A cause counts as told when one reader has it, or may have it.
    """
    fact = f"failures_told/{run.job}"
    told = _still_told(workspace, fact, run)
    causes = {_cause(failure): failure for failure in _as_known(workspace, run)}
    fresh = {key: failure for key, failure in causes.items() if key not in told}
    if not fresh or not _tell(workspace, run, list(fresh.values())):
        return []
    told |= dict.fromkeys(fresh, now().isoformat())
    workspace.store.remember(fact, json.dumps(told))
    return [failure.sentence for failure in fresh.values()]


def _still_told(workspace: Workspace, fact: str, run: FailedRun) -> dict[str, str]:
    """What was told since the job last ended well: a cause that comes back is news."""
    told: dict[str, str] = json.loads(workspace.store.fact(fact) or "{}")
    since = run.recovered_at
    return {
        cause: moment
        for cause, moment in told.items()
        if since is None or datetime.fromisoformat(moment) > since
    }


def _as_known(workspace: Workspace, run: FailedRun) -> list[Failure]:
    """Each failure in the words of the step itself, where it has some."""
    unknown = Failure("", "No step of it says why; look at its log.")
    return [
        Failure(failure.step, sentence)
        for failure in run.failures or (unknown,)
        for sentence in causes_of(workspace, failure.step, failure.sentence)
    ]


def _cause(failure: Failure) -> str:
    text = f"{failure.step}\x1f{_VARIES.sub('#', failure.sentence)}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tell(workspace: Workspace, run: FailedRun, failures: Sequence[Failure]) -> bool:
    subject = f"Seedbed ({workspace.home.root.name}): {run.job}{_of(run.week)} failed."
    lines = _lines(run, failures)
    identity = "\x1f".join((run.run_id, *map(_cause, failures)))
    note_id = f"alert-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    channel_of = configured(workspace.home, workspace.settings.delivery)
    week = last_closed_week(now())
    was_told = False
    problems: list[str] = []
    for recipient in workspace.register().team.recipients:
        try:
            channel_of(recipient).send(plain_note(note_id, week, recipient, subject, lines))
            was_told = True
        except AmbiguousDeliveryError:
            # Another post of the same would be the worse mistake.
            was_told = True
        except DeliveryError as error:
            problems.append(str(error))
    if problems and not was_told:
        raise DeliveryError(" ".join(problems))
    return was_told


def _lines(run: FailedRun, failures: Sequence[Failure]) -> list[str]:
    lines = [_line(run, failure) for failure in failures[:_MOST_CAUSES]]
    if more := len(failures) - len(lines):
        lines.append(f"And {more} more; the run shows them.")
    return [*lines, f"Run {run.run_id} in `seedbed ui`. The same cause is not told again."]


def _line(run: FailedRun, failure: Failure) -> str:
    meaning = next((m for begin, m in _MEANINGS if failure.step.startswith(begin)), _UNKNOWN)
    week = f" --week {run.week.key}" if run.week else ""
    command = meaning.command.format(week=week)
    why = " ".join(failure.sentence.split())[:_MOST_CHARS]
    step = f"{failure.step}: " if failure.step else ""
    return f"{step}{why} {meaning.sentence} Mend that, then: {command}"


def _of(week: Week | None) -> str:
    return f" of {week.iso}" if week else ""
