"""Back a home up into one file, and make a home of such a file again.

Here live what belongs to the backup set, the archive's manifest, and both ways between.
Add a folder to `contents.py` if nothing else in a home could bring it back.
Keep out what a run rebuilds: it would only make backups large, and could contradict the rest.
Read `contents.py` first.
"""
