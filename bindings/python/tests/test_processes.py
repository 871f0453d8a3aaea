"""Interrupts, progress, threads, forks and other processes."""

from __future__ import annotations

import concurrent.futures
import gc
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

import lanewalk

TOTAL = 93166


def work(first: int = 0) -> int:
    """Walks on two threads, and then on one."""
    both = lanewalk.first_passage(10, walkers=(first, first + 300), threads=2)
    assert both == lanewalk.first_passage(10, walkers=(first, first + 300), threads=1)
    return both.total_steps


def python(code: str, timeout: float = 120) -> str:
    """Runs a program with this Python. Its output ends with ``done`` if nothing failed."""
    program = [sys.executable, "-c", textwrap.dedent(code) + "\nprint('done')"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0 and done.stdout.endswith("done\n"), done.stdout + done.stderr
    return done.stdout


LONG = {
    "walk": "lanewalk.first_passage(1e4, samples=10**12, threads={threads})",
    "list": "lanewalk.first_passage([1e4, 2e4], method='nested', samples=10**12, threads={threads})",
    "samples": "lanewalk.first_passage_samples(1e4, samples=10**6, threads={threads})",
    "blocks": "list(lanewalk.first_exit_blocks(-1e4, 1e4, samples=10**12, threads={threads}))",
    "distribution": "lanewalk.in_cube_distribution(1e4, samples=10**8, threads={threads})",
    "return": "lanewalk.first_return(horizon=10**9, samples=10**9, threads={threads})",
    "pi": "lanewalk.pi(2**61, threads={threads})",
    "batches": "lanewalk.pi_batches(1000, 2**50, threads={threads})",
    "heat": "lanewalk.heat(10_001, steps=10**15, threads={threads})",
    "rod": "lanewalk.Rod(10_001, threads={threads}).advance(10**15)",
    "in place": "lanewalk.heat_step(numpy.zeros(10_001), 10**15, threads={threads})",
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("call", LONG.values(), ids=LONG.keys())
def test_interrupts(call, threads):
    # Without the interrupt, each of these calls takes days. The child sends itself the signal.
    python(
        f"""
        import os, signal, threading, time
        import lanewalk, numpy

        # A job in the background of a shell ignores this signal.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sent = []

        def interrupt():
            time.sleep(0.2)
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt).start()
        try:
            {call.format(threads=threads)}
        except KeyboardInterrupt:
            assert sent
        else:
            raise SystemExit("not interrupted")
        assert lanewalk.first_passage(10).total_steps == {TOTAL}
        """
    )


# Calls without threads, which the library computes without a control. Each of them is repeated until the signal.
SLOW = {
    "schedule": "tasks.simulate(numpy.ones(10**6), 8)",
    "list": "tasks.simulate([1.0] * 10**6, 8, order='longest', chunk=3)",
    "random": "tasks.simulate(numpy.ones(10**6), 8, order='random')",
    "exact": "plane().exact",
    "z": "plane().z",
    "tail": "plane().tail",
    "estimates": "plane().estimates",
    "text": "repr(plane())",
    "table": "plane()._repr_html_()",
    "exact.first_return": "lanewalk.exact.first_return(dimensions=2, horizon=2**22)",
    "exact distribution": "lanewalk.exact.first_return_distribution(dimensions=2, horizon=2**22)",
    "unpickling": "pickle.loads(stored)",
    "ball": "lanewalk.first_return('ball', dimensions=1, radius=1, horizon=10**5, samples=1).exact",
    "asymptotic": "lanewalk.in_ball(20, dimensions=16, samples=1).asymptotic",
    "horizon": "lanewalk.first_exit(-150, 150, horizon=10**5, samples=1).estimates",
    "distances": "lanewalk.exact.first_passage(numpy.linspace(1, 2, 10**6))",
    "mean_until": "line.mean_until(numpy.arange(10**7))",
    "sf": "line.sf(range(10**7))",
    "quantile": "line.quantile(numpy.linspace(0.01, 0.99, 10**6))",
    "fit": "model.fit(model.Usl, *timings)",
    "compare": "model.compare(*timings)",
    "law": "model.Usl(1, 0.1, 0.01).time(range(1, 10**7))",
    "eigenvalue": "pickle.loads(rod).eigenvalue",
    "digest": "pickle.loads(rod).digest",
}


@pytest.mark.parametrize("call", SLOW.values(), ids=SLOW.keys())
def test_interrupts_of_exact_values_and_schedules(call):
    # Other programs may use all cores, so one of three tries has to be fast.
    python(
        f"""
        import os, pickle, signal, threading, time
        import lanewalk, numpy
        from lanewalk import model, tasks

        signal.signal(signal.SIGINT, signal.default_int_handler)
        plane = lambda: lanewalk.first_return(dimensions=2, horizon=2**22, samples=1, threads=1)
        line = lanewalk.exact.first_passage_distribution(150)
        timings = numpy.tile([1, 2, 3, 4], 10**5), numpy.tile([4.0, 2.1, 1.5, 1.2], 10**5)
        stored = pickle.dumps(lanewalk.exact.first_return_distribution(dimensions=2, horizon=2**20))
        rod = pickle.dumps(lanewalk.heat(2**21, steps=1)) if "rod" in {call!r} else b""

        def interrupt():
            time.sleep(0.25)
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

        times = []
        for _ in range(3):
            sent = []
            thread = threading.Thread(target=interrupt)
            try:
                thread.start()
                while True:
                    {call}
            except KeyboardInterrupt:
                times.append(time.monotonic() - sent[0])
            thread.join()
            if times[-1] < 0.1:
                break
        assert times[-1] < 0.1, times
        assert lanewalk.first_passage(10).total_steps == {TOTAL}
        """
    )


def test_no_thread_is_started_for_short_calls():
    python(
        """
        import threading, lanewalk
        from lanewalk import model, tasks

        def fail(*_):
            raise RuntimeError

        # A thread of the library is not known to Python, so this counts the threads of the process.
        import os, sys
        count = lambda: len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 0
        before = count()
        lanewalk.first_passage([1, 10], threads=1).z
        lanewalk.first_exit(-2, 8, threads=1).estimates
        lanewalk.first_return(horizon=100, threads=1).exact
        lanewalk.in_cube(3, threads=1).exact
        tasks.simulate([1, 2, 3], 2)
        model.fit(model.Amdahl, [1, 2, 4, 15], [32.0, 15.7, 9.6, 5.9])
        assert count() == before
        """
    )


def test_values_of_other_threads_are_computed_there():
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        value = pool.submit(lambda: lanewalk.first_return(dimensions=2, horizon=20_000, samples=1).exact).result()
    assert value == lanewalk.first_return(dimensions=2, horizon=20_000, samples=1).exact


def test_the_exception_of_a_signal_handler_is_kept():
    class Alarm(Exception):
        pass

    def handler(*_):
        raise Alarm("ring")

    old = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(Alarm, match="ring"):
            lanewalk.pi(2**61)
    finally:
        signal.signal(signal.SIGALRM, old)


def test_an_interrupted_rod_needs_a_new_field():
    def handler(*_):
        raise InterruptedError

    rod = lanewalk.Rod(101, threads=1)
    start = rod.field
    field = np.linspace(0, 1, 101) ** 2
    before = field.copy()
    old = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(InterruptedError):
            rod.advance(10**15)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(InterruptedError):
            lanewalk.heat_step(field, 10**15)
    finally:
        signal.signal(signal.SIGALRM, old)
    assert (field == before).all()
    with pytest.raises(RuntimeError, match="assign a new field"):
        rod.advance(1)
    with pytest.raises(RuntimeError, match="the field is unusable after an interrupted step; assign a new field"):
        _ = rod.field
    rod.field = start
    rod.advance(10)
    assert (rod.field == lanewalk.heat(101, steps=10).field).all()


def test_a_rod_survives_the_interrupt_of_a_copy():
    """Reading the field changes nothing, so an interrupt of it leaves the rod usable."""

    class Alarm(Exception):
        pass

    def handler(*_):
        raise Alarm

    rod = lanewalk.Rod(3_000_001, threads=1)
    rod.advance(2)
    out = np.empty(3_000_001)
    old = signal.signal(signal.SIGALRM, handler)
    interrupted = 0
    try:
        for _ in range(200):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.006)
                rod.copy_field(out)
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Alarm:
                interrupted += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
    rod.advance(1)
    assert rod.steps == 3 and (rod.field == lanewalk.heat(3_000_001, steps=3).field).all()


@pytest.mark.parametrize("threads", [1, 2])
def test_progress(threads):
    reports = []
    result = lanewalk.first_passage(100, samples=20_000, threads=threads, progress=lambda *each: reports.append(each))
    assert reports[-1] == (result.total_steps, result.total_steps)
    assert all(0 <= done <= total for done, total in reports)
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)
    reports.clear()
    lanewalk.pi(1e8, threads=threads, progress=lambda *each: reports.append(each))
    assert reports[-1] == (10**8, 10**8) and {total for _, total in reports} == {10**8}
    assert lanewalk.pi(10, progress=False) == lanewalk.pi(10)


@pytest.mark.parametrize("threads", [1, 2])
def test_an_exception_of_the_progress_function_stops_the_run(threads):
    class Enough(Exception):
        pass

    def stop(done, total):
        raise Enough(done)

    for call in (
        lambda: lanewalk.pi(2**61, threads=threads, progress=stop),
        lambda: lanewalk.first_passage_samples(1e4, samples=10**6, threads=threads, progress=stop),
        lambda: lanewalk.heat(10_001, steps=10**15, threads=threads, progress=stop),
    ):
        with pytest.raises(Enough):
            call()
    with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.raises(Enough):
        pool.submit(lanewalk.pi, 2**61, threads=threads, progress=stop).result()
    assert work() == TOTAL


def test_a_progress_function_may_call_the_library():
    inner = []
    lanewalk.pi(1e9, progress=lambda done, total: inner.append(work()))
    assert set(inner) == {TOTAL}


def test_tqdm():
    pytest.importorskip("tqdm", reason="skipped: tqdm is not installed")
    assert lanewalk.pi(1e8, progress=True) == lanewalk.pi(1e8)


def test_other_threads_run_during_a_call():
    """The GIL is released: the main thread stops the run of another one through its progress function."""
    stop = threading.Event()

    def progress(done, total):
        if stop.is_set():
            raise StopAsyncIteration

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        run = pool.submit(lanewalk.pi, 2**61, progress=progress)
        assert work() == TOTAL
        stop.set()
        assert isinstance(run.exception(), StopAsyncIteration)


def test_many_threads_share_the_library():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: work(), range(64))) == {TOTAL}


def test_a_rod_is_shared_by_threads():
    rod = lanewalk.Rod(1001, threads=2)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(rod.advance, [25] * 40))
    assert rod.steps == 1000 and (rod.field == lanewalk.heat(1001, steps=1000).field).all()


def test_objects_are_shared_by_threads():
    """The first use of every value, at the same time on several threads: a check for free-threaded CPython."""
    for _ in range(5):
        plane = lanewalk.first_return(dimensions=2, horizon=5000, samples=50)
        exit, passages = lanewalk.first_exit(-5, 8, horizon=90), lanewalk.first_passage([5, 10])
        times, known = lanewalk.first_passage_distribution(10), lanewalk.exact.first_passage_distribution(10)
        evolution, rod, law = lanewalk.heat(101, steps=50), lanewalk.Rod(101, threads=1), lanewalk.model.Amdahl(1, 2)

        def use(_):
            rod.advance(1)
            return (
                [repr(plane), plane.to_dict(), plane.tail, exit.estimates["mean"].exact, passages[1].exact],
                [times.quantile(0.5), times.walks.sum(), known.sf(300), repr(known), law.time(3), len(rod.field)],
                [evolution.digest, evolution.rounding_error, pickle.loads(pickle.dumps(passages)).digest],
            )

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            results = list(pool.map(use, range(40)))
        assert all(each == results[0] for each in results) and rod.steps == 40
        assert (rod.field == lanewalk.heat(101, steps=40).field).all()


def test_no_thread_starts_at_import():
    python(
        """
        import os, sys, numpy
        before = len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 0
        import lanewalk
        after = len(os.listdir("/proc/self/task")) if sys.platform == "linux" else 0
        assert after == before, (before, after)
        """
    )


def test_optional_packages_are_not_imported():
    python(
        """
        import lanewalk, sys
        assert not {"pandas", "matplotlib", "tqdm"} & set(sys.modules)
        """
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="skipped: this system cannot fork")
def test_forks_after_a_call_on_threads():
    python(
        f"""
        import os, lanewalk
        total = lambda: lanewalk.first_passage(10, threads=2).total_steps
        assert total() == {TOTAL}
        for depth in range(3):
            child = os.fork()
            if child == 0:
                os._exit(0 if total() == {TOTAL} and lanewalk.heat(101, threads=2).steps else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
            assert total() == {TOTAL}
        """
    )


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_multiprocessing(method):
    assert work() == TOTAL
    with multiprocessing.get_context(method).Pool(2) as pool:
        shards = pool.starmap(shard, [(0, 100), (100, 250), (250, 300)])
    assert shards[0].merge(shards[2]).merge(shards[1]) == lanewalk.first_passage(10)


def shard(first, end):
    return lanewalk.first_passage(10, walkers=(first, end), threads=2)


def test_process_pool():
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert list(pool.map(work, [0, 300, 0])) == [TOTAL, work(300), TOTAL]


def test_joblib():
    joblib = pytest.importorskip("joblib", reason="skipped: joblib is not installed")
    for backend in ("loky", "multiprocessing", "threading"):
        jobs = (joblib.delayed(shard)(first, first + 100) for first in (0, 100, 200))
        shards = joblib.Parallel(n_jobs=2, backend=backend)(jobs)
        assert shards[0].merge(shards[1]).merge(shards[2]) == lanewalk.first_passage(10)


def test_dask():
    dask = pytest.importorskip("dask", reason="skipped: dask is not installed")
    for scheduler in ("threads", "processes"):
        tasks = [dask.delayed(shard)(first, first + 100) for first in (0, 100, 200)]
        shards = dask.compute(*tasks, scheduler=scheduler)
        assert shards[0].merge(shards[1]).merge(shards[2]) == lanewalk.first_passage(10)


def test_blocks_that_are_closed_early():
    blocks = lanewalk.first_passage_blocks(10, samples=10**15, size=1000, threads=2)
    assert next(blocks).times.shape == (1000,)
    assert next(blocks).first == 1000
    blocks.close()
    assert list(blocks) == []
    for block in lanewalk.in_ball_blocks(3, samples=10**11, size=10, positions=True):
        assert block.positions.shape == (10, 2)
        break
    gc.collect()
    assert work() == TOTAL


def test_a_daemon_thread_does_not_block_the_end():
    python(
        """
        import threading, lanewalk
        started = threading.Event()
        run = lambda: lanewalk.pi(2**61, threads=2, progress=lambda done, total: started.set())
        threading.Thread(target=run, daemon=True).start()
        assert started.wait(60)
        """
    )
