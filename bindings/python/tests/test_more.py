"""Exact values, distributions, models, schedules, streams and the machine."""

from __future__ import annotations

import math
import os
import pickle
import re
import typing

import numpy as np
import pytest

import lanewalk
from lanewalk import exact, model, tasks

TIMINGS = [1, 2, 4, 15], [32.0, 15.7, 9.6, 5.9]


def test_exact_moments():
    known = {1: 5.365299790586837, 10: 318.2934579398898, 20: 1236.1705893569347, 150: 67768.57329854638}
    several = exact.first_passage(list(known))
    np.testing.assert_allclose(several.mean, list(known.values()), rtol=1e-9)
    for place, (distance, mean) in enumerate(known.items()):
        single = exact.first_passage(distance)
        assert single == tuple(column[place] for column in several) and single.mean == pytest.approx(mean, rel=1e-9)
        assert single.std_dev == lanewalk.first_passage(distance).exact_std_dev
    # Up to 1/2, every step ends the walk with the probability 1 - Y, so T is geometric.
    assert exact.first_passage(0.5)[:2] == pytest.approx((2, math.sqrt(2)))
    assert exact.in_cube(0.5, dimensions=3).mean == pytest.approx(1 / (1 - 0.5**3))
    assert exact.in_ball(0.5, dimensions=2).mean == pytest.approx(1 / (1 - math.pi / 16))
    assert math.isnan(exact.in_ball(5).mean)


def test_exact_exits_and_returns():
    exit = exact.first_exit(-20, 80)
    assert exit.probability_lower + exit.probability_upper == pytest.approx(1)
    sample = lanewalk.first_exit(-20, 80)
    assert (exit.mean, exit.mean_lower) == (sample.exact, sample.mean_lower.exact)
    polya = {1: 1.0, 2: 1.0, 3: 0.3405373296, 4: 0.1932016732, 5: 0.1351786098}
    for dimensions, ever in polya.items():
        returns = exact.first_return("lattice", dimensions=dimensions, horizon=100)
        assert returns.ever == pytest.approx(ever, abs=1e-10)
        assert returns.probability + returns.tail == pytest.approx(ever, abs=1e-9)
    sign = exact.first_return("sign", horizon=1000)
    assert sign.probability == pytest.approx(1 - 2 * math.comb(2000, 1000) / 4**1000, abs=1e-12)


def test_distributions():
    counted, known = lanewalk.first_passage_distribution(5, samples=20_000), exact.first_passage_distribution(5)
    steps = np.arange(0, 400, 7)
    for times in (counted, known):
        np.testing.assert_allclose(times.sf(steps) + times.cdf(steps), 1, atol=1e-12)
        assert times.pmf(steps)[3] == times.pmf(21) == pytest.approx(times.sf(20) - times.sf(21), abs=1e-12)
        assert times.sf(steps)[5] == times.sf(35) and times.horizon is None
    assert np.abs(counted.sf(steps) - known.sf(steps)).max() < counted.band()
    # The first step ends no walk to the distance 5, and T is at least 6 but for a set of measure 2^-31.
    assert known.sf([0, 1, 4]).tolist() == [1, 1, 1] and known.sf(6) < 1
    assert known.mean == pytest.approx(exact.first_passage(5).mean, rel=1e-9)
    assert known.mean_until(10**6) == pytest.approx(known.mean, rel=1e-9)
    values = np.repeat(counted.times, counted.walks.astype(int))
    assert len(values) == 20_000 and counted.mean == pytest.approx(values.mean())
    assert counted.quantile([0.25, 0.5]).tolist() == [np.sort(values)[4999], np.sort(values)[9999]]
    low, high = counted.quantile_interval(0.5)
    assert low <= known.quantile(0.5) <= high
    assert (counted.times == np.unique(lanewalk.first_passage_samples(5, samples=20_000))).all()
    censored = lanewalk.first_exit_distribution(-5, 5, horizon=20, samples=1000)
    times = lanewalk.first_exit_samples(-5, 5, horizon=20, samples=1000)
    assert censored.censored == (times == lanewalk.CENSORED).sum()
    assert censored.quantile(0.99) == math.inf and math.isnan(censored.sf(21)) and censored.horizon == 20
    assert exact.in_ball_distribution(5) is None and exact.in_ball_distribution(0.4) is not None
    assert exact.in_cube_distribution(3).sf(0) == 1 and exact.first_exit_distribution(upper=2, horizon=9).sf(1) == 1
    assert exact.first_return_distribution("lattice", dimensions=1, horizon=4).cdf([2, 4]).tolist() == [0.5, 0.625]


def test_exact_values_without_a_certain_digit_are_not_shown():
    far, near = exact.first_passage(2**31), exact.first_passage(2**29)
    assert math.isnan(far.mean) and math.isnan(far.std_dev) and far.relative_error > 1
    assert near.mean == pytest.approx(3 * 2.0**58, rel=1e-6) and near.relative_error < 0.5
    several = exact.first_passage([10, 2**31])
    assert np.isnan(several.mean).tolist() == np.isnan(several.std_dev).tolist() == [False, True]
    exit = exact.first_exit(-(2**30), 2**30)
    assert all(math.isnan(value) for name, value in exit._asdict().items() if name != "relative_error")
    assert exit.relative_error > 1
    passages = lanewalk.first_passage([10, 2**31], method="exact")
    assert np.isnan(passages.exact).tolist() == np.isnan(passages.exact_std_dev).tolist() == [False, True]
    assert passages.missing_z[1] == "the exact value has no certain digit" and np.isnan(passages.z[1])
    assert passages.exact_relative_error[1] > 1 and "nan" not in repr(passages)


def test_models():
    law = model.Amdahl(100, 10_000)
    workers = np.array([1, 2, 100])
    assert law.time(workers).tolist() == [100 + 10_000 / w for w in workers]
    assert law.limit == 101 and law.speedup(100) == 50.5 and law.efficiency(100) == 0.505
    assert law.workers_for(0.5) == 102
    assert model.Usl(1, 0, 0.01).peak == pytest.approx(10) and model.Usl(1, 0, 0).throughput(3) == pytest.approx(3)
    assert model.Gustafson(2, 0.5).throughput(3) == pytest.approx(2 * (0.5 + 0.5 * 3))
    assert model.CriticalPath(100, 10).bounds(4) == (25, pytest.approx(32.5))
    for each in (law, model.Usl(1, 0, 0.01), model.Gustafson(2, 0.5), model.CriticalPath(100, 10)):
        assert pickle.loads(pickle.dumps(each)) == each and each == eval(repr(each), vars(model))
    assert model.karp_flatt(4, 4) == 0


def test_fits():
    for law in (model.Amdahl(3, 40), model.Usl(0.5, 0.1, 0.01), model.CriticalPath(100, 20)):
        workers = [1, 2, 3, 4, 6, 8, 16]
        fit = model.fit(type(law), workers, law.time(workers))
        names = type(law)._fields
        assert [getattr(fit.law, name) for name in names] == pytest.approx([getattr(law, name) for name in names])
        assert fit.is_exact and fit.degrees_of_freedom == 7 - len(names)
    gustafson = model.Gustafson(2, 0.25)
    weak = model.fit(model.Gustafson, [1, 2, 4], gustafson.time([1, 2, 4]) * [1, 2, 4], work=[1, 2, 4])
    assert weak.law.serial_fraction == pytest.approx(0.25)
    fit = model.fit(model.Amdahl, *TIMINGS)
    assert fit["serial"].low < fit.law.serial < fit["serial"].high and fit["serial"].unit == "s"
    low, high = fit.time_band([1, 8])
    assert (low < fit.time([1, 8])).all() and (fit.time([1, 8]) < high).all()
    assert pickle.loads(pickle.dumps(fit)).parameters == fit.parameters
    assert fit.residuals.shape == (4,) and fit.relative_residual == pytest.approx(np.sqrt((fit.residuals**2).mean()))
    assert "serial" in repr(fit) and "serial" in fit._repr_html_()
    compared = model.compare(*TIMINGS)
    assert set(compared.possible) and str(compared) == compared.text


def test_models_refuse():
    for call, argument in [
        (lambda: model.Amdahl(-1, 1), "serial"),
        (lambda: model.Amdahl(1, math.nan), "parallel"),
        (lambda: model.Gustafson(0, 0.5), "rate"),
        (lambda: model.Usl(1, 2, 0), "contention"),
        (lambda: model.CriticalPath(0, 0), "work"),
        (lambda: model.fit(model.Amdahl, [1, 2], [1.0]), "seconds"),
        (lambda: model.fit(model.Amdahl, [1, 2], [1.0, 2.0], [1.0]), "work"),
        (lambda: model.fit(model.Amdahl, [0, 2], [1.0, 2.0]), "workers"),
        (lambda: model.fit(model.Amdahl, [1, 2], [1.0, -2.0]), "seconds"),
        (lambda: model.fit(model.Amdahl, [1, 2], [1.0, math.nan]), "seconds"),
        (lambda: model.fit(model.Amdahl, np.ones((2, 2)), [1.0, 2.0]), "workers"),
        (lambda: model.compare([1, 2.5], [1.0, 2.0]), "workers"),
        (lambda: model.Amdahl(1, 1).time([1, 0]), "workers"),
        (lambda: model.Amdahl(1, 1).time(math.nan), "workers"),
        (lambda: model.karp_flatt(math.nan, 4), "speedup"),
        (lambda: model.karp_flatt(2, 1), "workers"),
        (lambda: tasks.simulate([1, -1], 2), "cost"),
        (lambda: tasks.simulate([1, math.nan], 2), "cost"),
        (lambda: tasks.simulate([1e308] * 10, 2), "cost"),
        (lambda: tasks.simulate([1e308, 1e308], 2), "cost"),
        (lambda: tasks.simulate([1e308] * 20_000, 20_000, order="random"), "cost"),
        (lambda: model.Gustafson(1e-320, 0.5), "rate"),
        (lambda: model.Usl(1e-310, 0.5, 0), "rate"),
        (lambda: model.karp_flatt(1e-310, 2), "speedup"),
        (lambda: tasks.simulate([1, 1], 0), "workers"),
        (lambda: tasks.simulate([1, 1], 2**40), "workers"),
        (lambda: tasks.simulate([1, 1], 2, chunk=0), "chunk"),
        (lambda: tasks.simulate([1, 1], 2, order="text"), "order"),
        (lambda: tasks.simulate(np.ones((2, 2)), 2), "costs"),
        (lambda: lanewalk.steps(2**62, 5), "walker"),
        (lambda: lanewalk.steps(0, -1), "count"),
        (lambda: lanewalk.steps(0, 5, seed=2**64), "seed"),
        (lambda: lanewalk.draws(2**62, 5), "index"),
        (lambda: lanewalk.draws(0, 5, label="nine char"), "label"),
        (lambda: lanewalk.draws(0, 5, label="é"), "label"),
        (lambda: lanewalk.base(-1, "walk"), "seed"),
        (lambda: lanewalk.independent_seed(1, [0.5]), "keys"),
        (lambda: exact.first_passage(math.nan), "distances"),
        (lambda: exact.first_exit(3, 1), "lower"),
        (lambda: exact.in_cube(0), "radius"),
        (lambda: exact.first_return("lattice", dimensions=9), "dimensions"),
    ]:
        with pytest.raises(ValueError, match=f"^{argument}s?: "):
            call()
    for call, argument in [
        (lambda: model.Amdahl(None, 1), "serial"),
        (lambda: model.fit(model.Amdahl, 5, [1.0]), "workers"),
        (lambda: model.fit(model.Amdahl, [1, 2], None), "seconds"),
        (lambda: model.fit("amdahl", *TIMINGS), "law"),
        (lambda: model.Amdahl(1, 1).time("4"), "workers"),
        (lambda: tasks.simulate(["a"], 2), "costs"),
        (lambda: tasks.simulate([1], None), "workers"),
        (lambda: lanewalk.steps(None, 5), "walker"),
        (lambda: lanewalk.base(1, 5), "label"),
        (lambda: exact.first_exit(None, "1"), "upper"),
    ]:
        with pytest.raises(TypeError, match=f"^{argument}: "):
            call()
    with pytest.raises(MemoryError, match="^count: "):
        lanewalk.steps(0, 2**62)
    with pytest.raises(model.NotIdentifiable, match="not identifiable from 2 points"):
        model.fit(model.Amdahl, [1, 2], [3.0, 2.0])
    assert issubclass(model.NotIdentifiable, ValueError)


def test_schedules():
    costs = [1.0, 1.0, 1.0, 3.0]
    schedule = tasks.simulate(costs, 2)
    assert schedule.makespan == 4 and schedule.floor == 3 and schedule.busy.sum() == 6
    assert schedule.task.tolist() == [0, 1, 2, 3] and (schedule.end - schedule.start).tolist() == costs
    longest = tasks.simulate(costs, 2, order="longest")
    assert longest.makespan == 3 and longest.task.tolist()[0] == 3
    shuffled = [tasks.simulate(range(50), 3, order="random", seed=seed).task.tolist() for seed in (1, 1, 2)]
    assert shuffled[0] == shuffled[1] != shuffled[2] and sorted(shuffled[0]) == list(range(50))
    assert tasks.simulate(costs, 2, chunk=4).makespan == 6
    assert tasks.simulate([], 2).makespan == 0
    for costs in ([], [0.0], [-0.0], [-0.0, 0.0]):
        empty = tasks.simulate(costs, 2)
        for number in (empty.makespan, empty.floor, *empty.busy, *empty.start, *empty.end):
            assert math.copysign(1, number) == 1 and number == 0
    long = tasks.simulate([0.5] * 200_000, 3, order="longest", chunk=7)
    assert long.makespan == tasks.simulate(np.full(200_000, 0.5), 3, chunk=7).makespan


def test_machine():
    machine = lanewalk.machine()
    if hasattr(os, "sched_getaffinity"):
        assert machine.threads <= len(os.sched_getaffinity(0))
    assert machine.cpu and "wide" in machine.isas and machine.best_isa in machine.isas
    usable = [core for core in machine.cores if core.usable]
    assert not machine.cores or len(usable) >= 1


def test_every_public_name_is_documented():
    for module in (lanewalk, exact, model, tasks):
        assert module.__doc__
        for name in module.__all__:
            value = getattr(module, name)
            if callable(value):
                assert value.__doc__, f"{module.__name__}.{name}"


def test_lists_whose_entries_do_not_belong_together_are_refused():
    stored = lanewalk.first_passage([5, 6], samples=3).to_dict()
    others = [
        lanewalk.first_exit(-1, 1, samples=3),
        lanewalk.first_passage(6, samples=4),
        lanewalk.first_passage(6, samples=3, method="wald"),
    ]
    for other in [*(other.to_dict() for other in others), 5, {}, {"kind": "first passage"}]:
        with pytest.raises(ValueError, match="^parts: "):
            lanewalk.from_dict(stored | {"entries": [stored["entries"][0], other]})
    # Independent entries have seeds of their own.
    independent = lanewalk.first_passage([5, 6], samples=3, independent=True)
    assert lanewalk.from_dict(independent.to_dict()) == independent


def test_results_cannot_change():
    evolution, passages = lanewalk.heat(11, steps=3), lanewalk.first_passage([5, 6], samples=100)
    for array in [evolution.field, evolution.x, passages.mean, passages.exact, passages.z]:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    for result in [passages, passages[0]]:
        with pytest.raises(TypeError):
            result.estimates["mean"] = None
    with pytest.raises(TypeError):
        passages[0:1]


def test_masks_are_not_ignored():
    masked = np.ma.array([0.0, 1.0, 0.0], mask=[False, True, False])
    for call in [lambda: lanewalk.heat(start=masked, steps=1), lambda: lanewalk.heat_step(masked)]:
        with pytest.raises(TypeError, match="^(start|field): .*without a mask"):
            call()
    out = np.ma.array(np.zeros(3, np.uint64), mask=True)
    with pytest.raises(TypeError, match="^out: "):
        lanewalk.first_passage_samples(5, samples=3, out=out)


def test_a_start_that_is_not_aligned_is_copied():
    start = np.frombuffer(bytearray(8 * 11 + 1), np.uint8)[1:].view(float)
    assert lanewalk.heat(start=start, steps=3).field.tolist() == [0.0] * 11


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lanewalk.first_passage(5, layer="scalar", isa="wide"), "isa: cannot be used with the layer 'scalar'"),
        (lambda: lanewalk.first_passage(5, method="exact", samples=50), "samples: cannot be used with the method"),
        (lambda: lanewalk.first_passage(5, method="exact", walkers=(0, 5)), "walkers: cannot be used with the method"),
        (lambda: lanewalk.first_passage(5, walkers=(3, 1)), "walkers: got 3 to 1, expected a range"),
        (lambda: lanewalk.heat(start=[1, 2]), "start: "),
        (lambda: lanewalk.Rod(start=[]), "start: "),
        (lambda: lanewalk.heat(method="spectral", domains=2), "domains: cannot be used with the method 'spectral'"),
        (lambda: lanewalk.heat(method="spectral", threads=2), "threads: cannot be used with the method 'spectral'"),
    ],
)
def test_arguments_without_effect_are_refused(call, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        call()


def test_positions_are_signed():
    with pytest.raises(TypeError, match="^positions: .*int64"):
        lanewalk.first_passage_samples(5, samples=3, positions=np.zeros(3, np.uint64))


def test_types_of_arguments_can_be_read():
    for function in [lanewalk.first_passage, lanewalk.first_passage_samples, lanewalk.heat, lanewalk.pi]:
        assert "threads" in typing.get_type_hints(function)
