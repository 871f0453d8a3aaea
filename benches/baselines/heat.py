"""The heat equation in plain Python: the loop over points that its array expression stands for.

Usage: python3 heat.py SECONDS
Prints the updates of a point and the seconds they took, as one line of JSON.
"""

import json
import math
import sys
import time

N = 10_001


def euler(f, dt, h):
    """One time step."""
    factor = dt * h**-2
    new = f[:]
    for i in range(1, len(f) - 1):
        new[i] = f[i] + factor * (f[i + 1] + f[i - 1] - 2.0 * f[i])
    return new


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    h = math.pi / (N - 1)
    dt = 0.4 * h**2
    f = [i * h * (math.pi - i * h) / (0.25 * math.pi**2) for i in range(N)]
    updates = 0
    start = time.perf_counter()
    elapsed = 0.0
    while elapsed < seconds:
        f = euler(f, dt, h)
        updates += N - 2
        elapsed = time.perf_counter() - start
    assert 0.9 < f[N // 2] <= 1.0
    print(json.dumps({"work": updates, "seconds": elapsed}))


if __name__ == "__main__":
    main()
