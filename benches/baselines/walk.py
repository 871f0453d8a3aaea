"""The course's workload in plain Python: walks to Y = 10, 20, ..., 150, one after another.

Usage: python3 walk.py [SAMPLES]    (300 by default)
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import random
import sys
import time


def first_crossing(y):
    """Steps that a walker takes until it is at distance y or beyond."""
    position = 0.0
    steps = 0
    while abs(position) < y:
        position += 2.0 * (random.random() - 0.5)
        steps += 1
    return steps


def main():
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    random.seed(1)
    start = time.perf_counter()
    steps = sum(first_crossing(y) for y in range(10, 151, 10) for _ in range(samples))
    print(json.dumps({"steps": steps, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
