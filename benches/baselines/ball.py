"""A walk in three dimensions in plain Python: one walker after another, from the centre of a ball of radius 50 until outside.

Usage: python3 ball.py SECONDS
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import random
import sys
import time

RADIUS = 50.0


def first_escape():
    """Steps that a walker takes until it is at the distance RADIUS or beyond."""
    x = y = z = 0.0
    steps = 0
    while x * x + y * y + z * z < RADIUS * RADIUS:
        x += 2.0 * (random.random() - 0.5)
        y += 2.0 * (random.random() - 0.5)
        z += 2.0 * (random.random() - 0.5)
        steps += 1
    return steps


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    random.seed(1)
    steps = walks = 0
    start = time.perf_counter()
    elapsed = 0.0
    while elapsed < seconds:
        steps += first_escape()
        walks += 1
        elapsed = time.perf_counter() - start
    # E[T] is about 2530.
    assert walks < 100 or 2000 < steps / walks < 3100
    print(json.dumps({"work": steps, "seconds": elapsed}))


if __name__ == "__main__":
    main()
