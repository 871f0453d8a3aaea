"""A walk in three dimensions in NumPy: many walkers in a ball of radius 50 side by side, finished ones replaced by the next array.

Usage: python3 ball_numpy.py SECONDS
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import sys
import time

import numpy as np

RADIUS = 50.0
WALKERS = 8_000  # enough that the cost of a call is spread, few enough for the second cache


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rng = np.random.default_rng(1)
    steps = 0
    start = time.perf_counter()
    elapsed = 0.0
    # A row for each coordinate: whole arrays at a time.
    position = np.zeros((3, WALKERS))
    while elapsed < seconds:
        position += 2.0 * (rng.random(position.shape) - 0.5)
        steps += position.shape[1]
        x, y, z = position
        inside = x * x + y * y + z * z < RADIUS * RADIUS
        if not inside.all():
            position = position[:, inside]
            if position.shape[1] < WALKERS // 2:
                position = np.zeros((3, WALKERS))
        elapsed = time.perf_counter() - start
    print(json.dumps({"work": steps, "seconds": elapsed}))


if __name__ == "__main__":
    main()
