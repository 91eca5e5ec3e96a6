"""Stage 5, the dbt models: staging, intermediate, marts, and the weekly reporting models.

Here stand the manifest, the translator that names assets, and the two groups of dbt assets.
Add a model in `dbt_project/`; it appears here by itself.
Keep SQL and table knowledge out.
Read `project.py` first.
"""
