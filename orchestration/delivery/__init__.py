"""Delivery: bring a digest to its readers, once, and remember what was brought to whom.

Here live the channels, the ledger of deliveries, the revisions and the archive of what was issued.
Add a channel as one module that keeps the contract of `channel.py`; `deliver.py` needs no change.
Keep wording and figures out: they come rendered from `digest`, and are sent as they are.
Read `channel.py`, then `deliver.py`.
"""
