"""The weekly partitions: one per closed reporting week, its key the Monday."""

import dagster as dg

from orchestration.periods import BUSINESS_ZONE
from orchestration.settings import home_from_environment, load_settings

weekly_partitions = dg.WeeklyPartitionsDefinition(
    start_date=load_settings(home_from_environment()).schedule.first_week,
    timezone=str(BUSINESS_ZONE),
    # Dagster's weeks begin on Sunday unless told.
    day_offset=1,
)
# A range of weeks is decided in one run: one dbt build for all of them, not one for each.
one_run_for_a_range = dg.BackfillPolicy.single_run()
