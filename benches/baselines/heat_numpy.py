"""The heat equation in NumPy: slices of the whole rod, 100 001 points.

Usage: python3 heat_numpy.py SECONDS [POINTS]
Prints the updates of a point and the seconds they took, as one line of JSON.
"""

import json
import math
import sys
import time

import numpy as np


def euler(f, dt, h):
    """One time step."""
    df2 = np.zeros(f.shape[0])
    df2[1:-1] = (f[2:] + f[:-2] - 2.0 * f[1:-1]) * h**-2
    return f + dt * df2


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    points = int(sys.argv[2]) if len(sys.argv) > 2 else 100_001
    h = math.pi / (points - 1)
    dt = 0.4 * h**2
    x = np.linspace(0.0, math.pi, points)
    f = x * (math.pi - x) / (0.25 * math.pi**2)
    updates = 0
    start = time.perf_counter()
    elapsed = 0.0
    while elapsed < seconds:
        f = euler(f, dt, h)
        updates += points - 2
        elapsed = time.perf_counter() - start
    assert 0.0 < f[points // 2] <= 1.0
    print(json.dumps({"work": updates, "seconds": elapsed}))


if __name__ == "__main__":
    main()
