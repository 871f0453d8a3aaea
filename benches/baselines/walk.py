"""First-passage times in plain Python: one walker after another, one step after another.

Usage: python3 walk.py SECONDS         walks to Y = 150 for so long
       python3 walk.py example SAMPLES  the example list: SAMPLES walks each to Y = 10, 20, ..., 150
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
    random.seed(1)
    start = time.perf_counter()
    if len(sys.argv) > 1 and sys.argv[1] == "example":
        samples = int(sys.argv[2]) if len(sys.argv) > 2 else 300
        steps = sum(first_crossing(y) for y in range(10, 151, 10) for _ in range(samples))
    else:
        seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
        steps = 0
        while time.perf_counter() - start < seconds:
            steps += first_crossing(150)
    print(json.dumps({"work": steps, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
