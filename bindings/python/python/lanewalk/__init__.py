"""Random walks, Monte Carlo pi and the heat equation in SIMD lanes and threads.

Results do not depend on the machine, the threads or the instruction set: one seed, one answer. Each estimate has its
exact value beside it, where one is known.

>>> import lanewalk
>>> passage = lanewalk.first_passage(150, samples=300)
>>> print(f"{passage.mean:.0f} +- {passage.std_error:.0f}, exactly {passage.exact:.0f}, z = {passage.z:+.2f}")
65097 +- 3195, exactly 67769, z = -0.84
"""

from lanewalk import exact, model, tasks
from lanewalk._blocks import (
    Block,
    first_exit_blocks,
    first_passage_blocks,
    first_return_blocks,
    in_ball_blocks,
    in_cube_blocks,
)
from lanewalk._counted import (
    first_exit_distribution,
    first_passage_distribution,
    first_return_distribution,
    in_ball_distribution,
    in_cube_distribution,
)
from lanewalk._distributions import Distribution, ExactDistribution, TimeDistribution
from lanewalk._exits import FirstExit, FirstReturn, RegionExit
from lanewalk._heat import Evolution, Rod, Timings, heat, heat_step
from lanewalk._lanewalk import CENSORED, __version__
from lanewalk._machine import Machine, machine
from lanewalk._passages import FirstPassage, FirstPassages
from lanewalk._pi import pi, pi_batches
from lanewalk._pi_results import PiBatches, PiEstimate
from lanewalk._results import Estimate, from_dict
from lanewalk._samples import (
    first_exit_samples,
    first_passage_samples,
    first_return_samples,
    in_ball_samples,
    in_cube_samples,
)
from lanewalk._streams import base, draws, independent_seed, steps
from lanewalk._walks import first_exit, first_passage, first_return, in_ball, in_cube

__all__ = [
    "Block",
    "CENSORED",
    "Distribution",
    "Estimate",
    "Evolution",
    "ExactDistribution",
    "FirstExit",
    "FirstPassage",
    "FirstPassages",
    "FirstReturn",
    "Machine",
    "PiBatches",
    "PiEstimate",
    "RegionExit",
    "Rod",
    "TimeDistribution",
    "Timings",
    "__version__",
    "base",
    "draws",
    "exact",
    "first_exit",
    "first_exit_blocks",
    "first_exit_distribution",
    "first_exit_samples",
    "first_passage",
    "first_passage_blocks",
    "first_passage_distribution",
    "first_passage_samples",
    "first_return",
    "first_return_blocks",
    "first_return_distribution",
    "first_return_samples",
    "from_dict",
    "heat",
    "heat_step",
    "in_ball",
    "in_ball_blocks",
    "in_ball_distribution",
    "in_ball_samples",
    "in_cube",
    "in_cube_blocks",
    "in_cube_distribution",
    "in_cube_samples",
    "independent_seed",
    "machine",
    "model",
    "pi",
    "pi_batches",
    "steps",
    "tasks",
]
