"""Invalid arguments: every function refuses them with an error that starts with the name of the argument."""

from __future__ import annotations

import decimal
import math

import numpy as np
import pytest

import lanewalk

F = {
    "first_passage": (10.0,),
    "first_exit": (-2.0, 8.0),
    "in_ball": (5.0,),
    "in_cube": (5.0,),
    "first_return": ("ball",),
}
EXTRA = {"first_return": {"radius": 2.0, "horizon": 100}}
WALKS = {
    f"{name}{suffix}": (arguments, EXTRA.get(name, {}))
    for name, arguments in F.items()
    for suffix in ("", "_samples", "_blocks", "_distribution")
}
POINTS = {"pi": ((100,), {}), "pi_batches": ((5, 20), {})}
RODS = {"heat": ((51,), {"steps": 5}), "Rod": ((51,), {}), "heat_step": ((np.zeros(51),), {})}
EVERY = WALKS | POINTS | RODS

NOT_COUNTS = [None, "5", b"5", True, np.True_, [5], (5,), {}, object(), 1j, np.array([5]), np.datetime64(1, "s")]
BAD_COUNTS = [-1, np.int64(-1), 0.5, -0.5, math.nan, math.inf, 2**64, 10**400, 1e300, np.float32(0.5), np.array(2.5)]
NOT_REALS = ["1", b"1", True, np.False_, object(), 1j, {}, np.datetime64(1, "s")]
BAD_REALS = [math.nan, math.inf, -math.inf, 1e300, 10**400, np.float32(np.nan)]


def refused(name, change, kind, argument):
    """Calls a function with one changed argument."""
    places, names = EVERY[name]
    function = getattr(lanewalk, name)
    with pytest.raises(kind) as raised:
        if isinstance(change, tuple):
            place, value = change
            function(*places[:place], value, *places[place + 1 :], **names)
        else:
            function(*places, **(names | change))
    assert str(raised.value).startswith(f"{argument}: "), f"{name}({change}): {raised.value}"


@pytest.mark.parametrize("name", [*WALKS, *POINTS])
def test_seeds(name):
    for value in NOT_COUNTS:
        refused(name, {"seed": value}, TypeError, "seed")
    for value in BAD_COUNTS:
        refused(name, {"seed": value}, ValueError, "seed")


@pytest.mark.parametrize("name", WALKS)
def test_samples(name):
    for value in NOT_COUNTS[1:]:
        refused(name, {"samples": value}, TypeError, "samples")
    for value in [*BAD_COUNTS, 0, 2**62 + 1, 2**63]:
        refused(name, {"samples": value}, ValueError, "samples")


@pytest.mark.parametrize("name", WALKS)
def test_walkers(name):
    refused(name, {"walkers": (0, 5), "samples": 5}, ValueError, "walkers")
    for value in [5, "0..5", 1.5, object(), (None, 5), ("0", "5"), [True, 5]]:
        refused(name, {"walkers": value}, TypeError, "walkers")
    for value in [(), (1,), (1, 2, 3), (5, 1), (3, 3), (-1, 5), (0, 2**64), (0.5, 2), (0, 2**62 + 1), range(0)]:
        refused(name, {"walkers": value}, ValueError, "walkers")
    for value in [range(0, 10, 2), range(10, 0, -1), range(-5, 5), range(2**70, 2**70 + 1)]:
        refused(name, {"walkers": value}, ValueError, "walkers")


@pytest.mark.parametrize("name", EVERY)
def test_how(name):
    for value in [0, -1, 1.5, 5000, 2**64, math.nan]:
        refused(name, {"threads": value}, ValueError, "threads")
    for value in ["2", True, [2], object()]:
        refused(name, {"threads": value}, TypeError, "threads")
    for argument in ("layer", "isa", "pin"):
        refused(name, {argument: "text"}, ValueError, argument)
        refused(name, {argument: ""}, ValueError, argument)
        for value in [5, b"simd", ["simd"], object()]:
            refused(name, {argument: value}, TypeError, argument)
    if not name.endswith("_blocks") and name != "Rod":
        for value in [5, "text", object()]:
            refused(name, {"progress": value}, TypeError, "progress")


@pytest.mark.parametrize("suffix", ["", "_samples", "_blocks", "_distribution"])
def test_problems(suffix):
    def bad(name, change, values, kind=ValueError, argument=None):
        for value in values:
            key = argument or (change if isinstance(change, str) else None)
            refused(name + suffix, {change: value} if isinstance(change, str) else (change, value), kind, key)

    name = "distance" if suffix else "distances"
    bad("first_passage", 0, [*BAD_REALS, 0, -1, 2.0**31 + 1], argument=name)
    bad("first_passage", 0, [*NOT_REALS, None, {1.0}, bytearray(b"1")], TypeError, name)
    bad("first_passage", 0, [[[1.0]], np.ones((2, 2)), []], (ValueError, TypeError), name)
    bad("first_passage", 0, [[1, None], ["1"], [1, True], np.array(["1"]), np.array([1j])], TypeError, name)
    if suffix:
        bad("first_passage", 0, [[1.0], [1.0, 2.0], np.ones(1)], TypeError, name)
    for argument, place in (("lower", 0), ("upper", 1)):
        bad("first_exit", place, [*BAD_REALS, 2.0**31], argument=argument)
        bad("first_exit", place, [*NOT_REALS, [1.0]], TypeError, argument)
    bad("first_exit", "start", [*BAD_REALS, -2, 8, 100])
    bad("first_exit", "start", [*NOT_REALS, None, [0.0]], TypeError)
    refused("first_exit" + suffix, (0, 9.0), ValueError, "lower")
    for name in ("in_ball", "in_cube"):
        bad(name, 0, [*BAD_REALS, 0, -1, 2.0**19 + 1], argument="radius")
        bad(name, 0, [*NOT_REALS, None, [5.0]], TypeError, "radius")
        bad(name, "dimensions", [*BAD_COUNTS, 0, 17])
        bad(name, "dimensions", NOT_COUNTS, TypeError)
    for name in ("first_exit", "in_ball", "in_cube", "first_return"):
        bad(name, "horizon", [*BAD_COUNTS, 0])
        bad(name, "horizon", NOT_COUNTS[1:], TypeError)
    bad("first_return", 0, ["text", ""], argument="kind")
    bad("first_return", 0, [None, 5, b"ball"], TypeError, "kind")
    bad("first_return", "dimensions", [*BAD_COUNTS, 0, 9])
    bad("first_return", "radius", [*BAD_REALS, 0, -1, None])


def test_arguments_without_effect():
    for kind, argument in [("sign", "dimensions"), ("sign", "radius"), ("lattice", "radius")]:
        with pytest.raises(ValueError, match=f"^{argument}: "):
            lanewalk.first_return(kind, **{argument: 2})
    with pytest.raises(ValueError, match="^lower: "):
        lanewalk.first_exit()
    with pytest.raises(ValueError, match="^horizon: a single barrier requires a horizon"):
        lanewalk.first_exit(upper=5)
    with pytest.raises(ValueError, match="^positions: "):
        lanewalk.first_return_samples("lattice", positions=True)
    with pytest.raises(ValueError, match="^positions: "):
        lanewalk.first_return_blocks("lattice", positions=True)
    with pytest.raises(ValueError, match="^mode: "):
        lanewalk.heat(start=[0.0, 1.0, 0.0], mode=1)


def test_methods():
    for value in ["text", "", "\ud800"]:
        refused("first_passage", {"method": value}, ValueError, "method")
        refused("pi", {"method": value}, ValueError, "method")
        refused("pi_batches", {"method": value}, ValueError, "method")
        refused("heat", {"method": value}, ValueError, "method")
    for name in ("first_passage", "pi", "pi_batches", "heat"):
        refused(name, {"method": None}, TypeError, "method")
    refused("first_passage", {"independent": "yes"}, TypeError, "independent")
    refused("first_passage", {"independent": None}, TypeError, "independent")
    refused("pi_batches", {"method": "stratified"}, ValueError, "method")


def test_points():
    for name, places in (("pi", ["points"]), ("pi_batches", ["batches", "batch_points"])):
        for place, argument in enumerate(places):
            for value in NOT_COUNTS:
                refused(name, (place, value), TypeError, argument)
            for value in BAD_COUNTS:
                refused(name, (place, value), ValueError, argument)
    for value in [0, 2**62 + 1]:
        refused("pi", (0, value), ValueError, "points")
    for value in [(0, 101), (5, 5), (-1, 5), (1,), range(0, 10, 3)]:
        refused("pi", {"shard": value}, ValueError, "shard")
    for value in [5, "0..5"]:
        refused("pi", {"shard": value}, TypeError, "shard")
    for value in [0, -1, 0.5]:
        refused("pi_batches", {"chunk": value}, ValueError, "chunk")
    with pytest.raises(MemoryError, match="^batches: "):
        lanewalk.pi_batches(2**60, 1)


def test_rods():
    for name in ("heat", "Rod"):
        for argument in ("points", "mode", "domains", "halo"):
            for value in NOT_COUNTS[1:]:
                refused(name, {argument: value} if argument != "points" else (0, value), TypeError, argument)
            for value in [*BAD_COUNTS, 0]:
                refused(name, {argument: value} if argument != "points" else (0, value), ValueError, argument)
        for value in [2, 2**28 + 1]:
            refused(name, (0, value), ValueError, "points")
        for value in [0, -1, 1.0, *BAD_REALS]:
            refused(name, {"time_step": value}, ValueError, "time_step")
        for value in NOT_REALS:
            refused(name, {"time_step": value}, TypeError, "time_step")
        for value in [np.zeros(50), np.full(51, np.nan), np.full(51, np.inf), np.zeros((51, 1)), 5.0, []]:
            refused(name, {"start": value}, ValueError, "start")
        for value in ["text", ["a"] * 51, [None] * 51, np.zeros(51, complex), object(), np.zeros(51, bool)]:
            refused(name, {"start": value}, TypeError, "start")
    for value in BAD_COUNTS:
        refused("heat", {"steps": value}, ValueError, "steps")
        refused("heat_step", {"steps": value}, ValueError, "steps")
    rod = lanewalk.Rod(51)
    for value in [np.zeros(50), np.full(51, np.nan), np.ones(51)]:
        before = rod.field
        with pytest.raises(ValueError, match="^field: "):
            rod.field = value
        assert (rod.field == before).all()
    with pytest.raises(ValueError, match="^steps: "):
        rod.advance(-1)
    with pytest.raises(TypeError, match="^steps: "):
        rod.advance(None)
    assert rod.steps == 0


def read_only(array):
    array.flags.writeable = False
    return array


def unaligned(length, kind):
    return np.zeros(8 * length + 1, np.uint8)[1:].view(kind)


BAD_OUTPUTS = [
    (np.zeros(11, np.uint64), ValueError),
    (np.zeros(9, np.uint64), ValueError),
    (np.zeros((10, 1), np.uint64), ValueError),
    (np.zeros(20, np.uint64)[::2], ValueError),
    (np.zeros(10, np.uint64)[::-1], ValueError),
    (read_only(np.zeros(10, np.uint64)), ValueError),
    (unaligned(10, np.uint64), ValueError),
    (np.zeros(10, np.float64), TypeError),
    (np.zeros(10, np.uint32), TypeError),
    (np.zeros(10, ">u8"), TypeError),
    (np.zeros(10, object), TypeError),
    (np.zeros(10, bool), TypeError),
    (np.zeros(10, "datetime64[s]"), TypeError),
    ([0] * 10, TypeError),
    (bytearray(80), TypeError),
    (5, TypeError),
    ("text", TypeError),
]


@pytest.mark.parametrize("name", F)
def test_outputs(name):
    function, arguments = getattr(lanewalk, f"{name}_samples"), EXTRA.get(name, {})
    for out, kind in BAD_OUTPUTS:
        before = repr(out)
        with pytest.raises(kind, match="^out: "):
            function(*F[name], samples=10, out=out, **arguments)
        assert repr(out) == before
    good = np.full(10, 7, np.uint64)
    for change in [{"seed": -1}, {"threads": 0}, {"samples": 11}, {"walkers": (0, 3)}, {"positions": np.zeros(3)}]:
        with pytest.raises((ValueError, TypeError)):
            function(*F[name], **({"samples": 10, "out": good} | arguments | change))
        assert (good == 7).all()


def test_positions():
    times = np.full(10, 7, np.uint64)
    bad = [
        (np.zeros(9, np.int64), ValueError),
        (np.zeros((10, 1), np.int64), ValueError),
        (np.zeros(20, np.int64)[::2], ValueError),
        (read_only(np.zeros(10, np.int64)), ValueError),
        (np.zeros(10, np.float64), TypeError),
        (times, TypeError),
        (times.view(np.int64), ValueError),
        (None, TypeError),
        (1, TypeError),
        ("yes", TypeError),
    ]
    for positions, kind in bad:
        with pytest.raises(kind, match="^positions: "):
            lanewalk.first_passage_samples(10, samples=10, out=times, positions=positions)
        assert (times == 7).all()
    with pytest.raises(ValueError, match="^positions: "):
        lanewalk.in_ball_samples(5, dimensions=3, samples=10, positions=np.zeros(30, np.int64))


def test_outputs_are_filled():
    expected, ends = lanewalk.in_ball_samples(5, dimensions=3, samples=10, positions=True)
    assert expected.dtype == np.uint64 and ends.dtype == np.int64 and ends.shape == (10, 3)
    for kind in (np.uint64, np.int64):
        larger, positions = np.full((3, 10), 7, kind), np.zeros((10, 3), np.int64)
        found = lanewalk.in_ball_samples(5, dimensions=3, samples=10, out=larger[1], positions=positions)
        assert found[1] is positions and found[0].base is larger
        assert (larger[1] == expected).all() and (larger[::2] == 7).all() and (positions == ends).all()
    censored = np.zeros(5, np.int64)
    lanewalk.first_exit_samples(-100, 100, horizon=3, samples=5, out=censored)
    assert (censored == -1).all() and lanewalk.CENSORED == 2**64 - 1


def test_fields_in_place():
    for field, kind in [
        (np.zeros(102)[::2], ValueError),
        (read_only(np.zeros(51)), ValueError),
        (np.zeros((51, 1)), ValueError),
        (np.zeros(2), ValueError),
        (np.full(51, np.nan), ValueError),
        (unaligned(51, np.float64), ValueError),
        (np.zeros(51, np.float32), TypeError),
        (np.zeros(51, np.int64), TypeError),
        (np.zeros(51, ">f8"), TypeError),
        ([0.0] * 51, TypeError),
        (None, TypeError),
    ]:
        before = repr(field)
        with pytest.raises(kind, match="^field: "):
            lanewalk.heat_step(field)
        assert repr(field) == before
    field = np.linspace(0, 1, 51) ** 2
    before = field.copy()
    for change in [{"time_step": 1.0}, {"steps": -1}, {"threads": 0}, {"progress": 5}]:
        with pytest.raises((ValueError, TypeError)):
            lanewalk.heat_step(field, **change)
        assert (field == before).all()
    for out in [np.zeros(50), np.zeros(51, np.float32), read_only(np.zeros(51)), None]:
        with pytest.raises((ValueError, TypeError), match="^out: "):
            lanewalk.Rod(51).copy_field(out)


def test_no_memory():
    for call in (
        lambda: lanewalk.first_passage_samples(10, samples=2**61),
        lambda: lanewalk.first_passage_samples(10, samples=2**45),
        lambda: lanewalk.in_ball_samples(10, dimensions=16, samples=2**37, positions=True),
    ):
        with pytest.raises(MemoryError, match="^samples: "):
            call()


def test_a_lack_of_memory_names_the_argument_to_change():
    for arguments in ({"samples": 2**50}, {"walkers": (0, 2**50)}):
        blocks = lanewalk.first_passage_blocks(10, size=2**45, **arguments)
        with pytest.raises(MemoryError, match="^size: "):
            next(blocks)
        blocks = lanewalk.in_ball_blocks(10, dimensions=16, size=2**37, positions=True, samples=2**37)
        with pytest.raises(MemoryError, match="^size: "):
            next(blocks)
    with pytest.raises(MemoryError, match="^walkers: "):
        lanewalk.first_passage_samples(10, walkers=(0, 2**45))
    for halo in (2**40, 2**62):
        for call in (lanewalk.heat, lanewalk.Rod):
            with pytest.raises(MemoryError, match=f"^halo: {halo} needs"):
                call(11, halo=halo)
            with pytest.raises(MemoryError, match=f"^halo: {halo} needs"):
                call(start=np.zeros(11), halo=halo)


def test_blocks_check_their_arguments_at_once():
    for size in [0, -1, 0.5, math.nan]:
        with pytest.raises(ValueError, match="^size: "):
            lanewalk.first_passage_blocks(10, size=size)
    for size in [None, "5", True]:
        with pytest.raises(TypeError, match="^size: "):
            lanewalk.first_passage_blocks(10, size=size)
    with pytest.raises(TypeError, match="^positions: "):
        lanewalk.first_passage_blocks(10, positions=None)


@pytest.mark.parametrize("value", [300, 300.0, np.int16(300), np.uint64(300), np.float32(300), np.array(300), 3e2])
def test_whole_numbers_of_every_type(value):
    assert lanewalk.first_passage(10, samples=value, seed=value).samples == 300


def test_distributions_refuse():
    for times in (lanewalk.first_passage_distribution(10), lanewalk.exact.first_passage_distribution(10)):
        for q in [0, 1, -1, 2, math.nan, [0.5, 1.0]]:
            with pytest.raises(ValueError, match="^q: .*above 0 and below 1"):
                times.quantile(q)
        for q in [None, "0.5", True, [None]]:
            with pytest.raises(TypeError, match="^q: "):
                times.quantile(q)
        if isinstance(times, lanewalk.TimeDistribution):
            for q in (0, 1):
                with pytest.raises(ValueError, match="^q: .*above 0 and below 1"):
                    times.quantile_interval(q)
                with pytest.raises(ValueError, match="^level: .*above 0 and below 1"):
                    times.band(q)
        for name in ("sf", "cdf", "pmf", "mean_until"):
            for value in [-1, 0.5, math.nan, 2**64, [1, -1], np.ones((2, 2), int)]:
                with pytest.raises(ValueError, match="^steps: "):
                    getattr(times, name)(value)
            for value in [None, "5", True, [None], {}]:
                with pytest.raises(TypeError, match="^steps: "):
                    getattr(times, name)(value)


def test_decimals_are_not_silently_rounded():
    with pytest.raises(TypeError, match="^distances: "):
        lanewalk.first_passage(decimal.Decimal("10"))


def test_unknown_arguments():
    for name, (places, names) in EVERY.items():
        with pytest.raises(TypeError, match="thread"):
            getattr(lanewalk, name)(*places, **names, thread=1)
