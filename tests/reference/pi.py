#!/usr/bin/env python3
"""Known answers for Monte Carlo pi, written from docs/determinism.md only. It draws every point and every cell.

Prints tests/reference/pi.csv:  python3 tests/reference/pi.py > tests/reference/pi.csv
All numbers are integers, except the heights, which are Python's floats (IEEE 754 doubles).
"""

import math

from contract import MASK, stream


def coordinates(points, seed):
    """The 48 bits of x and of y of each point."""
    for point in range(points):
        if point % 1024 == 0:
            draws = stream(seed, "pi", point // 1024)
        if point % 4 == 0:
            xs, ys = next(draws), next(draws)
        shift = 48 - 16 * (point % 4)
        fine = next(stream(seed, "fine", point))
        yield ((xs >> shift & 0xFFFF) << 32 | fine >> 32, (ys >> shift & 0xFFFF) << 32 | fine & 0xFFFFFFFF)


def plain(points, seed):
    inside = sum((2 * x + 1) ** 2 + (2 * y + 1) ** 2 < 1 << 98 for x, y in coordinates(points, seed))
    return inside, inside


def antithetic(points, seed):
    total = squares = 0
    ones = (1 << 48) - 1
    for x, y in coordinates(points, seed):
        images = [(x, y), (x ^ ones, y ^ ones)]
        inside = sum((2 * x + 1) ** 2 + (2 * y + 1) ** 2 < 1 << 98 for x, y in images)
        total += inside
        squares += inside**2
    return total, squares


def stratified(points, seed):
    side = math.isqrt(points)
    total = disagree = 0
    for cell in range(side**2):
        column, row = divmod(cell, side)
        inside = []
        for label in ("pi", "error"):
            draw = next(stream(seed, label, cell))
            x = 2 * ((column << 32) + (draw >> 32)) + 1
            y = 2 * ((row << 32) + (draw & 0xFFFFFFFF)) + 1
            inside.append(x * x + y * y < (side << 33) ** 2)
        total += inside[0]
        disagree += inside[0] != inside[1]
    return total, disagree


def conditional(points, seed):
    heights = squares = 0
    for point in range(points):
        if point % 1024 == 0:
            draws = stream(seed, "pi", point // 1024)
        if point % 2 == 0:
            draw = next(draws)
        half = draw & 0xFFFFFFFF if point % 2 else draw >> 32
        x = (half + 0.5) / 2**32
        square = 1.0 - x * x
        # round() takes ties to even; the products by a power of two are exact.
        heights += round(math.sqrt(square) * 2**40)
        squares += round(square * 2**40)
    return heights, squares


SEEDS = [1, 7, 20260731, MASK]

if __name__ == "__main__":
    print("method,points,seed,sum,spread")
    for method in (plain, antithetic, stratified, conditional):
        cases = [(points, seed) for points in (1, 2, 1025, 30_000) for seed in SEEDS] + [(300_000, 5)]
        for points, seed in cases:
            total, spread = method(points, seed)
            print(f"{method.__name__},{points},{seed},{total},{spread}")
