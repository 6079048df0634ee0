"""The bitstream is the specification's: vectors made by a second program, and exact tables."""

import json
import subprocess
import sys
from itertools import pairwise
from math import ceil, isqrt
from pathlib import Path

import numpy as np
import pytest

from gcx_format import DamagedVisualError
from gcx_format.visual.msillm import bitstream, fixed_point, tables
from gcx_format.visual.msillm.entropy_model import EntropyModel, EntropyWeights
from gcx_format.visual.msillm.hyper_synthesis import Layer
from gcx_format.visual.msillm.static_range_coder import Encoder
from gcx_format.visual.msillm.tables import Density

pytestmark = pytest.mark.needs("torch")

FOLDER = Path(__file__).parents[4] / "spec" / "vectors"
VECTORS = json.loads((FOLDER / "msillm.json").read_text(encoding="utf-8"))
PICTURES = {picture["name"]: picture for picture in VECTORS["pictures"]}
HYPER, LATENT = 3, 2


def weights_of(seed):
    """The weights that a seed stands for, by the generator that the vectors name."""
    state = seed

    def draw(count, low, high):
        nonlocal state
        numbers = []
        for _ in range(count):
            state = (1103515245 * state + 12345) % 2**31
            numbers.append(low + (state >> 8) % (high - low + 1))
        return numbers

    def array(numbers, *shape):
        return (np.array(numbers) / 1024).astype(np.float32).reshape(shape)

    sizes = [(1, 3), (3, 3), (3, 3), (3, 3), (3, 1)]
    matrices = [array(draw(HYPER * i * o, -900, 500), HYPER, o, i) for i, o in sizes]
    biases = [array(draw(HYPER * o, -400, 400), HYPER, o, 1) for _, o in sizes]
    factors = [array(draw(HYPER * 3, -600, 600), HYPER, 3, 1) for _ in range(4)]
    quantiles = []
    for _ in range(HYPER):
        median = draw(1, -700, 700)[0]
        quantiles += [median - draw(1, 1500, 4500)[0], median, median + draw(1, 1500, 4500)[0]]

    def network(low, high):
        kernels = [array(draw(HYPER * HYPER * 25, -300, 300), HYPER, HYPER, 5, 5) for _ in "12"]
        kernels.append(array(draw(LATENT * HYPER * 9, -500, 500), LATENT, HYPER, 3, 3))
        biases = [draw(HYPER, -600, 600), draw(HYPER, -600, 600), draw(LATENT, low, high)]
        return tuple(Layer(k, array(b, len(b))) for k, b in zip(kernels, biases, strict=True))

    density = Density(matrices, biases, factors, array(quantiles, HYPER, 3))
    return EntropyWeights(density, network(-900, 900), network(0, 2500))


def test_the_vectors_are_what_their_program_makes():
    subprocess.run([sys.executable, FOLDER / "msillm.py", "--check"], check=True)


@pytest.mark.parametrize("name", VECTORS["functions"])
def test_functions_give_the_numbers_of_the_vectors(name):
    arguments, expected = np.array(VECTORS["functions"][name]).T
    assert getattr(fixed_point, name)(arguments).tolist() == expected.tolist()


def as_json(table):
    return {
        "lowest": table.lowest,
        "order": table.order,
        "frequencies": np.diff(table.cumulative).tolist(),
    }


@pytest.mark.parametrize("level", VECTORS["latent_tables"])
def test_tables_of_latents_are_those_of_the_vectors(level):
    assert as_json(tables.latent_tables()[int(level)]) == VECTORS["latent_tables"][level]


@pytest.mark.parametrize("case", VECTORS["hyper_tables"], ids=lambda case: case["weights_seed"])
def test_tables_of_hyper_latents_are_those_of_the_vectors(case):
    density = weights_of(case["weights_seed"]).density
    assert [as_json(table) for table in tables.hyper_tables(density)] == case["tables"]


@pytest.mark.parametrize("name", PICTURES)
def test_a_payload_decodes_to_the_latents_of_the_vectors(name):
    picture = PICTURES[name]
    model = EntropyModel(weights_of(picture["weights_seed"]))
    payload, size = bytes.fromhex(picture["payload"]), (picture["width"], picture["height"])
    latents = bitstream.decode(payload, size, model)
    assert (latents.ravel() * 2**14).tolist() == pytest.approx(picture["latents"], rel=2**-23)


@pytest.mark.parametrize("name", PICTURES)
def test_symbols_are_coded_as_in_the_vectors(name):
    picture = PICTURES[name]
    model = EntropyModel(weights_of(picture["weights_seed"]))
    columns, rows = bitstream.field_size((picture["width"], picture["height"]))
    hyper_symbols = np.array(picture["hyper_symbols"]).reshape(HYPER, rows, columns)
    parameters = model.parameters(hyper_symbols)
    assert parameters.means.ravel().tolist() == picture["means"]
    assert parameters.levels.ravel().tolist() == picture["levels"]
    encoder = Encoder()
    encoder.encode(picture["hyper_symbols"], model.tables_of_hyper_latents((columns, rows)))
    encoder.encode(picture["symbols"], model.tables_of_latents(parameters))
    assert encoder.finish().hex() == picture["payload"][4:]


@pytest.mark.parametrize("case", VECTORS["invalid"], ids=lambda case: case["name"])
def test_an_invalid_payload_is_refused(case):
    picture = PICTURES[case["of"]]
    model = EntropyModel(weights_of(picture["weights_seed"]))
    with pytest.raises(DamagedVisualError, match="damaged, or was made with other weights"):
        bitstream.decode(bytes.fromhex(case["payload"]), (100, 40), model)


def test_tables_of_latents_are_exact():
    """Against the normal distribution by its Taylor series in whole numbers of 300 bits.

    None of the frequencies comes nearer to where rounding turns than 2**-13, which is what
    makes them independent of the machine's mathematics library.
    """
    one = 1 << 300
    pi = 4 * (4 * arctangent(one, 5) - arctangent(one, 239))
    eighth_root = root8(2 << 2400)  # of 2, with 300 fraction bits
    nearest = one
    for level, table in enumerate(tables.latent_tables()):
        scale = 11 * 2**300 // 100
        for _ in range(level):
            scale = scale * eighth_root >> 300
        reach = ceil(5 * 0.11 * 2 ** (level / 8))
        assert (table.lowest, table.highest) == (-reach, reach)
        # Halves of the integrals from -x to x, times the square root of 2 pi.
        halves = [normal_integral(((2 * k + 1) << 599) // scale, one) for k in range(reach + 1)]
        root = isqrt(2 * pi << 300)
        shares = [(b - a << 300) // root for a, b in pairwise(halves)]
        shares.append(one - 2 * (halves[-1] << 300) // root)
        frequencies = np.diff(table.cumulative).tolist()[reach + 1 :]
        for share, frequency in zip(shares, frequencies, strict=True):
            shifted = share * tables.TOTAL + one // 2
            assert frequency == max(1, shifted >> 300)
            if frequency > 1:
                nearest = min(nearest, shifted % one, one - shifted % one)
    assert nearest > one >> 13


def arctangent(one, inverse):
    term, total, index = one // inverse, 0, 1
    while term:
        total += term // index if index % 4 == 1 else -(term // index)
        term //= inverse * inverse
        index += 2
    return total


def root8(number):
    return isqrt(isqrt(isqrt(number)))


def normal_integral(x, one):
    """The integral of exp(-t*t/2) from 0 to x."""
    half_square = x * x // (2 * one)
    term, total, index = x, 0, 0
    while term:
        total += term // (2 * index + 1)
        index += 1
        term = -(term * half_square // one) // index
        if term in (0, -1):
            break
    return total
