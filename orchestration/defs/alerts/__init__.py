"""What Dagster watches over itself: runs that failed are told to the data team.

Here stands the sensor of failed runs.
Add another watch over runs here; what is wrong with data is a check of its asset.
Keep sentences and addresses out: `orchestration/flow/alerts.py` has them.
Read `sensor.py` first.
"""
