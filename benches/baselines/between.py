"""Home or canal in plain Python: one walker after another, from 0 until at -20 or below or at 80 or above.

Usage: python3 between.py SECONDS
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import random
import sys
import time

LOWER, UPPER = 20.0, 80.0


def first_exit():
    """Steps that a walker takes until it is at a barrier or beyond, and whether that is the lower one."""
    position = 0.0
    steps = 0
    while -LOWER < position < UPPER:
        position += 2.0 * (random.random() - 0.5)
        steps += 1
    return steps, position < 0.0


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    random.seed(1)
    steps, walks, below = 0, 0, 0
    start = time.perf_counter()
    elapsed = 0.0
    while elapsed < seconds:
        taken, is_below = first_exit()
        steps += taken
        walks += 1
        below += is_below
        elapsed = time.perf_counter() - start
    # 0.798 of them, if there are many.
    assert walks < 100 or 0.5 < below / walks < 1.0
    print(json.dumps({"work": steps, "seconds": elapsed}))


if __name__ == "__main__":
    main()
