"""The known answers of independent programs, on every layer, instruction set and number of threads."""

from __future__ import annotations

import math

import numpy as np
import pytest
from common import VARIANT_NAMES, VARIANTS, Stream, base, table, walk

import lanewalk

every_variant = pytest.mark.parametrize("variant", VARIANTS, ids=VARIANT_NAMES)


def checksum(times, positions) -> str:
    """The checksum of the tables: each number with its weight, modulo 2^64."""
    times = np.where(times == np.uint64(lanewalk.CENSORED), np.uint64(0), times)
    columns = [times[:, None]]
    if positions is not None:
        columns.append(positions.reshape(len(times), -1).astype(np.uint64))
    numbers = np.concatenate(columns, axis=1).ravel()
    weights = np.arange(1, 2 * len(numbers), 2, dtype=np.uint64)
    return f"{int((numbers * weights).sum(dtype=np.uint64)):016x}"


@every_variant
def test_walks(variant):
    for row in table("walk"):
        y, samples, seed = float(row["y"]), int(row["samples"]), int(row["seed"])
        found = lanewalk.first_passage(y, samples=samples, seed=seed, **variant)
        got = found.total_steps, found.longest, found.ended_lower, found.samples
        assert got == (int(row["total_steps"]), int(row["longest"]), int(row["crossed_lower"]), samples), row
        assert found.to_dict()["sums"]["sum_squares"] == row["sum_squares"]


def problem(row):
    """The names of the functions of a row, with their arguments."""
    horizon = int(row["horizon"]) if row["horizon"] else None
    who = {"samples": int(row["samples"]), "seed": int(row["seed"])}
    match row["kind"]:
        case "between" | "up" | "down":
            lower = float(row["lower"]) if row["lower"] else None
            upper = float(row["upper"]) if row["upper"] else None
            return "first_exit", (lower, upper), who | {"start": float(row["start"] or 0), "horizon": horizon}
        case "ball" | "cube" as shape:
            arguments = who | {"dimensions": int(row["dimensions"]), "horizon": horizon}
            return f"in_{shape}", (float(row["upper"]),), arguments
        case "sign":
            return "first_return", ("sign",), who | {"horizon": horizon}
        case "lattice":
            return "first_return", ("lattice",), who | {"horizon": horizon, "dimensions": int(row["dimensions"])}
        case "round":
            ball = {"dimensions": int(row["dimensions"]), "radius": float(row["upper"]), "horizon": horizon}
            return "first_return", ("ball",), who | ball
    raise AssertionError(row)


@every_variant
def test_problems(variant):
    for row in table("problems"):
        name, where, arguments = problem(row)
        found = getattr(lanewalk, name)(*where, **arguments, **variant)
        sums = {key: int(value) for key, value in found.to_dict()["sums"].items()}
        if name == "first_exit":
            squares = sums["lower_sum_squares"] + sums["upper_sum_squares"]
            got = found.total_steps, squares, found.longest, found.censored, found.ended_lower
        else:
            got = found.total_steps, sums["sum_squares"], found.longest, found.censored, sums["lower"]
        names = "total_steps", "sum_squares", "longest", "censored", "ended_lower"
        assert got == tuple(int(row[name]) for name in names), row
        assert found.samples - found.censored == int(row["ended"])

        positions = row["kind"] != "lattice"
        each = getattr(lanewalk, f"{name}_samples")(*where, **arguments, **variant, positions=positions)
        times, ends = each if positions else (each, None)
        assert checksum(times, ends) == row["checksum"], row
        if row["kind"] in ("ball", "cube", "round"):
            assert ends.shape == (int(row["samples"]), int(row["dimensions"]))

        in_blocks = getattr(lanewalk, f"{name}_blocks")
        blocks = list(in_blocks(*where, **arguments, **variant, size=170, positions=positions))
        assert checksum(np.concatenate([block.times for block in blocks]), ends) == row["checksum"]
        assert [block.first for block in blocks] == list(range(0, int(row["samples"]), 170))

        counted = getattr(lanewalk, f"{name}_distribution")(*where, **arguments, **variant)
        assert int((counted.times * counted.walks).sum()) == int(row["total_steps"])
        assert (counted.samples, counted.censored) == (int(row["samples"]), int(row["censored"]))


@every_variant
def test_pi(variant):
    for row in table("pi"):
        points, seed = int(row["points"]), int(row["seed"])
        found = lanewalk.pi(points, method=row["method"], seed=seed, **variant).to_dict()["sums"]
        assert (found["sum"], found["spread"]) == (row["sum"], row["spread"]), row


@every_variant
def test_heat(variant):
    for row in table("heat"):
        points, steps = int(row["points"]), int(row["steps"])
        rod = lanewalk.Rod(points, **variant)
        rod.advance(steps // 3)
        rod.advance(steps - steps // 3)
        in_place = lanewalk.heat(points, steps=0, **variant).field.copy()
        lanewalk.heat_step(in_place, steps, **variant)
        for field in (lanewalk.heat(points, steps=steps, **variant).field, rod.field, in_place):
            bits = field.view(np.uint64)
            weights = np.arange(1, 2 * points, 2, dtype=np.uint64)
            total = int((bits * weights).sum(dtype=np.uint64))
            assert (f"{total:016x}", f"{int(bits[points // 2]):016x}") == (row["sum"], row["middle"]), row


def test_bases_of_the_oracle():
    """The tests' own generator follows the contract."""
    for row in table("streams"):
        seed, index = int(row["seed"]), int(row["index"])
        assert base(seed, row["label"]) == int(row["base"], 16)
        stream = Stream(seed, row["label"], index)
        assert [stream.draw() for _ in range(3)] == [int(row[name], 16) for name in ("first", "second", "third")]


def test_streams():
    for row in table("streams"):
        seed, index = int(row["seed"]), int(row["index"])
        assert lanewalk.base(seed, row["label"]) == int(row["base"], 16)
        draws = lanewalk.draws(index, 3, seed=seed, label=row["label"])
        assert draws.tolist() == [int(row[name], 16) for name in ("first", "second", "third")]
        assert lanewalk.draws(index, 200, seed=seed, label=row["label"])[:3].tolist() == draws.tolist()


def test_steps():
    for walker, seed, count in [(0, 1, 1001), (299, 1, 10), (2**62 - 1, 2**64 - 1, 7), (5, 0, 0)]:
        stream = Stream(seed, "walk", walker).steps()
        found = lanewalk.steps(walker, count, seed=seed)
        assert found.dtype == np.int32 and found.tolist() == [next(stream) for _ in range(count)]
    long = lanewalk.steps(3, 2**21 + 3)
    halves = lanewalk.draws(3, 2**20 + 2).view(np.uint32).reshape(-1, 2)[:, ::-1].ravel().view(np.int32)
    assert (long == halves[: len(long)]).all()


def test_seeds_of_entries():
    for row in table("independent"):
        keys = [int(row["dimensions"])] if row["dimensions"] else []
        keys += [math.ceil(float(row["distance"]) * 2**31)] if row["distance"] else []
        assert lanewalk.independent_seed(int(row["seed"]), keys) == int(row["derived_seed"], 16)


def test_a_walk_in_plain_python():
    expected = [walk(5, walker, -7 * 2**31, 7 * 2**31) for walker in range(40, 60)]
    times, positions = lanewalk.first_passage_samples(7, walkers=range(40, 60), seed=5, positions=True)
    assert list(zip(times.tolist(), positions.tolist(), strict=True)) == expected
    assert lanewalk.first_passage(7, walkers=(40, 60), seed=5).total_steps == sum(time for time, _ in expected)
    between = [walk(2, walker, -3 * 2**31, 5 * 2**31, 2**31) for walker in range(30)]
    times, positions = lanewalk.first_exit_samples(-3, 5, start=1, samples=30, seed=2, positions=True)
    assert list(zip(times.tolist(), positions.tolist(), strict=True)) == between


def test_independent_seeds():
    """A run with independent entries is a run with the seed of the table for each entry."""
    rows = [row for row in table("independent") if row["distance"] and not row["dimensions"]]
    assert len(rows) >= 3
    for row in rows:
        distance, seed = float(row["distance"]), int(row["seed"])
        listed = lanewalk.first_passage([distance, 3.0], samples=50, seed=seed, independent=True)
        alone = lanewalk.first_passage(distance, samples=50, seed=int(row["derived_seed"], 16))
        assert listed[0].total_steps == alone.total_steps
