"""Monte Carlo pi in NumPy: batches of 100 000 points, whole arrays at a time.

Usage: python3 pi_numpy.py SECONDS
Prints the points drawn and the seconds they took, as one line of JSON.
"""

import json
import sys
import time

import numpy as np

BATCH = 100_000


def sample_one_batch(rng):
    """The estimate from one batch."""
    x = rng.random(BATCH)
    y = rng.random(BATCH)
    return 4.0 * np.count_nonzero(x * x + y * y <= 1.0) / BATCH


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rng = np.random.default_rng(1)
    points, total = 0, 0.0
    start = time.perf_counter()
    elapsed = 0.0
    while elapsed < seconds:
        total += sample_one_batch(rng)
        points += BATCH
        elapsed = time.perf_counter() - start
    assert abs(total / (points // BATCH) - 3.14159) < 0.5
    print(json.dumps({"work": points, "seconds": elapsed}))


if __name__ == "__main__":
    main()
