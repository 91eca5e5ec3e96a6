"""Usage: tick_the_schedule.py SCHEDULE MOMENT: one tick, and all that a daemon would do of it.

Of the home named by SEEDBED_HOME. Prints what the schedule asked for, or why it asked for nothing.
"""

from __future__ import annotations

import sys
from datetime import datetime

import dagster as dg

from orchestration.settings import export_environment, home_from_environment

home = home_from_environment()
export_environment(home)

from orchestration.definitions import defs  # noqa: E402 - definitions read the home when they load


def run(
    name: str, instance: dg.DagsterInstance, request: dg.RunRequest
) -> dg.ExecuteInProcessResult:
    job = defs().resolve_job_def(name)
    done = job.execute_in_process(
        instance=instance,
        partition_key=request.partition_key,
        run_config=request.run_config or None,
        raise_on_error=False,
    )
    print(name, "succeeded" if done.success else "failed")
    return done


def main(schedule_name: str, moment: str) -> None:
    repository = defs().get_repository_def()
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime.fromisoformat(moment),
            repository_def=repository,
        )
        found = repository.get_schedule_def(schedule_name).evaluate_tick(context)
        if found.skip_message:
            print("skipped:", found.skip_message)
        for request in found.run_requests or []:
            done = run("monday_job", instance, request)
            sensor = repository.get_sensor_def("deliver_after_monday")
            event = next(e for e in done.all_events if e.event_type_value == "PIPELINE_SUCCESS")
            told = sensor(
                dg.build_run_status_sensor_context(
                    sensor_name=sensor.name,
                    dagster_instance=instance,
                    dagster_run=done.dagster_run,
                    dagster_event=event,
                    partition_key=done.dagster_run.tags.get("dagster/partition"),
                )
            )
            if isinstance(told, dg.RunRequest):
                run("delivery_job", instance, told)


if __name__ == "__main__":
    main(*sys.argv[1:])
