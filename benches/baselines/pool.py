"""A pool: math.sin mapped over five numbers, time and again.

Usage: python3 pool.py SECONDS [WORKERS]
Prints the tasks done and the seconds they took, as one line of JSON. With FRESH set, every map has a pool of its own, as in
the exercise; otherwise one pool is kept, and only the maps are timed.
"""

import json
import math
import multiprocessing
import sys
import time

NUMBERS = [0.1, 0.2, 0.3, -2.3, 77.0]
FRESH = globals().get("FRESH", False)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    expected = [math.sin(number) for number in NUMBERS]
    tasks, elapsed = 0, 0.0
    if FRESH:
        start = time.perf_counter()
        while elapsed < seconds:
            with multiprocessing.Pool(processes=workers) as pool:
                assert pool.map(math.sin, NUMBERS) == expected
            tasks += len(NUMBERS)
            elapsed = time.perf_counter() - start
    else:
        with multiprocessing.Pool(processes=workers) as pool:
            pool.map(math.sin, NUMBERS)
            start = time.perf_counter()
            while elapsed < seconds:
                assert pool.map(math.sin, NUMBERS) == expected
                tasks += len(NUMBERS)
                elapsed = time.perf_counter() - start
    print(json.dumps({"work": tasks, "seconds": elapsed}))


if __name__ == "__main__":
    main()
