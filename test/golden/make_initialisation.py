"""Prints the SHA-256 of the parameters that each initialisation draws for 64-16-16-10 with seed 1: float32, little-endian.

    python3 test/golden/make_initialisation.py

Independent of the library: Philox 4x32-10 with Python's whole numbers, the standard library's logarithm and square root.
test/network/initialisation.test.ts holds what this prints.
"""

import hashlib
import math
import struct

WIDTHS = [64, 16, 16, 10]
SEED = 1
INITIALISATION_STREAM = 2


def philox(counter, key):
    """Salmon, Moraes, Dror, Shaw 2011: ten rounds over a counter of four words and a key of two."""
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k[1], p0 & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def words(section):
    block = 0
    while True:
        yield from philox([block & 0xFFFFFFFF, block >> 32, section, INITIALISATION_STREAM], [SEED & 0xFFFFFFFF, SEED >> 32])
        block += 1


def uniforms(section):
    source = words(section)
    for word in source:
        yield ((word >> 5) * 2**26 + (next(source) >> 6)) / 2**53


def normals(section):
    """Marsaglia's polar method."""
    source = uniforms(section)
    for first in source:
        u, v = 2 * first - 1, 2 * next(source) - 1
        s = u * u + v * v
        if 0 < s < 1:
            radius = math.sqrt((-2 * math.log(s)) / s)
            yield from (u * radius, v * radius)


RULES = {
    "glorot": lambda layer, n_in, n_out: ((2 * u - 1) * math.sqrt(6 / (n_in + n_out)) for u in uniforms(layer)),
    "he": lambda layer, n_in, n_out: (z * math.sqrt(2 / n_in) for z in normals(layer)),
    "lecun": lambda layer, n_in, n_out: (z * math.sqrt(1 / n_in) for z in normals(layer)),
    "normal": lambda layer, n_in, n_out: normals(layer),
}

for name, rule in RULES.items():
    parameters = []
    for layer, (n_in, n_out) in enumerate(zip(WIDTHS, WIDTHS[1:]), 2):
        draws = rule(layer, n_in, n_out)
        parameters += [next(draws) for _ in range(n_in * n_out)] + [0.0] * n_out
    print(name, hashlib.sha256(struct.pack(f"<{len(parameters)}f", *parameters)).hexdigest(), struct.unpack("<2f", struct.pack("<2f", *parameters[:2])))
