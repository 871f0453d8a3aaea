"""Functions that run in worker processes. A worker imports them from this file, because it cannot import a notebook."""

import multiprocessing
import random

import numpy as np

import lanewalk

# A worker starts as a new Python process. This works on every system, and beside the threads that Jupyter uses.
context = multiprocessing.get_context("spawn")

PATIENCE = 60
"""Seconds after which a process stops waiting for a message."""


def receive(connection):
    """The next message. The error after PATIENCE seconds prevents an endless wait."""
    if not connection.poll(PATIENCE):
        raise TimeoutError(f"no message within {PATIENCE} s")
    return connection.recv()


# Walks


def walk_to(distance, draw):
    """The number of steps of one walk from 0 to the distance. draw() returns a random number in [0, 1)."""
    position, time = 0.0, 0
    while -distance < position < distance:
        position += 2.0 * draw() - 1.0
        time += 1
    return time


def mean_time(task):
    """The mean time of several walks. A task is (distance, samples, seed) and has a generator of its own."""
    distance, samples, seed = task
    draw = random.Random(f"{seed}, {distance}").random
    return sum(walk_to(distance, draw) for _ in range(samples)) / samples


def square(number):
    """A task with nearly no work."""
    return number * number


def passage_of_shard(task):
    """The first passages of some walkers. A task is (distances, first walker, end)."""
    distances, first, end = task
    return lanewalk.first_passage(distances, walkers=(first, end), threads=1)


# Pi


def pi_batch(batch, points):
    """An estimate of pi from one batch of points, in plain Python. The number of the batch is its seed."""
    draw = random.Random(batch).random
    inside = sum(draw() ** 2 + draw() ** 2 < 1.0 for _ in range(points))
    return 4.0 * inside / points


def pi_batch_numpy(batch, points):
    """The same with arrays of NumPy."""
    x, y = np.random.default_rng(batch).random((2, points))
    return 4.0 * np.count_nonzero(x * x + y * y < 1.0) / points


# Servers


def append_server(connection):
    """Answers each text with the text and an X, until the text is stop."""
    with connection:
        text = ""
        while text != "stop":
            text = receive(connection)
            connection.send(text + "X")


def greeting_server(connection):
    """Answers hello with yes and bye with no, and ends after bye."""
    answers = {"hello": "yes", "bye": "no"}
    with connection:
        text = ""
        while text != "bye":
            text = receive(connection)
            if text not in answers:
                raise ValueError(f"{text!r} is neither hello nor bye")
            connection.send(answers[text])


def walk_server(connection):
    """Answers each task with the result of its walkers, until the task is None."""
    with connection:
        while (task := receive(connection)) is not None:
            connection.send(passage_of_shard(task))


# The rod


def step(field, ratio):
    """One step of the heat equation. The ends keep their values."""
    new = field.copy()
    new[1:-1] = (1.0 - 2.0 * ratio) * field[1:-1] + ratio * (field[:-2] + field[2:])
    return new


def advance_half(connection, field, ratio, steps, side, halo):
    """Steps of one half of a rod, whose last ``halo`` points on the inner side belong to the other half.

    Without news from the other half, each step makes one more of these points wrong. So the halves exchange them after
    every ``halo`` steps. Returns the points of this half.
    """
    inner, edge, own = {
        "left": (slice(-halo, None), slice(-2 * halo, -halo), slice(None, -halo)),
        "right": (slice(None, halo), slice(halo, 2 * halo), slice(halo, None)),
    }[side]
    for done in range(1, steps + 1):
        field = step(field, ratio)
        if done % halo == 0:
            connection.send_bytes(field[edge].tobytes())
            if not connection.poll(PATIENCE):
                raise TimeoutError(f"no edge within {PATIENCE} s")
            field[inner] = np.frombuffer(connection.recv_bytes())
    return field[own]


def right_half(connection, field, ratio, steps, halo):
    """The right half in a process of its own. It sends True when it is ready, and its points at the end."""
    with connection:
        connection.send(True)
        connection.send(advance_half(connection, field, ratio, steps, "right", halo))
