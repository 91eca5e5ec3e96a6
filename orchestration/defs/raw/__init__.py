"""Stage 3: the gate. Staged rows become raw, quarantined or held; the checks say why.

Here one asset per source is made from its suite, with one check per expectation.
Add a source by its layout in `exports/layouts` and its suite in `expectations/suites`.
Keep rules out: an expectation belongs into the suite file.
Read `assets.py` first.
"""
