"""What runs do, in one place outside Dagster's record: a line of JSON for each thing they say."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from dagster_shared.error import SerializableErrorInfo

from orchestration.home import Home


class RunLog(logging.Handler):
    """Appends what a run says to the file of its month, `dagster/log/2026-11.jsonl`.

    A line has `at` (UTC), `level`, `run_id`, `job`, `step`, `event` and `message`; of a failure
    the name of its `error` alone, for what another library says of it may quote a cell of an
    export. What it said whole stands in Dagster's record, under the same run id.
    """

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; the file is open only meanwhile, so that another run can write, too."""
        moment = datetime.fromtimestamp(record.created, tz=UTC)
        folder = self._home.run_logs
        try:
            line = json.dumps(_told(record, moment), ensure_ascii=False)
            folder.mkdir(parents=True, exist_ok=True)
            # Unbuffered: a line is one write, and lines of two runs never mix.
            with (folder / f"{moment:%Y-%m}.jsonl").open("ab", buffering=0) as log:
                log.write(f"{line}\n".encode())
        except (OSError, ValueError):
            # Told on standard error; a full disk stops a run where its data is written.
            self.handleError(record)


def _told(record: logging.LogRecord, moment: datetime) -> dict[str, str | None]:
    """The fields of a line; Dagster gives a record what it knows of its run in one attribute."""
    meta = getattr(record, "dagster_meta", {})
    event = meta.get("dagster_event")
    told = {
        "at": moment.isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "run_id": meta.get("run_id"),
        "job": meta.get("job_name"),
        "step": meta.get("step_key"),
        # The UI says run where the record still says pipeline.
        "event": event.event_type_value.replace("PIPELINE_", "RUN_") if event else None,
        "message": meta.get("orig_message", record.getMessage()),
    }
    error = innermost(getattr(event.event_specific_data, "error", None)) if event else None
    return {**told, "error": error.cls_name} if error else told


def innermost(error: SerializableErrorInfo | None) -> SerializableErrorInfo | None:
    """The error that was first, without those that Dagster wrapped around it; None of None."""
    while error is not None and error.cause is not None:
        error = error.cause
    return error
