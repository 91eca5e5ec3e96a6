"""Usage: python -m tests.fuzz [--seconds N] [--from NUMBER]; ends with 1 if it finds anything."""

from __future__ import annotations

import argparse

from tests.fuzz.workers import judge_range, run, told


def main() -> int:
    """Run for a while, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first case's number")
    parser.add_argument("--worker", type=int, nargs=2, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.worker:
        judge_range(*words.worker)
        return 0
    done = run(words.seconds, words.first)
    for sentence in told(done):
        print(sentence)
    return 1 if done.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
