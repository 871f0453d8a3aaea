"""Processes over a pipe in plain Python: round trips of byte strings between a process and its child.

Usage: python3 pipe.py, with lines "BYTES SECONDS" on standard input
Prints for each line the nanoseconds of each round trip, as a JSON list on one line. Ends, with its child, at the end of the
input.
"""

import json
import multiprocessing
import sys
import time

WARM_UP = 3

# The child has to run this file's functions, which a script given as text can only hand over by forking.
CONTEXT = multiprocessing.get_context("fork")


def echo(connection, other):
    """Sends back what comes, until the other end is closed."""
    # Held open here, it would never be.
    other.close()
    try:
        while True:
            connection.send(connection.recv())
    except (EOFError, OSError):
        pass


def turn(connection, size, seconds):
    """Nanoseconds of each round trip within that many seconds; one at least."""
    times = []
    trip = 0
    start = time.perf_counter()
    while len(times) == 0 or time.perf_counter() - start < seconds:
        message = trip.to_bytes(8, "little") * (size // 8)
        begin = time.perf_counter_ns()
        connection.send(message)
        answer = connection.recv()
        end = time.perf_counter_ns()
        if answer != message:
            sys.exit(1)
        if trip >= WARM_UP:
            times.append(max(end - begin, 1))
        trip += 1
    return times


def main():
    here, there = CONTEXT.Pipe()
    child = CONTEXT.Process(target=echo, args=(there, here), daemon=True)
    child.start()
    there.close()
    for line in sys.stdin:
        size, seconds = line.split()
        print(json.dumps(turn(here, int(size), float(seconds))), flush=True)
    here.close()
    child.join()


if __name__ == "__main__":
    main()
