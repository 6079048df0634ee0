"""Latents become few bytes and come back, and bytes from strangers are refused in bounded time.

The network here is small and random; that of the released models is tested in test_codec.py.
"""

import operator
import time
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcx_format import DamagedVisualError, WeightsError
from gcx_format.visual.msillm import bitstream
from gcx_format.visual.msillm.entropy_model import EntropyModel, EntropyWeights
from gcx_format.visual.msillm.hyper_synthesis import HyperSynthesis, Layer, _products
from gcx_format.visual.msillm.static_range_coder import LARGEST_EXCESS, Decoder, Encoder
from gcx_format.visual.msillm.tables import LEVELS, TOTAL, Density, Table, latent_tables

HYPER, LATENT = 8, 6


def random_weights(seed, spread=1.0):
    rng = np.random.default_rng(seed)

    def layer(shape, outputs, gain):
        weight = rng.standard_normal(shape) * gain / np.sqrt(np.prod(shape) / outputs)
        return Layer(weight.astype("f4"), (0.2 * rng.standard_normal(outputs)).astype("f4"))

    def network(bias):
        last = layer((LATENT, HYPER, 3, 3), LATENT, spread)
        return (
            layer((HYPER, HYPER, 5, 5), HYPER, 2.0),
            layer((HYPER, HYPER, 5, 5), HYPER, 2.0),
            Layer(last.weight, np.abs(last.bias) * bias),
        )

    shapes = [(3, 1), (3, 3), (3, 3), (3, 3), (1, 3)]
    density = Density(
        [rng.normal(0, 0.3, (HYPER, *s)).astype("f4") for s in shapes],
        [rng.normal(0, 0.3, (HYPER, s[0], 1)).astype("f4") for s in shapes],
        [rng.normal(0, 0.3, (HYPER, 3, 1)).astype("f4") for _ in range(4)],
        np.sort(rng.normal(0, 8, (HYPER, 3)), axis=1).astype("f4"),
    )
    return EntropyWeights(density, network(1.0), network(3 * spread))


@cache
def model_of(seed, spread=1.0):
    return EntropyModel(random_weights(seed, spread))


def random_fields(seed, size, spread=1.0):
    rng = np.random.default_rng(seed)
    columns, rows = bitstream.field_size(size)
    latents = spread * rng.laplace(size=(LATENT, 4 * rows, 4 * columns))
    hyper_latents = spread * rng.laplace(size=(HYPER, rows, columns))
    return latents.astype("f4"), hyper_latents.astype("f4")


@given(
    st.integers(0, 10),
    st.integers(0, 10**6),
    st.tuples(st.integers(1, 200), st.integers(1, 200)),
    st.sampled_from([0.0, 0.01, 0.3, 1.0, 20.0, 3000.0, 1e9]),
)
@settings(max_examples=60)
def test_latents_come_back_to_within_half_a_step(seed, picture, size, spread):
    model = model_of(seed)
    latents, hyper_latents = random_fields(picture, size, spread)
    payload = bitstream.encode(latents, hyper_latents, model)
    decoded = bitstream.decode(payload, size, model)
    assert decoded.shape == latents.shape
    near = np.abs(latents) < 30000
    assert np.abs(decoded - latents)[near].max(initial=0) <= 0.5 + 2**-8
    excess = len(payload) - bitstream.CHECK_BYTES - bitstream.ideal_bits(payload, size, model) / 8
    assert excess <= 1.01


@pytest.mark.parametrize("spread", [0.05, 0.5, 5.0])
def test_fifty_pictures_take_less_than_three_bytes_more_than_their_ideal(spread):
    excess = []
    for seed in range(50):
        model = model_of(seed % 5, spread)
        latents, hyper_latents = random_fields(seed, (128, 128), spread)
        payload = bitstream.encode(latents, hyper_latents, model)
        bits = bitstream.ideal_bits(payload, (128, 128), model)
        excess.append(len(payload) - bitstream.CHECK_BYTES - bits / 8)
    assert max(excess) <= 1.01
    assert np.mean(excess) < 0.6


@given(st.binary(max_size=80), st.integers(0, 3))
@example(b"", 0)
@example(b"\0\0", 0)
@example(b"\xff" * 60, 1)
@settings(max_examples=150)
def test_bytes_that_no_encoder_wrote_are_refused(payload, seed):
    model = model_of(seed)
    try:
        latents = bitstream.decode(payload, (70, 60), model)
    except DamagedVisualError:
        return
    # One in 65,536 may pass the check value, and then is what an encoder writes.
    symbols, parameters, hyper_symbols = bitstream._read(payload, (70, 60), model)
    encoder = Encoder()
    encoder.encode(hyper_symbols.ravel().tolist(), model.tables_of_hyper_latents((2, 1)))
    encoder.encode(symbols.ravel().tolist(), model.tables_of_latents(parameters))
    assert encoder.finish() == payload[2:]
    assert latents.size


@given(st.data(), st.integers(0, 20))
@settings(max_examples=60)
def test_a_payload_with_a_flipped_bit_is_refused(data, seed):
    model = model_of(1)
    latents, hyper_latents = random_fields(seed, (128, 64))
    payload = bytearray(bitstream.encode(latents, hyper_latents, model))
    bit = data.draw(st.integers(0, 8 * len(payload) - 1))
    payload[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DamagedVisualError):
        bitstream.decode(bytes(payload), (128, 64), model)


def test_weights_of_another_model_are_noticed():
    latents, hyper_latents = random_fields(0, (128, 128))
    payload = bitstream.encode(latents, hyper_latents, model_of(0))
    with pytest.raises(DamagedVisualError, match="made with other weights"):
        bitstream.decode(payload, (128, 128), model_of(1))


def test_another_mean_of_one_latent_is_noticed():
    """Where all symbols decode as they should, the check value is what tells."""
    weights = random_weights(0)
    latents, hyper_latents = random_fields(0, (64, 64))
    payload = bitstream.encode(latents, hyper_latents, EntropyModel(weights))
    weights.means[2].bias[3] += np.float32(2**-13)
    with pytest.raises(DamagedVisualError, match="check value"):
        bitstream.decode(payload, (64, 64), EntropyModel(weights))


def test_garbage_for_the_largest_condition_is_refused_within_seconds():
    start = time.perf_counter()
    with pytest.raises(DamagedVisualError):
        bitstream.decode(bytes(range(256)) * 8, (1024, 1024), model_of(0))
    assert time.perf_counter() - start < 20


# --- the range coder ---------------------------------------------------------------------


@st.composite
def messages(draw):
    """Symbols of tables with frequencies of any kind, among them some near 1 and near TOTAL."""
    tables = []
    for _ in range(draw(st.integers(1, 4))):
        weights = draw(st.lists(st.sampled_from([0, 1, 5, 1000, 10**6]), min_size=2, max_size=9))
        total = sum(weights) + 1
        frequencies = [max(1, weight * (TOTAL - 20) // total) for weight in weights]
        tables.append(Table.of(draw(st.integers(-5, 0)), frequencies, draw(st.integers(0, 7))))
    count = draw(st.integers(0, 300))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    chosen = [tables[i] for i in rng.integers(0, len(tables), count)]
    rare = draw(st.sampled_from([0.0, 0.02, 1.0]))
    far = draw(st.sampled_from([10, LARGEST_EXCESS]))
    symbols = []
    for table in chosen:
        if rng.random() < rare:
            symbols.append(int(rng.integers(table.lowest - far, table.highest + far)))
        else:
            symbols.append(int(rng.integers(table.lowest, table.highest + 1)))
    return symbols, chosen


@given(messages())
@settings(max_examples=200)
def test_symbols_come_back(message):
    symbols, tables = message
    encoder = Encoder()
    encoder.encode(symbols, tables)
    data = encoder.finish()
    decoder = Decoder(data)
    assert decoder.decode(tables) == symbols
    decoder.finish()
    assert not data.endswith(b"\0")
    assert 8 * len(data) <= bitstream._bits(symbols, tables) + 8.01


@given(messages(), st.binary(min_size=1, max_size=9))
@settings(max_examples=100)
def test_no_other_bytes_mean_the_same_symbols(message, more):
    symbols, tables = message
    encoder = Encoder()
    encoder.encode(symbols, tables)
    data = encoder.finish()
    for other in (data + more, data[:-1], data[:-1] + more):
        if other == data:
            continue
        decoder = Decoder(other)
        try:
            found = decoder.decode(tables)
            decoder.finish()
        except DamagedVisualError:
            continue
        assert found != symbols


def test_carries_run_through_bytes_of_255():
    table = Table(0, [0, TOTAL - 3, TOTAL - 2, TOTAL], 0)
    for last in (0, 1):
        symbols = [1, *[0] * 5, *[1] * 40, last]
        encoder = Encoder()
        encoder.encode(symbols, [table] * len(symbols))
        decoder = Decoder(encoder.finish())
        assert decoder.decode([table] * len(symbols)) == symbols
        decoder.finish()


def test_a_symbol_too_far_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="too far out of range"):
        Encoder().encode([LARGEST_EXCESS + 100], [Table(0, [0, TOTAL - 1, TOTAL], 0)])


def test_every_table_sums_to_the_total():
    for table in latent_tables():
        assert table.cumulative[0] == 0
        assert table.cumulative[-1] == TOTAL
        assert min(np.diff(table.cumulative)) >= 1
    assert len(latent_tables()) == LEVELS


# --- the network in whole numbers --------------------------------------------------------


def layers(seed, hyper=4, latent=3, gain=1.0):
    rng = np.random.default_rng(seed)
    shapes = [(hyper, hyper, 5, 5), (hyper, hyper, 5, 5), (latent, hyper, 3, 3)]
    biases = [hyper, hyper, latent]
    return tuple(
        Layer((gain * rng.normal(size=s)).astype("f4"), rng.normal(size=b).astype("f4"))
        for s, b in zip(shapes, biases, strict=True)
    )


@pytest.mark.parametrize("size", [(1, 1), (1, 3), (2, 2), (3, 5)])
def test_it_is_the_network_of_torch_but_for_the_rounding(size):
    import torch
    from torch.nn import functional

    weights = layers(1, gain=0.2)
    values = np.random.default_rng(2).normal(size=(4, *size))
    found = HyperSynthesis(weights)(np.rint(values * 2**14)) / 2**14
    torch_values = torch.from_numpy(values)[None]
    for layer in weights[:2]:
        weight, bias = (torch.from_numpy(a.astype("f8")) for a in (layer.weight, layer.bias))
        torch_values = functional.relu(
            functional.conv_transpose2d(
                torch_values, weight, bias, stride=2, padding=2, output_padding=1
            )
        )
    weight, bias = (torch.from_numpy(a.astype("f8")) for a in (weights[2].weight, weights[2].bias))
    expected = functional.conv2d(torch_values, weight, bias, padding=1)[0].numpy()
    assert np.abs(found - expected).max() < 0.002


def test_sums_are_exact_at_the_largest_weights_and_activations():
    """Against Python's whole numbers, with every product of the same sign."""
    weights = tuple(
        Layer(np.abs(layer.weight) * np.float32(1.5), layer.bias) for layer in layers(3, gain=10)
    )
    field = np.full((4, 1, 1), float(1 << 26))
    matrix = HyperSynthesis(weights)._doubling[0][0][2]
    by_output = [[int(weight) for weight in column] for column in matrix.T]
    values = [1 << 26] * len(matrix)
    (sums,) = _products(np.array([values], float), matrix)
    exact = [sum(map(operator.mul, column, values)) for column in by_output]
    assert [int(total) for total in sums] == exact
    assert max(exact) > 1 << 50
    assert np.abs(HyperSynthesis(weights)(field)).max() <= 1 << 26


@pytest.mark.parametrize("number", [1e6, np.inf, np.nan])
def test_weights_that_no_trained_network_has_are_refused(number):
    weights = layers(1)
    weights[1].weight[0, 0, 0, 0] = number
    with pytest.raises(WeightsError, match="too large for exact sums"):
        HyperSynthesis(weights)


def test_densities_that_are_not_finite_are_refused():
    weights = random_weights(0)
    weights.density.biases[2][0, 0, 0] = np.nan
    with pytest.raises(WeightsError, match="not finite"):
        EntropyModel(weights)
