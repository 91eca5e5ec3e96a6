"""Digests, the last steps: composed, shown before they are sent, kept, and delivered once.

Here live the composing of a week, its preview, its archive and the delivery.
Add what a digest needs from two rooms here; what it says is added in `digest/`.
Keep words, layout and channels out: they belong to `digest/` and `delivery/`.
Read `composing.py` first, then `delivering.py`.
"""
