"""The watcher of the inbox: what is dropped there is taken in without anybody asking."""

import dagster as dg

from orchestration.defs.jobs import data_job
from orchestration.defs.machinery import UNFINISHED, end_dead_runs
from orchestration.flow.inbox.watching import count_new, look_into_inbox
from orchestration.flow.workspace import is_in_use, open_workspace
from orchestration.settings import home_from_environment, load_settings

_UNFINISHED_RUNS = dg.RunsFilter(statuses=UNFINISHED)


@dg.sensor(
    job=data_job,
    # A run takes about half a minute and one goes at a time; whoever looks more often finds the
    # home busy, and every look at a bucket is paid for.
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes in what is dropped into the inbox, once it is written to its end.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Ask for a data run when settled files lie there that have not landed; once per state."""
    home = home_from_environment()
    if not home.settings_file.exists():
        return dg.SkipReason(f"{home.root} is no home yet; `seedbed init` makes it one.")
    state = look_into_inbox(home, load_settings(home))
    if state.fingerprint == context.cursor:
        return dg.SkipReason(f"Nothing new: {state.in_words}")
    # The cursor stays: what is there now is looked at again when the home is free.
    if is_in_use(home):
        return dg.SkipReason(f"The home is in use: {state.in_words}")
    end_dead_runs(context.instance)
    if context.instance.get_runs_count(_UNFINISHED_RUNS):
        return dg.SkipReason(f"The home is in use: {state.in_words}")
    with open_workspace(home) as workspace:
        new = count_new(workspace, state)
    context.update_cursor(state.fingerprint)
    if not new:
        return dg.SkipReason(f"Nothing new: {state.in_words}")
    return dg.RunRequest(run_key=state.fingerprint, tags={"seedbed/new_files": str(new)})
