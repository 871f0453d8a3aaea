#!/usr/bin/env python3
"""Known answers for walks between barriers, in space and with a return.

Written from the contract of randomness only: one walker after another, in Python's integers. Writes problems.csv in
the same folder. Its columns:

kind        between, up, down (line); ball, cube (space); sign, round (return to the ball), lattice (return)
dimensions  of space and lattice
lower       position of the lower barrier
upper       position of the upper barrier; the radius
start, horizon, samples, seed
ended, total_steps, sum_squares, longest    of the walks that ended before the horizon
censored    number of the other walks
ended_lower number of ended walks whose first coordinate, relative to the start, is negative; 0 for returns
checksum    sum of (2 k + 1) x_k modulo 2^64, as 16 hexadecimal digits, over T (0 if censored) and the end position of
            all walkers; one number for each coordinate, none on the lattice

Takes a few seconds.
"""

import math
import pathlib
from fractions import Fraction

from contract import MASK, UNIT, steps as steps_of, stream

CASES = """
kind,dimensions,lower,upper,start,horizon,samples,seed
between,,-20,80,0,,60,1
between,,-2,8,,,2000,7
between,,-0.001,3.3,,,1500,20260731
between,,5,17.25,6.5,,1000,18446744073709551615
between,,-7.1,2.718281828459045,-0.30000000000000004,,1500,12345678901234567890
between,,-0.25,0.25,0.00000000023283064365386963,,500,3
between,,-4,9,,101,2000,5
between,,-12,12,-3.75,7,999,9
up,,,5,,2000,400,1
up,,,-2.5,-4,33,1000,2
down,,-10,,3.5,1500,400,4
ball,1,,7.25,,,2000,7
ball,2,,10,,,1000,1
ball,2,,0.3,,,1000,8
ball,3,,10,,,1000,1
ball,3,,5.5,,13,1000,11
ball,5,,6.1,,,700,13
ball,8,,4,,,1500,21
ball,16,,9.75,,,300,34
cube,2,,10,,,700,1
cube,3,,2.718281828459045,,,1000,42
cube,4,,0.7,,,999,43
cube,7,,6,,20,500,44
cube,16,,5,,,300,45
sign,,,,,1000,700,1
sign,,,,,2,3000,6
round,2,,1.5,,500,1000,1
round,3,,4,,300,600,2
round,8,,1.5,,30,2000,3
lattice,1,,,,3000,500,1
lattice,2,,,,1000,600,2
lattice,3,,,,1000,600,3
lattice,4,,,,501,700,4
lattice,5,,,,300,900,5
lattice,6,,,,300,900,6
lattice,7,,,,1,999,7
lattice,8,,,,200,3000,8
"""


def on_the_line(steps, start, low, high, horizon):
    """T and the end position; low or high is infinite if there is no such barrier."""
    position, time = start, 0
    while time != horizon:
        position += next(steps)
        time += 1
        if position <= low or position >= high:
            return time, [position]
    return 0, [position]


def changed_sign(steps, horizon):
    position, time, sign = 0, 0, 0
    while time != horizon:
        position += next(steps)
        time += 1
        now = (position > 0) - (position < 0)
        if sign == 0:
            sign = now
        elif now == -sign:
            return time, [position]
    return 0, [position]


def in_space(steps, dimensions, edge, shape, horizon):
    """Walks out of the ball or cube; with the shape "round", out of the ball and in again."""
    position, time, been_out = [0] * dimensions, 0, False
    while time != horizon:
        for j in range(dimensions):
            position[j] += next(steps)
        time += 1
        if shape == "cube":
            outside = max(abs(x) for x in position) >= edge
        else:
            outside = sum(x * x for x in position) >= edge * edge
        if shape == "round":
            if been_out and not outside:
                return time, position
            been_out = been_out or outside
        elif outside:
            return time, position
    return 0, position


def on_the_lattice(draws, dimensions, horizon):
    choices = 2 * dimensions
    each = [32, 16, 10, 10, 6, 6, 6, 8][dimensions - 1]
    power = choices**each
    position, time = [0] * dimensions, 0
    for draw in draws:
        pair = (draw >> 32, draw & 0xFFFFFFFF)
        if any(half * power % (1 << 32) < (1 << 32) % power for half in pair):
            continue
        for half in pair:
            for _ in range(each):
                choice, half = divmod(choices * half, 1 << 32)
                position[choice // 2] += -1 if choice % 2 else 1
                time += 1
                if not any(position):
                    return time, []
                if time == horizon:
                    return 0, []


def units(text, rounding):
    return rounding(Fraction(float(text)) * UNIT)


def walker(case, index):
    kind, seed = case["kind"], int(case["seed"])
    horizon = int(case["horizon"]) if case["horizon"] else None
    dimensions = int(case["dimensions"] or 1)
    steps = steps_of(seed, index)
    if kind in ("between", "up", "down"):
        start = units(case["start"] or "0", round)
        low = units(case["lower"], math.floor) if case["lower"] else -math.inf
        high = units(case["upper"], math.ceil) if case["upper"] else math.inf
        return on_the_line(steps, start, low, high, horizon)
    if kind == "sign":
        return changed_sign(steps, horizon)
    if kind == "lattice":
        return on_the_lattice(stream(seed, "walk", index), dimensions, horizon)
    return in_space(steps, dimensions, units(case["upper"], math.ceil), kind, horizon)


def row(case):
    times, lower, checksum, weight = [], 0, 0, 1
    samples = int(case["samples"])
    start = units(case["start"] or "0", round)
    for index in range(samples):
        time, position = walker(case, index)
        if time:
            times.append(time)
            if case["kind"] in ("between", "up", "down", "ball", "cube"):
                lower += position[0] - start < 0
        for number in [time, *position]:
            checksum += weight * number
            weight += 2
    squares = sum(time * time for time in times)
    longest = max(times, default=0)
    censored = samples - len(times)
    return f"{len(times)},{sum(times)},{squares},{longest},{censored},{lower},{checksum & MASK:016x}"


def main():
    header, *cases = CASES.split()
    lines = [header + ",ended,total_steps,sum_squares,longest,censored,ended_lower,checksum"]
    for line in cases:
        case = dict(zip(header.split(","), line.split(","), strict=True))
        lines.append(f"{line},{row(case)}")
    pathlib.Path(__file__).with_name("problems.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
