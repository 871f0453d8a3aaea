"""Home or canal in NumPy: many walkers between -20 and 80 side by side, finished ones replaced by the next array.

Usage: python3 between_numpy.py SECONDS
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import sys
import time

import numpy as np

LOWER, UPPER = 20.0, 80.0
WALKERS = 20_000  # enough that the cost of a call is spread, few enough for the second cache


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rng = np.random.default_rng(1)
    steps, below, above = 0, 0, 0
    start = time.perf_counter()
    elapsed = 0.0
    position = np.zeros(WALKERS)
    while elapsed < seconds:
        position += 2.0 * (rng.random(position.size) - 0.5)
        steps += position.size
        inside = (-LOWER < position) & (position < UPPER)
        if not inside.all():
            ended = position[~inside]
            low = np.count_nonzero(ended < 0.0)
            below += low
            above += ended.size - low
            position = position[inside]
            if position.size < WALKERS // 2:
                position = np.zeros(WALKERS)
        elapsed = time.perf_counter() - start
    # Those that end soon end below, so that their part only falls to its limit.
    assert below >= above
    print(json.dumps({"work": steps, "seconds": elapsed}))


if __name__ == "__main__":
    main()
