"""Make msillm.json: test vectors for the MS-ILLM bitstream, on a network small enough to read.

    python spec/vectors/msillm.py          write msillm.json again
    python spec/vectors/msillm.py --check  exit with 1 if it would change

This is a second implementation of gcx-1.0-msillm.md, written from its text, without gcx or any
package. It is short and slow: Python's whole numbers throughout, floating point only in the normal
distribution, and plain loops. The network has the layers of the real one, with 3 channels of
hyper-latents and 2 of latents. Its weights come from the generator below.
"""

from __future__ import annotations

import binascii
import json
import math
import sys
from itertools import pairwise
from pathlib import Path

HYPER, LATENT = 3, 2
OUT = Path(__file__).with_name("msillm.json")


# --- weights: a linear congruential generator of numbers that float32 holds exactly -------


class Generator:
    def __init__(self, seed):
        self.state = seed

    def number(self, low, high):
        """The numerator of one of low/1024 ... high/1024."""
        self.state = (1103515245 * self.state + 12345) % 2**31
        return low + (self.state >> 8) % (high - low + 1)

    def numbers(self, count, low, high):
        return [self.number(low, high) for _ in range(count)]


def make_weights(seed):
    """Flat lists in the order of the checkpoint's arrays, in units of 1/1024."""
    draw = Generator(seed).numbers
    sizes = [(1, 3), (3, 3), (3, 3), (3, 3), (3, 1)]
    weights = {
        "matrices": [draw(HYPER * i * o, -900, 500) for i, o in sizes],
        "biases": [draw(HYPER * o, -400, 400) for _, o in sizes],
        "factors": [draw(HYPER * 3, -600, 600) for _ in range(4)],
        "quantiles": [],
    }
    for _ in range(HYPER):
        median = draw(1, -700, 700)[0]
        weights["quantiles"] += [
            median - draw(1, 1500, 4500)[0],
            median,
            median + draw(1, 1500, 4500)[0],
        ]
    for name, low, high in (("means", -900, 900), ("scales", 0, 2500)):
        weights[name] = {
            "weight": [
                draw(HYPER * HYPER * 25, -300, 300),
                draw(HYPER * HYPER * 25, -300, 300),
                draw(LATENT * HYPER * 9, -500, 500),
            ],
            "bias": [draw(HYPER, -600, 600), draw(HYPER, -600, 600), draw(LATENT, low, high)],
        }
    return weights


# --- functions ---------------------------------------------------------------------------

U = 1 << 30
LN2 = 744261118


def exp_minus(v):
    n = min(v // LN2, 31)
    r = min(v - n * LN2, LN2)
    p = U
    for k in range(11, 0, -1):
        p = U - (r * p >> 30) // k
    return p >> n


def tanh(v):
    p = exp_minus(abs(v) << 11)
    t = ((U - p) << 30) // (U + p)
    return -t if v < 0 else t


def sigmoid(v):
    p = exp_minus(abs(v) << 10)
    return ((p if v < 0 else U) << 30) // (U + p)


def softplus(v):
    p = exp_minus(abs(v) << 10)
    q = (p << 30) // (2 * U + p)
    s = q * q >> 30
    total = 0
    for k in range(10):
        total += q // (2 * k + 1)
        q = q * s >> 30
    return max(v, 0) + (2 * total >> 10)


# --- tables ------------------------------------------------------------------------------

T = 1 << 24


def latent_table(level):
    scale = 0.11 * 2 ** (level / 8)
    r = math.ceil(5 * scale)

    def above(x):
        return math.erfc(x / (scale * math.sqrt(2))) / 2

    def rounded(p):
        return max(1, math.floor(T * p + 0.5))

    side = [rounded(above(k - 0.5) - above(k + 0.5)) for k in range(1, r + 1)]
    escape = rounded(2 * above(r + 0.5))
    zero = T - escape - 2 * sum(side)
    order = max(0, r.bit_length() - 4)
    return {"lowest": -r, "order": order, "frequencies": [*side[::-1], zero, *side, escape]}


def hyper_table(weights, channel):
    def clip(v):
        return max(-(2**31 - 1), min(2**31 - 1, v))

    def of_channel(values, count):
        return [v << 10 for v in values[channel * count : (channel + 1) * count]]

    low, median, high = of_channel(weights["quantiles"], 3)
    below = max(1, min(255, -((low - median) // 2**20)))
    above = max(1, min(255, -((median - high) // 2**20)))

    def cumulative(x):
        values = [clip(x)]
        for layer in range(5):
            outputs = 1 if layer == 4 else 3
            inputs = len(values)
            matrix = of_channel(weights["matrices"][layer], outputs * inputs)
            bias = of_channel(weights["biases"][layer], outputs)
            sums = []
            for o in range(outputs):
                products = sum(
                    min(softplus(matrix[o * inputs + i]), 2**28 - 1) * values[i]
                    for i in range(inputs)
                )
                sums.append((products >> 20) + bias[o])
            if layer < 4:
                factor = of_channel(weights["factors"][layer], 3)
                sums = [
                    s + (tanh(f) * tanh(clip(s)) >> 40) for s, f in zip(sums, factor, strict=True)
                ]
            values = [clip(s) for s in sums]
        return sigmoid(values[0])

    edges = [cumulative((k << 20) - (1 << 19) + median) for k in range(-below, above + 2)]
    shares = [b - a for a, b in pairwise(edges)] + [edges[0] + U - edges[-1]]
    frequencies = [max(1, (share + 32) >> 6) for share in shares]
    frequencies[frequencies.index(max(frequencies))] += T - sum(frequencies)
    return {"lowest": -below, "order": 0, "frequencies": frequencies}


# --- the network -------------------------------------------------------------------------

LIMIT = 1 << 26


def scaled(total):
    return max(-LIMIT, min(LIMIT, (total + (1 << 15)) >> 16))


def doubled(field, weight, bias):
    """A transposed convolution of kernel 5, stride 2, padding 2, output padding 1; then ReLU."""
    rows, columns = len(field[0]), len(field[0][0])
    result = []
    for o in range(HYPER):
        plane = [[bias[o] << 20] * (2 * columns) for _ in range(2 * rows)]
        for i in range(HYPER):
            for y in range(rows):
                for x in range(columns):
                    for ky in range(5):
                        for kx in range(5):
                            oy, ox = 2 * y + ky - 2, 2 * x + kx - 2
                            if 0 <= oy < 2 * rows and 0 <= ox < 2 * columns:
                                w = weight[((i * HYPER + o) * 5 + ky) * 5 + kx] << 6
                                plane[oy][ox] += field[i][y][x] * w
        result.append([[max(0, scaled(v)) for v in line] for line in plane])
    return result


def convolved(field, weight, bias):
    """A convolution of kernel 3, padding 1."""
    rows, columns = len(field[0]), len(field[0][0])
    result = []
    for o in range(LATENT):
        plane = [[bias[o] << 20] * columns for _ in range(rows)]
        for i in range(HYPER):
            for y in range(rows):
                for x in range(columns):
                    for ky in range(3):
                        for kx in range(3):
                            iy, ix = y + ky - 1, x + kx - 1
                            if 0 <= iy < rows and 0 <= ix < columns:
                                w = weight[((o * HYPER + i) * 3 + ky) * 3 + kx] << 6
                                plane[y][x] += field[i][iy][ix] * w
        result.append([[scaled(v) for v in line] for line in plane])
    return result


def synthesised(hyper_symbols, weights, name):
    medians = weights["quantiles"][1::3]
    field = [
        [[max(-LIMIT, min(LIMIT, (v << 14) + (median << 4))) for v in line] for line in plane]
        for plane, median in zip(hyper_symbols, medians, strict=True)
    ]
    (w1, w2, w3), (b1, b2, b3) = weights[name]["weight"], weights[name]["bias"]
    return convolved(doubled(doubled(field, w1, b1), w2, b2), w3, b3)


def level_of(scale):
    """The number of thresholds that the scale reaches."""
    level = 0
    while level < 90 and scale > 0 and (100 * scale) ** 16 >= ((11 << 14) ** 16 << (2 * level + 1)):
        level += 1
    return level


# --- the range coder, on one long number -------------------------------------------------


class Encoder:
    def __init__(self):
        self.low, self.range, self.bytes = 0, 1 << 56, 0

    def narrow(self, start, end):
        unit = self.range >> 24
        self.low += unit * start
        self.range = unit * (end - start)
        while self.range < 1 << 48:
            self.low <<= 8
            self.range <<= 8
            self.bytes += 1

    def symbol(self, value, table):
        f, lowest = table["frequencies"], table["lowest"]
        highest = lowest + len(f) - 2
        index = value - lowest if lowest <= value <= highest else len(f) - 1
        self.narrow(sum(f[:index]), sum(f[: index + 1]))
        if index == len(f) - 1:
            negative = value < lowest
            excess = lowest - 1 - value if negative else value - highest - 1
            code = bin(excess + (1 << table["order"]))[3:]
            prefix = "1" * (len(code) - table["order"]) + "0"
            for bit in "01"[negative] + prefix + code:
                self.narrow(T // 2 * int(bit), T // 2 * (int(bit) + 1))

    def finish(self):
        for spare in (56, 48):
            value = -(-self.low >> spare) << spare
            if value < self.low + self.range:
                break
        return value.to_bytes(self.bytes + 7, "big").rstrip(b"\0")


# --- vectors -----------------------------------------------------------------------------


def flat(field):
    return [v for plane in field for line in plane for v in line]


def field_of(values, channels, rows, columns):
    values = iter(values)
    return [[[next(values) for _ in range(columns)] for _ in range(rows)] for _ in range(channels)]


def payload_of(hyper_symbols, symbols, weights):
    encoder = Encoder()
    tables = [hyper_table(weights, channel) for channel in range(HYPER)]
    for table, plane in zip(tables, hyper_symbols, strict=True):
        for line in plane:
            for value in line:
                encoder.symbol(value, table)
    means = flat(synthesised(hyper_symbols, weights, "means"))
    levels = [level_of(v) for v in flat(synthesised(hyper_symbols, weights, "scales"))]
    by_level = {level: latent_table(level) for level in set(levels)}
    for value, level in zip(flat(symbols), levels, strict=True):
        encoder.symbol(value, by_level[level])
    latents = [(v << 14) + mean for v, mean in zip(flat(symbols), means, strict=True)]
    data = b"".join(v.to_bytes(4, "big", signed=True) for v in latents)
    check = binascii.crc_hqx(data, 0xFFFF).to_bytes(2, "big")
    return check + encoder.finish(), means, levels, latents


def picture(name, seed, width, height, spread, far=()):
    columns, rows = -(-width // 64), -(-height // 64)
    draw = Generator(seed).number
    weights = make_weights(seed + 1)
    hyper = [draw(-spread, spread) for _ in range(HYPER * rows * columns)]
    values = [draw(-spread, spread) for _ in range(LATENT * 16 * rows * columns)]
    for index, value in far:
        values[index] = value
    if far:
        hyper[0] = far[0][1]
    hyper_symbols = field_of(hyper, HYPER, rows, columns)
    symbols = field_of(values, LATENT, 4 * rows, 4 * columns)
    payload, means, levels, latents = payload_of(hyper_symbols, symbols, weights)
    return {
        "name": name,
        "weights_seed": seed + 1,
        "width": width,
        "height": height,
        "hyper_symbols": hyper,
        "symbols": values,
        "means": means,
        "levels": levels,
        "latents": latents,
        "payload": payload.hex(),
    }


def vectors():
    points = [-(2**31) + 1, -(5 << 20), -(1 << 20), -12345, -1, 0, 1, 777777, 3 << 20, 2**31 - 1]
    pictures = [
        picture("one block", 1, 1, 1, 1),
        picture("zeros", 2, 64, 64, 0),
        picture("two columns of blocks", 3, 100, 40, 2),
        picture("two rows of three blocks", 4, 129, 128, 4),
        picture("symbols beyond their tables", 5, 64, 64, 3, far=[(0, 300), (1, -32768), (9, 32)]),
    ]
    good = bytes.fromhex(pictures[2]["payload"])
    return {
        "functions": {
            "exp_minus": [[v, exp_minus(v)] for v in (0, 1, 2**29, 2**30, 5 * 2**30, 2**42)],
            "tanh": [[v, tanh(v)] for v in points],
            "sigmoid": [[v, sigmoid(v)] for v in points],
            "softplus": [[v, softplus(v)] for v in points],
        },
        "latent_tables": {str(level): latent_table(level) for level in (0, 1, 24, 40)},
        "hyper_tables": [
            {"weights_seed": seed, "tables": [hyper_table(make_weights(seed), c) for c in range(3)]}
            for seed in (2, 6)
        ],
        "pictures": pictures,
        "invalid": [
            {"name": name, "of": pictures[2]["name"], "payload": data.hex()}
            for name, data in {
                "no check value": good[:1],
                "another check value": bytes([good[0] ^ 1]) + good[1:],
                "no stream": good[:2],
                "cut by a byte": good[:-1],
                "a zero more": good + b"\0",
                "bytes after the end": good + b"\1\2\3\4\5\6\7\x08\x09",
                "not the shortest end": good + b"\1",
                "out of range": good[:2] + b"\xff" * 40,
            }.items()
        ],
    }


def main():
    content = json.dumps(vectors(), separators=(",", ":")).replace('},{"', '},\n{"') + "\n"
    if "--check" in sys.argv:
        sys.exit(OUT.read_text(encoding="utf-8") != content)
    OUT.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
