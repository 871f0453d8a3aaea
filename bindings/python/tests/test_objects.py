"""Every public class: its text, equality, hash, copies, and stored forms that were tampered with."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
import re

import numpy as np
import pytest

import lanewalk
from lanewalk import _machine, exact, model, tasks

TIMINGS = [1, 2, 4, 15], [32.0, 15.7, 9.6, 5.9]


def advanced_rod():
    rod = lanewalk.Rod(31, time_step=0.004, domains=3, halo=2, threads=2)
    rod.advance(7)
    return rod


# Makers of one object of each class, with an object of the same class that differs from it.
OBJECTS = {
    lanewalk.FirstPassage: (lambda: lanewalk.first_passage(5), lambda: lanewalk.first_passage(6)),
    lanewalk.FirstPassages: (lambda: lanewalk.first_passage([5, 6]), lambda: lanewalk.first_passage([5, 7])),
    lanewalk.FirstExit: (lambda: lanewalk.first_exit(-2, 8, horizon=90), lambda: lanewalk.first_exit(-2, 8)),
    lanewalk.RegionExit: (lambda: lanewalk.in_ball(3), lambda: lanewalk.in_cube(3)),
    lanewalk.FirstReturn: (lambda: lanewalk.first_return(horizon=50), lambda: lanewalk.first_return(horizon=51)),
    lanewalk.PiEstimate: (lambda: lanewalk.pi(1000), lambda: lanewalk.pi(1000, seed=2)),
    lanewalk.PiBatches: (lambda: lanewalk.pi_batches(5, 100)[0], lambda: lanewalk.pi_batches(5, 101)[0]),
    lanewalk.TimeDistribution: (
        lambda: lanewalk.first_passage_distribution(5, samples=100),
        lambda: lanewalk.first_passage_distribution(5, samples=101),
    ),
    lanewalk.ExactDistribution: (
        lambda: exact.first_passage_distribution(np.float32(5)),
        lambda: exact.in_cube_distribution(5),
    ),
    lanewalk.Estimate: (lambda: lanewalk.first_passage(5, samples=2).estimates["mean"],
                        lambda: lanewalk.first_passage(5).estimates["mean"]),
    lanewalk.Evolution: (lambda: lanewalk.heat(21, steps=9), lambda: lanewalk.heat(21, steps=10)),
    lanewalk.Timings: (lambda: lanewalk.Timings(1.0, 2.0, 3.0, 4), lambda: lanewalk.Timings(1.0, 2.0, 3.0, 5)),
    lanewalk.Rod: (advanced_rod, lambda: lanewalk.Rod(31)),
    lanewalk.Block: (
        lambda: next(lanewalk.in_ball_blocks(3, samples=4, positions=True)),
        lambda: next(lanewalk.in_ball_blocks(3, samples=4)),
    ),
    lanewalk.Machine: (lanewalk.machine, lambda: lanewalk.Machine(*[*vars(lanewalk.machine()).values()][:-1], None)),
    exact.Moments: (lambda: exact.first_passage(5), lambda: exact.first_passage(6)),
    exact.MomentArrays: (lambda: exact.first_passage([5, 6]), lambda: exact.first_passage([5, 7])),
    exact.ExitMoments: (lambda: exact.first_exit(-2, 8), lambda: exact.first_exit(-2, 9)),
    exact.ReturnProbabilities: (lambda: exact.first_return(), lambda: exact.first_return(horizon=5)),
    model.Amdahl: (lambda: model.Amdahl(1, 2), lambda: model.Amdahl(1, 3)),
    model.Gustafson: (lambda: model.Gustafson(1, 0.5), lambda: model.Gustafson(1, 0.25)),
    model.CriticalPath: (lambda: model.CriticalPath(3, 1), lambda: model.CriticalPath(3, 2)),
    model.Usl: (lambda: model.Usl(1, 0.1, 0.01), lambda: model.Usl(1, 0.1, 0)),
    model.Parameter: (lambda: model.fit(model.Amdahl, *TIMINGS)["serial"], lambda: model.Parameter("a", "s", 1, 1, 1)),
    model.Fit: (lambda: model.fit(model.Amdahl, *TIMINGS), lambda: model.fit(model.Usl, *TIMINGS)),
    model.Comparison: (
        lambda: model.compare(*TIMINGS),
        lambda: model.compare([1, 2, 3, 4, 6, 8], [32.8, 17.8, 13.5, 11.4, 10.1, 9.75]),
    ),
    tasks.Schedule: (lambda: tasks.simulate([1, 1, 3], 2), lambda: tasks.simulate([1, 2, 3], 2)),
    _machine.Core: (lambda: _machine.Core(1, 1, 0, 0, None, 0, True), lambda: _machine.Core(2, 1, 0, 0, None, 0, True)),
    _machine.NumaNode: (lambda: _machine.NumaNode(0, (0, 1), None), lambda: _machine.NumaNode(1, (), None)),
}
HASHABLE = {
    lanewalk.ExactDistribution, lanewalk.Timings, exact.Moments, exact.ExitMoments, exact.ReturnProbabilities,
    model.Amdahl, model.Gustafson, model.CriticalPath, model.Usl, model.Parameter, model.Comparison, lanewalk.Machine,
    _machine.Core, _machine.NumaNode,
}
every_class = pytest.mark.parametrize("kind", OBJECTS, ids=lambda kind: kind.__name__)


def test_every_public_class_is_tested():
    public = {getattr(module, name) for module in (lanewalk, exact, model, tasks) for name in module.__all__}
    classes = {each for each in public if inspect.isclass(each) and not issubclass(each, Exception)}
    # Their subclasses are tested.
    assert classes - {lanewalk.Distribution, model.Law} <= OBJECTS.keys()


@every_class
def test_objects(kind):
    make, make_other = OBJECTS[kind]
    one, same, other = make(), make(), make_other()
    assert type(one) is kind
    assert not re.search("object at 0x", repr(one)) and kind.__name__ in repr(one), repr(one)
    if kind is not lanewalk.Evolution:  # its timings differ
        assert repr(one) == repr(same)
    for equal in (one, same):
        assert one == equal and not one != equal
    for unequal in (other, None, 5, "text", (), object()):
        assert one != unequal and not one == unequal
    if kind in HASHABLE:
        assert hash(one) == hash(same) and len({one, same, other}) == 2
    else:
        with pytest.raises(TypeError, match="unhashable"):
            hash(one)


@every_class
def test_copies(kind):
    one = OBJECTS[kind][0]()
    stored = [pickle.dumps(one, protocol) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for other in [copy.copy(one), copy.deepcopy(one), *map(pickle.loads, stored)]:
        assert type(other) is kind and other == one and repr(other) == repr(one)
        # A copy is complete: it can be copied again.
        assert pickle.loads(pickle.dumps(other)) == one
        for name, array in vars(other).items() if hasattr(other, "__dict__") else ():
            assert not isinstance(array, np.ndarray) or kind is model.Fit or not array.flags.writeable, name


@every_class
def test_a_state_that_was_tampered_with_is_refused(kind):
    one = OBJECTS[kind][0]()
    function, arguments, state = (*one.__reduce_ex__(4), None)[:3]
    crafted = [None, 5, "text", [], {}, {"field": 5}, {"_evolution": None}, {"x": math.nan}, math.nan, b"\xff", 2**70]
    if isinstance(one, tuple):
        return  # a named tuple holds any values
    if state is not None:
        crafted += [dict(state, **{name: value}) for name in state for value in (object(), 2j, [], np.zeros((2, 2)))]
    for each in crafted:
        with pytest.raises(ValueError, match="^state: "):
            kind.__new__(kind).__setstate__(each)
    if state is not None:
        return
    for place in range(1, len(arguments)):
        for each in [None, *crafted, -1, "nan", object(), lambda: None]:
            changed = [*arguments[:place], each, *arguments[place + 1 :]]
            try:
                made = function(*changed)
            except ValueError:
                continue
            # What is accepted is a valid object.
            assert type(made) in OBJECTS and repr(made) and pickle.loads(pickle.dumps(made)) == made


def test_an_evolution_with_a_changed_field_has_other_numbers():
    start = np.linspace(1, 3, 21) + np.sin(np.linspace(0, 3, 21)) ** 2
    mode, given = lanewalk.heat(21, mode=2), lanewalk.heat(start=start, steps=9, domains=2)
    for one in (mode, given, lanewalk.heat(method="spectral")):
        function, (kind, rod, field, timings) = one.__reduce__()
        whole = function(kind, rod, field, timings)
        for name in ("digest", "eigenvalue", "exact_eigenvalue", "max_error", "rounding_error", "continuum_error"):
            assert np.array_equal(getattr(one, name), getattr(whole, name), equal_nan=name != "digest"), name
        assert (whole.field == one.field).all() and whole.timings == one.timings and whole.ratio == one.ratio
        changed = field.copy()
        changed[3] += 1e-9
        assert function(kind, rod, changed, timings) != one
        for bad in (field[1:], field * math.nan, field + math.inf, field[None], "text", None):
            with pytest.raises(ValueError, match="field|state"):
                function(kind, rod, bad, timings)
        for bad in ([(1, 2, 3)], [(-1.0, 0.0, 0.0, 1)], [(math.nan, 0.0, 0.0, 1)], [(1e300, 0.0, 0.0, 1)], 5):
            with pytest.raises(ValueError, match="timings|state"):
                function(kind, rod, field, bad)
        for place, bad in enumerate([2**40, [1.0], 2**70, 9.0, 0, "none", 2**60, 0]):
            with pytest.raises(ValueError):
                function(kind, (*rod[:place], bad, *rod[place + 1 :]), field, timings)


def test_a_copy_of_a_rod_continues():
    rod = advanced_rod()
    other = pickle.loads(pickle.dumps(rod))
    for each in (rod, other):
        each.advance(20)
    assert rod == other and other.steps == 27 and other.time_step == 0.004
    assert (other.field == lanewalk.heat(31, steps=27, time_step=0.004).field).all()
    other.advance(1)
    assert rod != other


def test_exceptions_can_be_sent_to_other_processes():
    one = model.NotIdentifiable("reason")
    for other in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert type(other) is model.NotIdentifiable and str(other) == "reason"
    assert (one.__class__.__module__, repr(one)) == ("lanewalk.model", "NotIdentifiable('reason')")


def test_laws_and_estimates_cannot_change():
    with pytest.raises(AttributeError):
        model.Amdahl(1, 2).serial = 5
    with pytest.raises(AttributeError):
        lanewalk.first_passage(5).estimates["mean"].value = 5
    with pytest.raises(ValueError, match="read-only"):
        tasks.simulate([1, 2], 2).start[0] = 5


def test_a_fit_keeps_its_timings():
    seconds = np.array(TIMINGS[1])
    fit = model.fit(model.Amdahl, TIMINGS[0], seconds)
    seconds[:] = 5
    assert fit == model.fit(model.Amdahl, *TIMINGS) == pickle.loads(pickle.dumps(fit))


def functions():
    for module in (lanewalk, exact, model, tasks):
        for name in module.__all__:
            function = getattr(module, name)
            if inspect.isfunction(function) and inspect.signature(function).parameters:
                yield pytest.param(module, function, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize(("module", "function"), list(functions()))
def test_every_function_says_what_it_raises(module, function):
    """In its own documentation, or in that of the function that it names."""
    seen = [function]
    for each in seen:
        text = inspect.getdoc(each)
        if "Raises\n------" in text and ("ValueError" in text or "TypeError" in text):
            return
        home = inspect.getmodule(each)
        for name in re.findall(r":func:`([\w.]+)`", text):
            named = getattr(lanewalk if name.startswith("lanewalk.") else home, name.rpartition(".")[2], None)
            named = named or getattr(lanewalk, name.rpartition(".")[2])
            seen += [named] if named not in seen else []
    pytest.fail(f"{function.__name__} does not say what it raises")


def test_fields_of_named_tuples_and_dataclasses_are_documented():
    others = inspect.getmodule(lanewalk.Block), inspect.getmodule(lanewalk.Timings)
    for module in (_machine, exact, model, tasks, *others):
        lines = inspect.getsource(module).splitlines()
        for line, following in zip(lines, lines[1:], strict=False):
            if re.match(r"    [a-z_]+: [^=]*$", line) and not line.rstrip().endswith((",", ":")):
                documented = following.strip().startswith('"""')
                assert documented or "ClassVar" in line or module is model, f"{module.__name__}: {line}"
