"""The real network with seeded weights: pictures to files and back, the same everywhere."""

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gcx_format
from gcx_format import (
    ArgumentError,
    BudgetError,
    CodedVisual,
    DamagedVisualError,
    Descriptor,
    WeightsError,
    decode,
    encode,
)
from gcx_format.cli import main
from gcx_format.codecs import code_text
from gcx_format.conditions import decode_condition
from gcx_format.decode import thumbnail
from gcx_format.settings import load_settings
from gcx_format.visual.msillm import MsIllm, bitstream, checkpoint, codec, search
from gcx_format.visual.msillm.entropy_model import EntropyModel

ROOT = Path(__file__).parents[4]
COFFEE = ROOT / "samples" / "coffee.jpg"
CHELSEA = ROOT / "samples" / "chelsea.jpg"
THREE, VLO2 = MsIllm().find(3), MsIllm().find("vlo2")


def store():
    return load_settings().weight_store


pytestmark = pytest.mark.usefixtures("msillm")


@pytest.fixture(scope="module")
def conditions():
    """Small pictures of every kind of size and mode."""
    with Image.open(COFFEE) as image:
        coffee = image.convert("RGB")
    sizes = [(128, 128), (75, 50), (64, 64), (65, 1), (1, 1), (20, 130)]
    return [coffee.resize(size) for size in sizes] + [coffee.resize((90, 60)).convert("L")]


@pytest.fixture(scope="module")
def coded(msillm_folder):
    """A descriptor with a condition of quality 3."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GCX_WEIGHTS_FOLDER", str(msillm_folder))
        return encode(COFFEE, text="A cup of espresso.", visual="msillm", quality=3)


def digest(latents):
    return hashlib.sha256(np.ascontiguousarray(latents).tobytes()).hexdigest()


def test_every_size_and_mode_comes_back_as_it_was(conditions):
    for picture in conditions:
        payload = codec.encode(picture, THREE, store())
        decoded = codec.decode(payload, picture.size, picture.mode, THREE, store())
        assert (decoded.size, decoded.mode) == (picture.size, picture.mode)


def test_the_latents_are_what_upstreams_network_makes(conditions, msillm_folder):
    """To within half a step, and the picture is what its decoder makes of them."""
    torch, network = checkpoint.import_network()
    model = network().eval()
    state = torch.load(msillm_folder / THREE.checkpoint.file, weights_only=True)
    model.load_state_dict(state)
    picture = conditions[0]
    pixels = torch.from_numpy(np.asarray(picture, np.float32).transpose(2, 0, 1) / 255)[None]
    payload = codec.encode(picture, THREE, store())
    latents = codec.latents(payload, picture.size, THREE, store())
    with torch.inference_mode():
        wanted = model.encoder(pixels)[0].numpy()
        assert np.abs(latents - wanted).max() < 0.501
        reconstruction = model.decoder(torch.from_numpy(latents)[None]).clamp(0, 1)[0].numpy()
    decoded = np.asarray(codec.decode(payload, picture.size, "RGB", THREE, store()), np.float32)
    assert np.abs(decoded - 255 * reconstruction.transpose(1, 2, 0)).max() < 0.6


def test_at_most_three_bytes_above_the_ideal(conditions):
    model = codec._entropy_models(THREE, store())
    for picture in conditions:
        payload = codec.encode(picture, THREE, store())
        bits = bitstream.ideal_bits(payload, picture.size, model)
        assert len(payload) - bitstream.CHECK_BYTES - bits / 8 <= 1.01


def test_rounding_the_network_costs_less_than_half_a_per_cent(conditions, msillm_folder):
    """The tables' ideal against that of the unrounded network and densities, in float64."""
    torch, network = checkpoint.import_network()
    model = network().eval()
    model.load_state_dict(torch.load(msillm_folder / THREE.checkpoint.file, weights_only=True))
    model.double()
    picture = conditions[0]
    payload = codec.encode(picture, THREE, store())
    entropy_model = codec._entropy_models(THREE, store())
    symbols, _, hyper_symbols = bitstream._read(payload, picture.size, entropy_model)
    with torch.inference_mode():
        medians = model.hyper_bottleneck.quantiles[:, 0, 1, None, None]
        hyper_latents = torch.from_numpy(hyper_symbols)[None] + medians
        _, of_hyper = model.hyper_bottleneck(hyper_latents, training=False)
        scales = model.hyper_synthesis_scale(hyper_latents)
        likelihood = model.latent_bottleneck._likelihood(torch.from_numpy(symbols)[None], scales)
        bits = -(torch.log2(of_hyper).sum() + torch.log2(likelihood.clamp(min=1e-9)).sum())
    ours = bitstream.ideal_bits(payload, picture.size, entropy_model)
    assert ours / float(bits) - 1 < 0.005


# --- the same everywhere -----------------------------------------------------------------

PROBE = """
import hashlib, json, os, sys
from concurrent.futures import ThreadPoolExecutor
before, job = sys.argv[1:]
exec(before)
import numpy as np
from PIL import Image
from gcx_format.settings import load_settings
from gcx_format.visual.msillm import MsIllm, codec
quality = MsIllm().find(3)
store = lambda: load_settings().weight_store
job = json.loads(job)
def latents_of(item):
    found = codec.latents(bytes.fromhex(item["payload"]), tuple(item["size"]), quality, store())
    return hashlib.sha256(np.ascontiguousarray(found).tobytes()).hexdigest()
with ThreadPoolExecutor(job["at_once"]) as pool:
    found = list(pool.map(latents_of, job["items"]))
picture = Image.open(job["photo"]).convert("RGB").resize((128, 96))
payload = codec.encode(picture, quality, store())
written = latents_of({"payload": payload.hex(), "size": picture.size})
print(json.dumps({"found": found, "payload": payload.hex(), "written": written}))
"""

SETTINGS = {
    "one thread": ({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}, "", 1),
    "many threads, many pictures at once": (
        {"OMP_NUM_THREADS": "5", "OPENBLAS_NUM_THREADS": "3"},
        "import torch; torch.set_num_threads(7)",
        4,
    ),
    "no oneDNN, float64 by default": (
        {},
        "import torch; torch.backends.mkldnn.enabled = False; "
        "torch.set_default_dtype(torch.float64)",
        2,
    ),
    "an old processor": (
        {
            "ONEDNN_MAX_CPU_ISA": "SSE41",
            "ATEN_CPU_CAPABILITY": "default",
            "OPENBLAS_CORETYPE": "Nehalem",
            "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F",
        },
        "import torch; torch.set_flush_denormal(True)",
        1,
    ),
}


def test_latents_are_the_same_whatever_the_settings(conditions, msillm_folder):
    """In processes of their own; what each of them writes, this one reads alike."""
    items, expected = [], []
    for picture in conditions[:3]:
        payload = codec.encode(picture, THREE, store())
        items.append({"payload": payload.hex(), "size": picture.size})
        expected.append(digest(codec.latents(payload, picture.size, THREE, store())))

    def run(setting):
        variables, before, at_once = setting
        job = {"items": items, "photo": str(CHELSEA), "at_once": at_once}
        environment = {**os.environ, "GCX_WEIGHTS_FOLDER": str(msillm_folder), **variables}
        command = [sys.executable, "-W", "ignore", "-c", PROBE, before, json.dumps(job)]
        answer = subprocess.run(
            command, env=environment, capture_output=True, check=False, timeout=300
        )
        assert answer.returncode == 0, answer.stderr.decode()
        return json.loads(answer.stdout)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(run, SETTINGS.values()))
    for name, answer in zip(SETTINGS, answers, strict=True):
        assert answer["found"] == expected, name
        read = codec.latents(bytes.fromhex(answer["payload"]), (128, 96), THREE, store())
        assert digest(read) == answer["written"], name


# --- the pipelines -----------------------------------------------------------------------


def test_a_descriptor_has_the_papers_condition(coded):
    assert coded.visual.codec == "msillm"
    assert coded.visual.variant == THREE.index
    assert coded.visual.scale == 8
    assert coded.condition_size == (75, 50)
    assert gcx_format.loads(gcx_format.dumps(coded)) == coded


def test_it_decodes_wherever_conditions_are_decoded(coded):
    assert decode_condition(coded).size == (75, 50)
    assert decode(coded, generator="preview").image.size == (600, 400)
    assert thumbnail(coded, 100).image.size == (100, 67)


def test_pillow_opens_loads_and_saves_it(coded, tmp_path, monkeypatch):
    import gcx_pillow  # noqa: F401

    monkeypatch.setenv("GCX_GENERATOR", "preview")

    path = tmp_path / "coffee.gcx"
    gcx_format.write(path, coded)
    with Image.open(path) as image:
        image.verify()
        image.load()
        image.save(tmp_path / "again.gcx", visual="msillm", quality="vlo2")
        image.save(tmp_path / "av1.gcx", quality=80)  # other formats' quality is left alone
    assert gcx_format.read(tmp_path / "again.gcx").visual.variant == VLO2.index
    assert gcx_format.read(tmp_path / "av1.gcx").visual.codec == "av1"


def test_grey_stays_grey():
    descriptor = encode(Image.linear_gradient("L"), visual="msillm", quality=3)
    assert descriptor.mode == "L"
    assert decode(descriptor, generator="preview").image.mode == "L"


def test_a_budget_takes_the_highest_quality_that_fits(coded):
    most = len(coded.visual.payload)
    assert encode(COFFEE, visual="msillm", visual_bytes=most).visual == coded.visual
    less = encode(COFFEE, visual="msillm", visual_bytes=most - 1).visual
    assert (less.variant, less.scale) == (VLO2.index, 8)
    assert len(less.payload) < most


def test_a_budget_for_one_quality_takes_the_finest_scale_that_fits():
    with Image.open(COFFEE) as image:
        large = image.convert("RGB").resize((1800, 1200))
    whole = encode(large, visual="msillm", quality=3).visual
    half = encode(large, visual="msillm", quality=3, visual_bytes=len(whole.payload) // 2).visual
    assert half.variant == THREE.index
    assert half.scale > 8
    assert len(half.payload) <= len(whole.payload) // 2


def test_a_rate_counts_the_whole_file():
    descriptor = encode(COFFEE, text="A cup.", visual="msillm", bpp=0.002)
    assert 8 * len(gcx_format.dumps(descriptor)) / (600 * 400) <= 0.002


def test_a_budget_that_nothing_fits_is_refused():
    with pytest.raises(BudgetError, match="no MS-ILLM condition fits into 1 bytes") as caught:
        encode(COFFEE, visual="msillm", visual_bytes=1)
    assert caught.value.smallest > 1


def test_a_picture_too_large_for_scale_8_gets_a_larger_one():
    scales = list(search._scales((16384, 16000)))
    assert scales[0] > 8
    assert codec.fits(gcx_format.descriptor.condition_size(16384, 16000, scales[0]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"visual": "msillm", "quality": 7}, "MS-ILLM has no quality 7: vlo1, vlo2, 1"),
        ({"visual": "av1", "quality": 3}, "the visual codec av1 has no qualities to choose from"),
        ({"visual": "msillm", "scale": 1, "quality": 3}, "more than the 262144 pixels"),
    ],
)
def test_what_cannot_be_is_said(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        encode(Image.new("RGB", (1100, 1024)), **arguments)


def test_the_command_encodes_decodes_and_tells(tmp_path, capsys):
    out = tmp_path / "coffee.gcx"
    command = ["encode", str(COFFEE), "-o", str(out), "--visual", "msillm", "--quality", "vlo2"]
    assert main(command) == 0
    assert "MS-ILLM quality vlo2, 75 x 50 at scale 8" in capsys.readouterr().out
    assert main(["verify", str(out)]) == 0
    assert main(["decode", str(out), "-o", str(tmp_path / "coffee.png")]) == 0
    assert main(["thumbnail", str(out), str(tmp_path / "small.png")]) == 0
    assert main(["encode", str(COFFEE), "--quality", "3"]) == 2
    assert "the visual codec av1 has no qualities" in capsys.readouterr().err


def test_a_folder_is_encoded_with_one_model(tmp_path, capsys):
    photos = tmp_path / "photos"
    photos.mkdir()
    for index in range(4):
        shutil.copy(COFFEE, photos / f"{index}.jpg")
    out = tmp_path / "out"
    command = ["encode", str(photos), "-o", str(out), "--visual", "msillm", "--quality", "3"]
    assert main(command) == 0
    files = [path.read_bytes() for path in sorted(out.iterdir())]
    assert len(files) == 4
    assert len(codec._analyses._models) <= 2
    assert len({*files}) == 1


# --- what goes wrong ---------------------------------------------------------------------


def test_a_payload_of_another_quality_is_refused(coded):
    other = dataclasses.replace(coded.visual, variant=VLO2.index)
    with pytest.raises(DamagedVisualError, match="made with other weights"):
        decode(dataclasses.replace(coded, visual=other))


def test_a_condition_beyond_the_limit_is_refused_before_anything_is_computed():
    huge = CodedVisual("msillm", 1.0, b"garbage", variant=THREE.index)
    with pytest.raises(DamagedVisualError, match="more than the 262144 pixels"):
        decode_condition(Descriptor(width=4000, height=4000, visual=huge))


def test_without_the_extra_a_file_opens_and_the_error_names_it(coded, tmp_path):
    path = tmp_path / "coffee.gcx"
    gcx_format.write(path, coded)
    code = f"""
import sys
sys.modules["torch"] = sys.modules["neuralcompression"] = None  # as if not installed
import gcx_format
from gcx_format.cli import main
descriptor = gcx_format.read({str(path)!r})
assert descriptor.size == (600, 400)
assert descriptor.text == "A cup of espresso."
assert main(["info", {str(path)!r}]) == 0
for work in (
    lambda: gcx_format.decode(descriptor),
    lambda: gcx_format.encode({str(COFFEE)!r}, visual="msillm"),
):
    try:
        work()
    except gcx_format.MissingExtraError as error:
        assert error.extra == "msillm"
        print(error)
import gcx_pillow
from PIL import Image
try:
    Image.open({str(path)!r}).load()
except OSError as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stdout.count(b"MS-ILLM needs an optional part of gcx; pip install ") == 3


def test_the_extra_is_not_imported_for_files_without_it():
    code = "import sys, gcx_pillow, gcx_format.cli; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code]).strip() == b"False"


@pytest.fixture
def other_weights(tmp_path, monkeypatch):
    """A folder for a broken checkpoint of quality 3, and its path there."""
    monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(tmp_path))
    return tmp_path / THREE.checkpoint.file


def test_a_checkpoint_of_another_network_is_refused(other_weights):
    import torch

    torch.save({"encoder.blocks.0.0.weight": torch.zeros(60, 3, 7, 7)}, other_weights)
    with pytest.raises(WeightsError, match=r"not one of MS-ILLM: it has no encoder\.blocks"):
        encode(COFFEE, visual="msillm", quality=3)
    torch.save([1, 2], other_weights)
    with pytest.raises(WeightsError, match="it holds no state dict"):
        encode(COFFEE, visual="msillm", quality=3)


def test_a_checkpoint_with_another_shape_is_refused(other_weights, msillm_folder):
    import torch

    state = torch.load(msillm_folder / THREE.checkpoint.file, weights_only=True, mmap=True)
    state = {name: torch.zeros(1) for name in state}
    torch.save(state, other_weights)
    with pytest.raises(
        WeightsError, match=r"is torch\.float32 of shape \(1,\), not \(60, 3, 7, 7\)"
    ):
        encode(COFFEE, visual="msillm", quality=3)


def test_a_pickle_in_a_checkpoint_is_not_executed(other_weights, tmp_path):
    import pickle

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    import torch

    for write in (
        lambda: torch.save({"a": Trap()}, other_weights),
        lambda: other_weights.write_bytes(pickle.dumps(Trap())),
    ):
        (tmp_path / "weights.lock").unlink(missing_ok=True)
        write()
        with pytest.raises(WeightsError, match="damaged, or not a plain file of weights"):
            encode(COFFEE, visual="msillm", quality=3)
    assert not (tmp_path / "sprung").exists()


def test_what_torch_says_of_a_bad_file_is_not_passed_on(other_weights, tmp_path):
    """It advises to switch its safeguards off, or to report a bug."""
    import torch

    for content in ([1, 2, torch.device("cpu"), object], {"a": torch.nn.ReLU()}):
        torch.save(content, other_weights)
        with pytest.raises(WeightsError) as caught:
            encode(COFFEE, visual="msillm", quality=3)
        assert caught.value.message in (
            "the checkpoint is damaged, or not a plain file of weights",
            "the checkpoint is not one of MS-ILLM: it holds no state dict",
        )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "raise ImportError('libtorch_cpu.so: failed to map segment from shared object')",
            "NotEnoughMemoryError not enough memory to load torch; free some",
        ),
        ("raise MemoryError", "NotEnoughMemoryError not enough memory to load torch; free some"),
        (
            "raise ImportError('libc10.so: failed to map segment: Operation not permitted')",
            "UnavailableError the packages that MS-ILLM needs are installed, but do not load: "
            "libc10.so: failed to map segment: Operation not permitted",
        ),
        (
            "raise ImportError('libgomp.so.1: no such file')",
            "UnavailableError the packages that MS-ILLM needs are installed, but do not load: "
            "libgomp.so.1: no such file",
        ),
    ],
)
def test_a_package_that_does_not_load_is_not_called_missing(tmp_path, code, expected):
    (tmp_path / "torch.py").write_text(code)
    program = """
from gcx_format import UnavailableError
from gcx_format.visual.msillm import checkpoint
try:
    checkpoint.import_network()
except UnavailableError as error:
    print(type(error).__name__, error)
"""
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == expected, ran.stderr


def test_a_thumbnail_of_a_large_condition_is_its_words():
    huge = CodedVisual("msillm", 1.0, b"not decoded", variant=THREE.index)
    descriptor = Descriptor(
        width=300, height=300, visual=huge, coded_text=code_text("A red house.")
    )
    shown = thumbnail(descriptor, 64)
    assert (shown.image.size, shown.source) == ((64, 64), "words on a card")


def test_a_checkpoint_that_was_cut_short_is_refused(other_weights, msillm_folder):
    with (msillm_folder / THREE.checkpoint.file).open("rb") as whole:
        other_weights.write_bytes(whole.read(1 << 20))
    with pytest.raises(WeightsError, match="damaged"):
        encode(COFFEE, visual="msillm", quality=3)


def test_want_of_memory_is_said(coded, msillm_folder, tmp_path):
    """In a process that may have no more memory than it has when the model is loaded."""
    path = tmp_path / "coffee.gcx"
    gcx_format.write(path, coded)
    code = f"""
import resource
import numpy as np
import gcx_format
from gcx_format.settings import load_settings
from gcx_format.visual.msillm import MsIllm, codec
descriptor = gcx_format.read({str(path)!r})
gcx_format.decode(descriptor, generator="preview")
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (400 << 20), -1))
try:
    synthesise = codec._syntheses(MsIllm().find(3), load_settings().weight_store)
    synthesise(np.zeros((220, 64, 64), np.float32))
except gcx_format.NotEnoughMemoryError as error:
    print(error)
"""
    environment = {**os.environ, "GCX_WEIGHTS_FOLDER": str(msillm_folder)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment)
    assert ran.returncode == 0, ran.stderr.decode()
    assert b"not enough memory for a picture of this size" in ran.stdout


def test_the_entropy_model_of_a_checkpoint_is_read_from_it_alone(msillm_folder):
    loaded = checkpoint.load(msillm_folder / THREE.checkpoint.file)
    model = EntropyModel(loaded.entropy_weights())
    assert (model.hyper_features, model.features) == (320, 220)
    assert set(loaded.part("decoder")) != set(loaded.part("encoder"))
