"""Writes augmentation.json: changed copies of small images, in float64.

    /usr/bin/python3 test/golden/make_augmentation.py

Independent of the library: Philox 4x32-10 from the paper (Salmon and others 2011) in 64-bit integers of numpy, the map from an
image to its copy by products and inverses of 3 x 3 matrices, the fields by whole matrices of Gaussian weights. Made with numpy
1.24.2. An image holds whole numbers, each standing for a 256th. A case has its settings as the library takes them, the image's
shape, seed, row, pass and background, and the copy, rounded to 9 digits behind the point.
"""

import json
import math
from pathlib import Path

import numpy as np

RANDOM = np.random.default_rng(20030803)
STREAM = 5
WORDS_OF_FIELDS = 2**26 * 32
WORDS_OF_NOISE = 2**27 * 32


def philox(counter, key):
    c, k = [int(x) for x in counter], [int(x) for x in key]
    for _ in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k[0], q & 0xFFFFFFFF, (p >> 32) ^ c[3] ^ k[1], p & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


assert philox([0, 0, 0, 0], [0, 0]) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


class Words:
    """The random words of one row in one pass, by number."""

    def __init__(self, seed, row, turn):
        self.key, self.row, self.turn, self.blocks = (seed & 0xFFFFFFFF, seed >> 32), row, turn, {}

    def __getitem__(self, number):
        # Four blocks lie side by side: of 16 words, four are the first words of four blocks, four are the second ones, ...
        four, rest = divmod(number, 16)
        block = 4 * four + rest % 4
        if block not in self.blocks:
            self.blocks[block] = philox([block, self.row, self.turn, STREAM], self.key)
        return self.blocks[block][rest // 4]

    def uniform(self, number):
        """In (-1, 1), by the upper 24 bits."""
        return (signed(self[number], 32) // 256 + 0.5) / 2**23


def signed(word, bits):
    return word - 2**bits if word >= 2 ** (bits - 1) else word


def gaussian(length, sigma):
    """(length x length): the share of each pixel in each smoothed one."""
    reach = math.ceil(3 * sigma)
    total = sum(math.exp(-(t**2) / (2 * sigma**2)) for t in range(-reach, reach + 1))
    i, k = np.indices((length, length))
    return np.where(abs(i - k) <= reach, np.exp(-((i - k) ** 2) / (2 * sigma**2)) / total, 0)


def displacement(words, height, width, alpha, sigma):
    stride = 4 * math.ceil(width / 4)
    fields = np.zeros((2, height, width))
    for y in range(height):
        for x in range(width):
            word = words[WORDS_OF_FIELDS + y * stride + x]
            fields[:, y, x] = (signed(word % 2**16, 16) + 0.5) / 2**15, (signed(word >> 16, 16) + 0.5) / 2**15
    return alpha * (gaussian(height, sigma) @ fields @ gaussian(width, sigma).T)


def forward(words, settings, height, width):
    """From places in the image to places in the copy, (x, y, 1)."""
    angle = math.radians(settings.get("rotation", 0) * words.uniform(2))
    growth = settings.get("scale", 0) * words.uniform(3)
    growth = 1 + growth if growth > 0 else 1 / (1 - growth)
    slant = math.tan(math.radians(settings.get("shear", 0) * words.uniform(4)))
    shift = settings.get("shift", 0)
    move = lambda x, y: np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    lean = np.array([[1, -slant, 0], [0, 1, 0], [0, 0, 1]])
    grow = np.diag([growth, growth, 1])
    cx, cy = (width - 1) / 2, (height - 1) / 2
    return move(shift * words.uniform(0), shift * words.uniform(1)) @ move(cx, cy) @ turn @ lean @ grow @ move(-cx, -cy)


def augment(image, settings, seed, row, turn, background):
    height, width = image.shape
    words = Words(seed, row, turn)
    elastic = settings.get("elastic")
    moved = displacement(words, height, width, **elastic) if elastic else np.zeros((2, height, width))
    back = np.linalg.inv(forward(words, settings, height, width))
    pixel = lambda y, x: image[y, x] if 0 <= y < height and 0 <= x < width else background
    copy = np.zeros((height, width))
    for y in range(height):
        for x in range(width):
            sx, sy, _ = back @ (x, y, 1) + (moved[0, y, x], moved[1, y, x], 0)
            left, top = math.floor(sx), math.floor(sy)
            for v, share_y in ((top, 1 - (sy - top)), (top + 1, sy - top)):
                for u, share_x in ((left, 1 - (sx - left)), (left + 1, sx - left)):
                    copy[y, x] += share_y * share_x * pixel(v, u)
    for p in range(height * width if "noise" in settings else 0):
        pair = WORDS_OF_NOISE + p // 8 * 8 + p % 4
        radius = math.sqrt(-2 * math.log(((words[pair] >> 8) + 1) / 2**24))
        angle = 2 * math.pi * (words[pair + 4] >> 8) / 2**24
        copy.flat[p] += settings["noise"] * radius * (math.sin(angle) if p % 8 >= 4 else math.cos(angle))
    if "cutout" in settings:
        side = settings["cutout"]
        left, top = words[5] * width // 2**32 - side // 2, words[6] * height // 2**32 - side // 2
        copy[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)] = background
    return copy


def drawing(height, width):
    """Strokes: the nearer a pixel is to a closed curve, the brighter."""
    t = np.linspace(0, 2 * math.pi, 60)
    radius = 0.32 + 0.08 * np.cos(2 * t + RANDOM.uniform(0, 6)) + 0.04 * np.cos(3 * t + RANDOM.uniform(0, 6))
    curve = np.stack([height * (0.5 + radius * np.cos(t)), width * (0.5 + radius * np.sin(t))])
    y, x = np.indices((height, width))
    distance = np.min(np.hypot(y[..., None] + 0.5 - curve[0], x[..., None] + 0.5 - curve[1]), axis=-1)
    return np.round(255 * np.clip(1.8 - distance, 0, 1)).astype(int)


ALL = {"shift": 1.5, "rotation": 15, "scale": 0.2, "shear": 12, "elastic": {"alpha": 30, "sigma": 4}, "noise": 0.1, "cutout": 3}
CASES = [
    ({"shift": 3}, 8, 8, 1, 0, 0, 0),
    ({"rotation": 180}, 9, 9, 2, 5, 1, 0.25),
    ({"scale": 1}, 9, 10, 3, 1, 4, 0),
    ({"scale": 1}, 9, 10, 3, 5, 4, 0),
    ({"shear": 40}, 10, 9, 4, 2, 2, 0),
    ({"elastic": {"alpha": 34, "sigma": 4}}, 28, 28, 5, 59_999, 29, 0),
    ({"elastic": {"alpha": 4, "sigma": 0.7}}, 5, 7, 6, 3, 8, -0.5),
    ({"noise": 0.3}, 6, 7, 7, 1, 1, 0),
    ({"cutout": 4}, 7, 5, 8, 2, 3, 0.5),
    ({"cutout": 5}, 7, 9, 8, 3, 3, 0.5),
    (ALL, 13, 17, 2**53 - 1, 2**32 - 1, 2**32 - 1, 0.125),
    (ALL, 28, 28, 9, 31, 2, 0),
    ({"shift": 1, "elastic": {"alpha": 2, "sigma": 1}}, 1, 1, 10, 1, 1, 0.5),
    (ALL, 3, 11, 12_345_678_901_234, 70_000, 300, 1),
]

if __name__ == "__main__":
    lines = []
    for settings, height, width, seed, row, turn, background in CASES:
        image = drawing(height, width)
        copy = augment(image / 256, settings, seed, row, turn, background)
        case = {"settings": settings, "height": height, "width": width, "seed": seed, "row": row, "pass": turn}
        case |= {"background": background, "image": image.ravel().tolist(), "copy": [round(v, 9) for v in copy.ravel().tolist()]}
        lines.append(json.dumps(case, separators=(",", ":")))
    text = '{"numpy":"%s","cases":[\n%s\n]}\n' % (np.__version__, ",\n".join(lines))
    path = Path(__file__).with_name("augmentation.json")
    path.write_text(text)
    print(f"{len(lines)} cases, {len(text)} bytes")
