"""Stage 6: publish. A finished build is audited, then copied and visible to readers at once.

Here stand the asset of the data build, the one of the weekly build, and the audit before each.
Add what a reader must see about a build to their metadata; a rule of a mart goes into its suite.
Keep asking, copying and swapping out: `flow/audit.py` and `warehouse/publish.py` do it.
Read `audits.py` first, then `assets.py`.
"""
