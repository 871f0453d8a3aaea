"""Known answers of the heat equation, by an independent program: plain Python floats, one array per step.

Writes heat.csv in the same folder: points, steps, the sum over i of 2 i + 1 times the bits of value i modulo 2^64, and
the bits of the middle value. Both are 16 hexadecimal digits. Takes a few seconds.
"""

import math
import pathlib
import struct

CASES = [(3, 10), (4, 7), (5, 100), (10, 33), (18, 50), (51, 3166), (64, 1000), (129, 257), (1001, 300), (4099, 130), (70001, 20)]


def bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def solve(points, steps):
    h = math.pi / (points - 1)
    square = h * h
    r = 0.4 * square / square
    c = 1.0 - 2.0 * r
    f = [0.0] * points
    for i in range(1, points - 1):
        x = i * h
        f[i] = x * (math.pi - x) / (0.25 * (math.pi * math.pi))
    for _ in range(steps):
        f = [0.0] + [c * f[i] + r * (f[i - 1] + f[i + 1]) for i in range(1, points - 1)] + [0.0]
    return f


def main():
    lines = ["points,steps,sum,middle"]
    for points, steps in CASES:
        f = solve(points, steps)
        total = sum((2 * i + 1) * bits(value) for i, value in enumerate(f)) % 2**64
        lines.append(f"{points},{steps},{total:016x},{bits(f[points // 2]):016x}")
    pathlib.Path(__file__).with_name("heat.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
