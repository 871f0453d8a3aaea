"""First-passage times in NumPy: many walkers to Y = 150 side by side, finished ones replaced by the next array.

Usage: python3 walk_numpy.py SECONDS
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import sys
import time

import numpy as np

Y = 150.0
WALKERS = 20_000  # enough that the cost of a call is spread, few enough for the second cache


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rng = np.random.default_rng(1)
    steps = 0
    start = time.perf_counter()
    elapsed = 0.0
    position = np.zeros(WALKERS)
    while elapsed < seconds:
        position += 2.0 * (rng.random(position.size) - 0.5)
        steps += position.size
        inside = np.abs(position) < Y
        if not inside.all():
            position = position[inside]
            if position.size < WALKERS // 2:
                position = np.zeros(WALKERS)
        elapsed = time.perf_counter() - start
    print(json.dumps({"work": steps, "seconds": elapsed}))


if __name__ == "__main__":
    main()
