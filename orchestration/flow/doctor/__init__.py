"""What `seedbed doctor` looks at: the installation, then the home, one room after the other.

Here live the looks; each yields findings, a sentence each with the command that mends it.
Add a look as a function to the module of its room, and name it in `examine.py`.
Keep mending out: the doctor changes nothing, and what needs Dagster is looked at by `defs/`.
Read `finding.py` first.
"""
