"""Stage 6: publish. A finished build is copied and becomes visible to readers at once.

Here stand the asset of the data build and the one of the weekly build.
Add what a reader must see about a build to their metadata.
Keep copying and swapping out: `orchestration/warehouse/publish.py` does it.
Read `assets.py` first.
"""
