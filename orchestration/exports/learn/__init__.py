"""Learning a layout: what rows would make a file readable whose headers are new.

Here live the proposals: by words, by cells, by place; nothing in here writes or asks anybody.
Add a word that platforms use in two ways to `words.py`, a kind of personal value to `personal.py`.
Keep certainty honest: what is only likely is proposed, and somebody else decides.
Read `renamed.py` (a known source) and `unseen.py` (a new one) first, then `profile.py`.
"""
