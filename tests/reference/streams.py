#!/usr/bin/env python3
"""Known answers for bases, first draws and the seeds of independent entries, in Python's integers.

Writes streams.csv and independent.csv in the same folder. Columns of streams.csv: seed, label and its number, the base, the
index of a stream and its first three draws. Columns of independent.csv: seed, the number of dimensions and the distance
if the list varies them, and the seed of the entry.
"""

import math
import pathlib
from fractions import Fraction
from itertools import islice

from contract import UNIT, base, independent_seed, stream

STREAMS = """
1,walk,0
1,walk,1
1,walk,299
0,walk,0
18446744073709551615,walk,4611686018427387903
42,pi,0
42,pi,7
1,fine,3
1,error,3
7,leap,0
1,order,0
1,boot,0
"""

ENTRIES = """
1,,10
1,,20
1,,0.5
2026,,150
1,1,
1,3,
1,3,20
"""


def streams():
    yield "seed,label,label_number,base,index,first,second,third"
    for case in STREAMS.split():
        seed, label, index = case.split(",")
        number = int.from_bytes(label.encode("ascii"), "big")
        draws = islice(stream(int(seed), label, int(index)), 3)
        yield f"{seed},{label},{number:#x},{base(int(seed), label):#x},{index}," + ",".join(f"{x:#x}" for x in draws)


def entries():
    yield "seed,dimensions,distance,derived_seed"
    for case in ENTRIES.split():
        seed, dimensions, distance = case.split(",")
        keys = [int(dimensions)] if dimensions else []
        if distance:
            keys.append(math.ceil(Fraction(float(distance)) * UNIT))
        yield f"{case},{independent_seed(int(seed), keys):#x}"


if __name__ == "__main__":
    folder = pathlib.Path(__file__).parent
    (folder / "streams.csv").write_text("\n".join(streams()) + "\n")
    (folder / "independent.csv").write_text("\n".join(entries()) + "\n")
