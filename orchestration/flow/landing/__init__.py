"""Landing, step 1: what lies in the inbox is archived, byte for byte, before anything is read.

Here live the step, the receipts that it writes, and the members of ZIPs, which land too.
Add what must happen to bytes before they are understood.
Keep headers and rows out: whose a file is and what it is, is found by the next step.
Read `land.py` first.
"""
