"""The playbook: blocks that turn a merchant's few numbers into one honest finding.

Here live pure functions on small pandas frames, and the contract of their result in `block.py`.
Add a block as one module with its planted-truth test, and its sentence in the digest's catalogues.
Keep wording, files and the clock out: a block returns a message id and its parameters.
Read `block.py` first, then `weekly_change.py` as the example.
"""
