"""Results: merging, the stored form, equality, and what Jupyter shows."""

from __future__ import annotations

import json
import math
import pickle
import sys

import numpy as np
import pytest

import lanewalk

RUNS = {
    "passage": lambda walkers: lanewalk.first_passage(12, walkers=walkers, seed=3),
    "passages": lambda walkers: lanewalk.first_passage([12, 3.5], walkers=walkers, seed=3),
    "wald": lambda walkers: lanewalk.first_passage([12, 3.5], method="wald", walkers=walkers),
    "independent": lambda walkers: lanewalk.first_passage([12, 3.5], independent=True, walkers=walkers),
    "exit": lambda walkers: lanewalk.first_exit(-2, 8, walkers=walkers),
    "exit with a horizon": lambda walkers: lanewalk.first_exit(None, 3, horizon=100, walkers=walkers),
    "ball": lambda walkers: lanewalk.in_ball(4, dimensions=3, walkers=walkers),
    "cube": lambda walkers: lanewalk.in_cube(4, dimensions=2, horizon=40, walkers=walkers),
    "lattice": lambda walkers: lanewalk.first_return(horizon=100, walkers=walkers),
    "ball return": lambda walkers: lanewalk.first_return("ball", radius=1, horizon=100, walkers=walkers),
    "sign": lambda walkers: lanewalk.first_return("sign", horizon=100, walkers=walkers),
    "pi": lambda points: lanewalk.pi(3000, shard=points),
    "stratified": lambda points: lanewalk.pi(2500, method="stratified", shard=points),
    "times": lambda walkers: lanewalk.first_exit_distribution(-2, 8, horizon=60, walkers=walkers),
}
run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())


@run
def test_shards_merge_to_the_whole(run):
    whole = run((0, 2500))
    shards = [run((0, 900)), run(range(900, 1000)), run((1000, 2500))]
    merged = shards[2].merge(shards[0]).merge(shards[1])
    assert merged == whole and merged.digest == whole.digest and merged.ranges == (range(0, 2500),)
    assert merged.to_dict() == whole.to_dict()
    assert shards[0] != whole and shards[0] == run((0, 900)) and not shards[0] == "text"
    assert shards[0].merge(shards[2]).ranges == (range(0, 900), range(1000, 2500))
    if not isinstance(whole, lanewalk.TimeDistribution):
        np.testing.assert_array_equal(merged.z, whole.z)
        np.testing.assert_array_equal(merged.exact, whole.exact)
        assert merged.missing_z == whole.missing_z


@run
def test_shards_that_do_not_fit_are_refused(run):
    one = run((0, 900))
    before = one.to_dict()
    with pytest.raises(ValueError, match="^other: .*both hold the indices 800..900"):
        one.merge(run((800, 1000)))
    with pytest.raises(TypeError, match="^other: "):
        one.merge(None)
    assert one.to_dict() == before


def test_other_problems_do_not_merge():
    one = lanewalk.first_passage(10, walkers=(0, 10))
    for other, reason in [
        (lanewalk.first_passage(10, walkers=(10, 20), seed=2), "seeds are 1 and 2"),
        (lanewalk.first_passage(11, walkers=(10, 20)), "distance is 10 and 11"),
    ]:
        with pytest.raises(ValueError, match=f"^other: .*{reason}"):
            one.merge(other)
    with pytest.raises(ValueError, match="^other: .*lengths differ"):
        lanewalk.first_passage([1], walkers=(0, 5)).merge(lanewalk.first_passage([1, 2], walkers=(5, 6)))
    with pytest.raises(TypeError, match="^other: got FirstPassages, expected FirstPassage"):
        one.merge(lanewalk.first_passage([10], walkers=(10, 20)))


@run
def test_stored_results_are_read_back(run):
    result = run((1, 1700))
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        copy = pickle.loads(pickle.dumps(result, protocol))
        assert copy == result and type(copy) is type(result)
    stored = json.loads(json.dumps(result.to_dict()))
    assert lanewalk.from_dict(stored) == result == type(result).from_dict(stored)
    with pytest.raises(ValueError, match="^parts: got parts of"):
        other = lanewalk.PiBatches if not isinstance(result, lanewalk.PiBatches) else lanewalk.FirstExit
        other.from_dict(stored)


def test_large_sums_keep_all_digits():
    stored = lanewalk.first_passage(10, samples=2).to_dict()
    stored["sums"]["total_steps"] = str(2**100 + 1)
    stored["sums"]["longest"] = str(2**63)
    stored["sums"]["sum_squares"] = str(2**127)
    try:
        result = lanewalk.from_dict(stored)
    except ValueError:
        # The library refuses sums that cannot belong to this many walks.
        stored["sums"] |= {"total_steps": str(2**53 + 1), "longest": str(2**53), "sum_squares": str(2**106 + 1)}
        result = lanewalk.from_dict(stored)
    assert result.total_steps == int(stored["sums"]["total_steps"]) and isinstance(result.total_steps, int)


def broken(change):
    stored = lanewalk.first_passage(10, samples=5).to_dict()
    change(stored)
    return stored


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"kind": "none such"},
        {"kind": "first passages", "entries": []},
        {"kind": "first passages", "entries": 5},
        broken(lambda parts: parts.pop("seed")),
        broken(lambda parts: parts.update(seed=str(2**64))),
        broken(lambda parts: parts.update(seed=1)),
        broken(lambda parts: parts.update(ranges=["0..6"])),
        broken(lambda parts: parts.update(ranges=["5..0"])),
        broken(lambda parts: parts.update(ranges=["text"])),
        broken(lambda parts: parts["sums"].update(total_steps="-1")),
        broken(lambda parts: parts["sums"].update(samples="6")),
        broken(lambda parts: parts["sums"].update(other="1")),
        broken(lambda parts: parts["sums"].pop("longest")),
        broken(lambda parts: parts["problem"].update(distance="nan")),
        broken(lambda parts: parts["problem"].update(method="text")),
        broken(lambda parts: parts.update(more=object())),
    ],
)
def test_invalid_parts_are_refused(parts):
    with pytest.raises(ValueError, match="^parts: |^distance: |^method: |merge"):
        lanewalk.from_dict(parts)


@pytest.mark.parametrize("parts", [None, 5, "text", []])
def test_parts_of_a_wrong_type_are_refused(parts):
    with pytest.raises(TypeError, match="^parts: "):
        lanewalk.from_dict(parts)


def test_numbers_and_arrays():
    single, several = lanewalk.first_passage(10), lanewalk.first_passage([10, 20])
    assert isinstance(single.mean, float) and isinstance(single.total_steps, int)
    for name in ("distance", "mean", "std_error", "exact", "exact_std_dev", "exact_relative_error", "z"):
        array = getattr(several, name)
        assert array.shape == (2,) and array.dtype == np.float64
        assert array[0] == getattr(single, name) == getattr(several[0], name)
    assert several.total_steps.tolist() == [93166, 329352] and several.samples.tolist() == [300, 300]
    assert several[0] == single and several[-1].distance == 20 and len(list(several)) == len(several) == 2
    assert single.z == pytest.approx((single.mean - single.exact) / single.std_error)
    with pytest.raises(IndexError):
        several[2]
    assert several == lanewalk.first_passage(np.array([10, 20], dtype=np.float32))
    assert several == lanewalk.first_passage((10, np.int16(20))) == lanewalk.first_passage(range(10, 21, 10))
    assert several == lanewalk.first_passage(np.array([10, 0, 20, 0])[::2])
    assert several != lanewalk.first_passage([20, 10])
    assert lanewalk.first_passage(np.float64(10)) == lanewalk.first_passage(np.array(10)) == single


def test_missing_numbers_are_nan_with_a_reason():
    few = lanewalk.first_passage(10, samples=2)
    assert math.isnan(few.z) and few.missing_z is not None and "samples" in few.missing_z
    assert few.missing_z == lanewalk.first_passage([10], samples=2).missing_z[0]
    ball = lanewalk.in_ball(10)
    assert math.isnan(ball.exact) and ball.missing_z == "no exact value is known"
    assert lanewalk.first_passage(10).missing_z is None


def test_exact_method_has_no_samples():
    exact = lanewalk.first_passage([1, 10, 20, 150], method="exact")
    known = [5.365299790586837, 318.2934579398898, 1236.1705893569347, 67768.57329854638]
    np.testing.assert_allclose(exact.exact, known, rtol=1e-9)
    assert np.isnan(exact.mean).all() and exact.samples.tolist() == [0] * 4 and exact.ranges == ()
    assert pickle.loads(pickle.dumps(exact)) == exact


def test_estimates():
    exit = lanewalk.first_exit(-20, 80, samples=2000)
    assert list(exit.estimates)[0] == "mean" and exit.estimates["mean"].value == exit.mean
    lower = exit.probability_lower
    assert lower.low < lower.value < lower.high and lower.value == exit.ended_lower / 2000
    assert lower.exact == pytest.approx(80.298 / 100.596, abs=1e-5) and lower.missing_z is None
    censored = lanewalk.first_exit(-20, 80, horizon=50, samples=2000)
    assert censored.estimates["probability_censored"].value == censored.censored / 2000
    ball = lanewalk.in_ball(0.4, dimensions=3, samples=1000)
    assert abs(ball.z) < 5 and ball.wald_mean.exact == ball.exact
    assert abs(lanewalk.in_ball(5, dimensions=3, samples=5000).wald_z) < 5
    assert math.isnan(lanewalk.in_ball(0.4).asymptotic[0]) and lanewalk.in_ball(20).asymptotic[0] > 300
    returns = lanewalk.first_return("lattice", dimensions=1, horizon=4, samples=1000)
    assert returns.exact == pytest.approx(0.625) and returns.ever == 1.0


@run
def test_representations(run):
    result = run((0, 1000))
    assert type(result).__name__ in repr(result)
    html = result._repr_html_()
    assert html.startswith("<table>") and html.endswith("</table>") and "<script" not in html


def test_html_is_escaped():
    from lanewalk import _show

    assert "<b>" not in _show.html("<b>", [{"<b>": "<b>"}])


def test_optional_packages_are_named(monkeypatch):
    result = lanewalk.first_passage([10, 20])
    for module, extra, call in [
        ("pandas", "pandas", result.to_pandas),
        ("matplotlib.pyplot", "plot", result.plot),
        ("tqdm.auto", "progress", lambda: lanewalk.pi(1, progress=True)),
    ]:
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ImportError, match=rf"pip install 'lanewalk\[{extra}\]'"):
            call()


def test_pandas():
    pytest.importorskip("pandas", reason="skipped: pandas is not installed")
    frame = lanewalk.first_passage([10, 20]).to_pandas()
    assert frame["distance"].tolist() == [10, 20] and frame["z"].notna().all()
    assert len(lanewalk.first_exit(-2, 8).to_pandas()) == 5
    assert len(lanewalk.heat(51).to_pandas()) == 51


def test_plots():
    matplotlib = pytest.importorskip("matplotlib", reason="skipped: matplotlib is not installed")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    results = [run((0, 1000)) for run in RUNS.values()]
    for result in [*results, lanewalk.heat(51), lanewalk.exact.first_passage_distribution(5)]:
        axes = plt.subplots()[1]
        assert result.plot(axes) is axes and axes.has_data()
        plt.close("all")


def test_pi_batches():
    estimate, each = lanewalk.pi_batches(40, 1000, seed=5)
    assert estimate.points == 40_000 and estimate.batches == 40 and estimate.batch_points == 1000
    assert estimate.inside == lanewalk.pi(40_000, seed=5).inside
    first = lanewalk.pi(40_000, shard=(0, 1000), seed=5)
    assert each.shape == (40,) and each[0] == first.pi == 4 * first.inside / 1000
    assert estimate.batches_std_error == pytest.approx(each.std(ddof=1) / math.sqrt(40), rel=1e-9)
    again, reordered = lanewalk.pi_batches(40, 1000, seed=5, unordered=True, chunk=3, threads=2)
    assert again == estimate and (reordered == each).all()
    assert pickle.loads(pickle.dumps(estimate)) == estimate


def test_evolution():
    evolution = lanewalk.heat(51)
    assert evolution.steps == 3166 and evolution.eigenvalue == pytest.approx(evolution.exact_eigenvalue, rel=1e-4)
    copy = pickle.loads(pickle.dumps(evolution))
    assert copy == evolution and copy.rounding_error == evolution.rounding_error < 1e-12
    assert evolution.max_error < 1e-3 and copy.timings == evolution.timings
    assert lanewalk.heat(51, domains=2, halo=1, threads=2) == evolution
    assert lanewalk.heat(51, steps=1) != evolution
    spectral = lanewalk.heat(51, method="spectral")
    np.testing.assert_allclose(spectral.field, evolution.field, atol=1e-12)
    line = np.linspace(1, 3, 21)
    np.testing.assert_allclose(lanewalk.heat(start=line, steps=100).field, line, atol=1e-12)
    assert "table" in evolution._repr_html_() and "51 points" in repr(evolution)


def test_a_rod_in_plain_python():
    rng = np.random.default_rng(1)
    start = rng.random(40)
    start[0] = start[-1] = 0.0
    ratio = 0.3
    spacing = math.pi / 39
    expected = start.copy()
    time_step = ratio * (spacing * spacing)
    ratio = time_step / (spacing * spacing)
    for _ in range(57):
        expected[1:-1] = (1 - 2 * ratio) * expected[1:-1] + ratio * (expected[:-2] + expected[2:])
    evolution = lanewalk.heat(start=start, steps=57, time_step=time_step)
    assert (evolution.field == expected).all()
    field = start.copy()
    assert lanewalk.heat_step(field, 57, time_step=time_step) is None
    assert (field == expected).all()
    rod = lanewalk.Rod(start=start, time_step=time_step, threads=2, domains=3)
    rod.advance(20)
    out = np.empty(40)
    assert rod.copy_field(out) is out
    rod.field = start
    rod.advance(57)
    assert (rod.field == expected).all() and rod.steps == 77 and not (out == expected).all()
