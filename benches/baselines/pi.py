"""Monte Carlo pi in plain Python: one point after another, in batches of 10 000.

Usage: python3 pi.py SECONDS
Prints the points drawn and the seconds they took, as one line of JSON.
"""

import json
import random
import sys
import time

BATCH = 10_000


def sample_one_batch():
    """The estimate from one batch."""
    inside = 0
    for _ in range(BATCH):
        x = random.random()
        y = random.random()
        if x * x + y * y <= 1.0:
            inside += 1
    return 4.0 * inside / BATCH


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    random.seed(1)
    points, total = 0, 0.0
    start = time.perf_counter()
    elapsed = 0.0
    while elapsed < seconds:
        total += sample_one_batch()
        points += BATCH
        elapsed = time.perf_counter() - start
    assert abs(total / (points // BATCH) - 3.14159) < 0.5
    print(json.dumps({"work": points, "seconds": elapsed}))


if __name__ == "__main__":
    main()
