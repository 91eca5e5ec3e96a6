"""What readers reach by the links of their digests: `seedbed serve`.

Here live the routes, their headers and limits; what a link does is in `flow/digests/readers.py`.
Add a route only for something that a digest links to.
Keep figures, wording and state out: pages come from `digest/pages.py`, all else from the flow.
Read `app.py`.
"""
