"""The contract of randomness, version 2, in Python's integers: the streams of the other programs in this folder.

Written from docs/determinism.md only. It shares no code with the library.
"""

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
UNIT = 1 << 31


def mix(z):
    """SplitMix64's output function."""
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def base(seed, label):
    """The base of a family of streams; a label is ASCII text or a number."""
    number = label if isinstance(label, int) else int.from_bytes(label.encode("ascii"), "big")
    return mix(seed ^ mix((number + GAMMA) & MASK))


def independent_seed(seed, keys):
    """The seed of one entry of a list whose entries have walkers of their own; dimensions first if both vary."""
    seed = base(seed, "each")
    for key in keys:
        seed = base(seed, key)
    return seed


def stream(seed, label, index):
    """The outputs of xoshiro256++ whose state is SplitMix64's outputs 4 index .. 4 index + 3 counted from the base."""
    start = base(seed, label)
    s0, s1, s2, s3 = (mix((start + (4 * index + k + 1) * GAMMA) & MASK) for k in range(4))
    while True:
        x = (s0 + s3) & MASK
        yield (((x << 23) | (x >> 41)) + s0) & MASK
        t = (s1 << 17) & MASK
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = ((s3 << 45) | (s3 >> 19)) & MASK


def steps(seed, walker):
    """The steps of a walker in units of 2^-31: signed halves of its draws, the upper one first."""
    for draw in stream(seed, "walk", walker):
        for half in (draw >> 32, draw & 0xFFFFFFFF):
            yield half - (1 << 32) if half >> 31 else half
