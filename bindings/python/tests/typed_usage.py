"""A program that mypy checks with its strict rules: what users write has the types that they expect."""



import numpy as np
from numpy.typing import NDArray

import lanewalk



passage: lanewalk.FirstPassage = lanewalk.first_passage(10)
passages: lanewalk.FirstPassages = lanewalk.first_passage([10.0, np.float64(20)], samples=1e3, progress=print)
from_array: lanewalk.FirstPassages = lanewalk.first_passage(np.arange(1, 5), walkers=range(100))
mean: float = passage.mean
means: NDArray[np.float64] = passages.mean
reason: str | None = passage.missing_z
total: int = passage.total_steps
merged: lanewalk.FirstPassage = passage.merge(lanewalk.first_passage(10, walkers=(300, 400)))
restored: lanewalk.FirstPassage = lanewalk.FirstPassage.from_dict(merged.to_dict())
lower: float = lanewalk.first_exit(-2, 8).probability_lower.value

times: NDArray[np.uint64] = lanewalk.first_passage_samples(10)
both: tuple[NDArray[np.uint64], NDArray[np.int64]] = lanewalk.in_ball_samples(5, positions=True)
for block in lanewalk.first_exit_blocks(-2, 8, samples=10):
    first: int = block.first
survival: NDArray[np.float64] = lanewalk.first_passage_distribution(10).sf([1, 2])
median: float = lanewalk.exact.first_passage_distribution(10).quantile(0.5)

estimate: lanewalk.PiEstimate = lanewalk.pi(1e3, method="antithetic")
field: NDArray[np.float64] = lanewalk.heat(51, steps=10).field
lanewalk.heat_step(field, 3)
rod = lanewalk.Rod(start=field)
rod.field = rod.field

lanewalk.first_passage("10")  # type: ignore[arg-type]
lanewalk.pi(None)  # type: ignore[arg-type]
