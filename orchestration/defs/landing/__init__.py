"""Stages 1 and 2: files from the inbox, archived byte for byte, then read into staged rows.

Here stand the assets `landing/files` and `staged/rows`.
Add an asset only for a new way in, such as a remote inbox.
Keep parsing out: it lives in `orchestration/exports`.
Read `assets.py` first.
"""
