"""Prints the seconds of small calls and of a large call from Python, as JSON: for benches/record."""
import json
import time
import timeit

import lanewalk


def best(call):
    """The shortest mean of seven series of calls."""
    return min(timeit.repeat(call, number=2000, repeat=7)) / 2000


small = best(lambda: lanewalk.first_passage(1.0, samples=1, threads=1))
samples = best(lambda: lanewalk.first_passage_samples(1.0, samples=1, threads=1))
pi = best(lambda: lanewalk.pi(1, threads=1))
start = time.perf_counter()
lanewalk.first_passage(150, samples=100_000, threads=1)
large = time.perf_counter() - start
print(json.dumps({"small_s": small, "samples_s": samples, "pi_s": pi, "large_s": large}))
