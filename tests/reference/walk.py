#!/usr/bin/env python3
"""Known answers for first-passage times to one distance, one walker after another, in Python's integers.

Prints tests/reference/walk.csv:  python3 tests/reference/walk.py > tests/reference/walk.csv
Its columns: the distance y, samples, seed; the sums of T and T^2, the largest T, and the number of walks that crossed
at the lower barrier. Takes about ten minutes: 441 million steps.
"""

import math
from fractions import Fraction

from contract import UNIT, steps

CASES = """
1,1,1
1,7,1
1,1000,1
0.5,100,3
10,1,1
10,300,1
10,100000,1
10,100000,42
20,300,1
50,20000,1
150,300,1
150,3000,42
7.25,5000,1
2.718281828459045,1000,12345678901234567890
"""


def time_of(seed, walker, barrier):
    position = time = 0
    for step in steps(seed, walker):
        position += step
        time += 1
        if abs(position) >= barrier:
            return time, position < 0


def row(y, samples, seed):
    barrier = math.ceil(Fraction(float(y)) * UNIT)
    walks = [time_of(seed, walker, barrier) for walker in range(samples)]
    times = [time for time, _ in walks]
    lower = sum(below for _, below in walks)
    return f"{y},{samples},{seed},{sum(times)},{sum(time * time for time in times)},{max(times)},{lower}"


if __name__ == "__main__":
    print("y,samples,seed,total_steps,sum_squares,longest,crossed_lower")
    for case in CASES.split():
        y, samples, seed = case.split(",")
        print(row(y, int(samples), int(seed)), flush=True)
