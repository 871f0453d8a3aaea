"""A walk on the cubic lattice in plain Python: one walker after another, until back at the origin or for 1000 steps.

Usage: python3 lattice.py SECONDS
Prints the steps taken and the seconds they took, as one line of JSON.
"""

import json
import random
import sys
import time

HORIZON = 1000


def first_return():
    """Steps that a walker takes until it is back at the origin, and whether it is."""
    position = [0, 0, 0]
    for step in range(1, HORIZON + 1):
        # One of six neighbours; randrange(6) takes more than twice as long.
        choice = int(6.0 * random.random())
        position[choice // 2] += 1 if choice % 2 == 0 else -1
        if position[0] == 0 and position[1] == 0 and position[2] == 0:
            return step, True
    return HORIZON, False


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    random.seed(1)
    steps, walks, returned = 0, 0, 0
    start = time.perf_counter()
    elapsed = 0.0
    while elapsed < seconds:
        taken, is_at_origin = first_return()
        steps += taken
        walks += 1
        returned += is_at_origin
        elapsed = time.perf_counter() - start
    # 0.326 of them, if there are many.
    assert walks < 100 or 0.1 < returned / walks < 0.6
    print(json.dumps({"work": steps, "seconds": elapsed}))


if __name__ == "__main__":
    main()
