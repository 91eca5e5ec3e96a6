"""Stage 7: compose the digests of the decided weeks, and deliver the last closed one.

Here stand `digests/composed`, `quality/page`, and the job that delivers, which is no asset.
Add another thing that is made per week here.
Keep delivery out of every asset: a backfill must never send.
Read `assets.py` first.
"""
