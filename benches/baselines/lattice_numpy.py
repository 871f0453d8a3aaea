"""A walk on the cubic lattice in NumPy: many walkers side by side, each until back at the origin or for 1000 steps.

Usage: python3 lattice_numpy.py SECONDS
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import sys
import time

import numpy as np

HORIZON = 1000
WALKERS = 20_000  # enough that the cost of a call is spread, few enough for the second cache

# A position is one number, with a digit of base 4096 for each coordinate: no coordinate is large enough to carry.
MOVES = np.array([1, -1, 4096, -4096, 4096**2, -(4096**2)])


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rng = np.random.default_rng(1)
    steps, walks, returned = 0, 0, 0
    start = time.perf_counter()
    elapsed = 0.0
    position, time_left = np.zeros(WALKERS, dtype=np.int64), HORIZON
    while elapsed < seconds:
        position += MOVES[rng.integers(6, size=position.size, dtype=np.uint8)]
        steps += position.size
        time_left -= 1
        away = position != 0
        if not away.all():
            returned += position.size - np.count_nonzero(away)
            position = position[away]
        if time_left == 0:
            walks += WALKERS
            # 0.326 of them.
            assert 0.3 < returned / walks < 0.35
            position, time_left = np.zeros(WALKERS, dtype=np.int64), HORIZON
        elapsed = time.perf_counter() - start
    print(json.dumps({"work": steps, "seconds": elapsed}))


if __name__ == "__main__":
    main()
