"""The digest: what is said to a merchant or to the data team, from typed facts to renderings.

Here live the content model, its composition from reporting rows, blocks, languages and renderers.
Add a section as facts in `content.py` and blocks in a `layout_*.py`; a new output as `render_*.py`.
Keep files, network and the clock out, and no wording outside `locale/`: everything here is pure.
Read `content.py` first, then `layout_merchant.py`.
"""
