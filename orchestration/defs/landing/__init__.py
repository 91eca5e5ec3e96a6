"""Stages 1 and 2: files from the inbox, archived byte for byte, then read into staged rows.

Here stand the assets `landing/files` and `staged/rows`, and the sensor that watches the inbox.
Add an asset only for a new way in; where the inbox lies is a setting.
Keep parsing out: it lives in `orchestration/exports`.
Read `assets.py` first.
"""
