"""The command line of the package: python -m lanewalk, and the command lanewalk."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import lanewalk

MODULE = [sys.executable, "-m", "lanewalk"]
COMMAND = [str(Path(sys.executable).with_name("lanewalk"))]


def run(*arguments, command=MODULE, **options):
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120, **options)


@pytest.mark.parametrize("command", [MODULE, COMMAND])
def test_the_program_and_the_package_give_the_same_result(command):
    printed = run("walk", "--y", "20", "--samples", "3000", "--format", "json", command=command)
    report = json.loads(printed.stdout)
    passage = lanewalk.first_passage(20, samples=3000)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert report["digest"] == passage.digest
    stored = report["results"][0]["parts"]
    assert stored == passage.to_dict()
    assert lanewalk.FirstPassage.from_dict(stored) == passage


def test_results_of_every_kind_are_read_from_the_command_line():
    for arguments, result in [
        (["walk", "--lower", "-5", "--upper", "8"], lanewalk.first_exit(-5, 8, samples=500)),
        (["walk", "--dim", "3", "--y", "4"], lanewalk.in_ball(4, dimensions=3, samples=500)),
        (["walk", "--dim", "2", "--y", "4", "--shape", "cube"], lanewalk.in_cube(4, samples=500)),
        (["return", "--dim", "3", "--horizon", "100"],
         lanewalk.first_return("lattice", dimensions=3, horizon=100, samples=500)),
    ]:
        report = json.loads(run(*arguments, "--samples", "500", "--format", "json").stdout)
        parts = report["parts"] if "parts" in report else report["results"][0]["parts"]
        assert lanewalk.from_dict(parts) == result
    report = json.loads(run("pi", "--points", "1e5", "--format", "json").stdout)
    assert lanewalk.from_dict(report["parts"]) == lanewalk.pi(1e5)


def test_exit_status_and_messages():
    for arguments, status, text in [
        (["walk", "--y", "abc"], 2, "error: invalid value 'abc' for '--y"),
        (["--no-such-flag"], 2, "error: "),
        (["compare", "missing.json", "missing.json"], 2, "missing.json"),
    ]:
        failed = run(*arguments)
        assert (failed.returncode, failed.stdout) == (status, "")
        assert text in failed.stderr and failed.stderr.count("\n") == 1
    assert run("--version").stdout == f"lanewalk {lanewalk.__version__}\n"
    assert run("walk", "--help").stdout.startswith("First-passage times")


def test_children_are_the_program_again(tmp_path):
    # Files with the names of modules in the current folder have no effect on the children.
    for name in ["html", "lanewalk", "numpy"]:
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)")
    rod = run("heat", "--domains", "2", "--backend", "processes", "--format", "json", command=COMMAND, cwd=tmp_path)
    assert rod.returncode == 0, rod.stderr
    assert json.loads(rod.stdout)["digest"] == lanewalk.heat(51).digest
    pipes = run("pipes", "--budget", "2", command=COMMAND, cwd=tmp_path)
    assert pipes.returncode == 0, pipes.stderr
    assert "pipe" in pipes.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of Unix")
def test_an_interrupt_stops_the_program_and_keeps_what_is_done():
    command = [*MODULE, "walk", "--y", "30", "--samples", "1e12", "--format", "json"]
    # A shell starts background jobs with interrupts ignored.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, handler)
    with child:
        try:
            # The first line announces a long run.
            assert "this will take about" in child.stderr.readline()
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=60)
        finally:
            child.kill()
    assert child.returncode == 130, err
    assert "stopped: " in err and "Traceback" not in err and "KeyboardInterrupt" not in err
    assert out == "" or json.loads(out)["results"][0]["samples"] > 0
