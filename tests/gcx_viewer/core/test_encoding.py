"""One photograph: opened, looked at, reduced; and what that takes."""

from __future__ import annotations

import hashlib

import pytest
from PIL import Image

from gcx_format import container
from gcx_format.descriptor import scale_to_byte
from gcx_format.encode import encode
from gcx_format.errors import ArgumentError, GcxError, InputError
from gcx_viewer.core.encoding import coding as encoding
from gcx_viewer.core.encoding import sources as encoding_sources
from gcx_viewer.core.encoding.coding import EncodeOptions
from gcx_viewer.core.encoding.sources import Source
from gcx_viewer.core.workers import as_gcx_error


@pytest.fixture
def path(tmp_path):
    """A photograph of 160 x 120 pixels, upright only once its EXIF data are heeded."""
    image = Image.linear_gradient("L").resize((120, 160)).convert("RGB")
    image.paste((200, 40, 40), (20, 30, 70, 90))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "A red square before a grey wall"
    path = tmp_path / "wall.jpg"
    image.save(path, exif=exif)
    return path


@pytest.fixture
def photograph(path):
    return encoding_sources.open_photograph(Source.of(path))


class TestOpening:
    def test_makes_upright_and_finds_words(self, photograph, path):
        assert photograph.size == (160, 120)
        assert photograph.file_bytes == path.stat().st_size
        assert photograph.metadata_words == "A red square before a grey wall"

    def test_takes_what_was_pasted(self):
        found = encoding_sources.open_photograph(Source("Pasted", image=Image.new("RGB", (30, 20))))
        assert found.size == (30, 20)
        assert found.file_bytes is None

    @pytest.mark.parametrize("name", ["broken.jpg", "missing.jpg", "descriptor.gcx"])
    def test_of_what_is_no_photograph_is_an_error(self, tmp_path, name):
        if name != "missing.jpg":
            (tmp_path / name).write_bytes(b"\xff\xd8\xff no picture")
        with pytest.raises(InputError):
            encoding_sources.open_photograph(Source.of(tmp_path / name))
        with pytest.raises(InputError):
            encoding_sources.glance(Source.of(tmp_path / name), 64)


class TestAGlance:
    def test_is_small_upright_and_knows_the_size(self, path):
        seen = encoding_sources.glance(Source.of(path), 48)
        assert seen.thumbnail.size == (48, 36)
        assert seen.size == (160, 120)
        assert seen.file_bytes == path.stat().st_size

    def test_of_what_was_pasted(self):
        seen = encoding_sources.glance(Source("Pasted", image=Image.new("L", (300, 100))), 60)
        assert seen.thumbnail.size == (60, 20)
        assert seen.file_bytes is None


class TestEncoding:
    def test_makes_what_the_command_makes_and_counts_its_bytes(self, photograph):
        options = EncodeOptions(words="own", visual_bytes=120)
        made = encoding.encode_photograph(photograph, "A red square.", options)
        assert made.descriptor == encode(photograph.image, text="A red square.", visual_bytes=120)
        estimate = made.estimate
        assert estimate.total == len(container.dumps(made.descriptor))
        assert estimate.words == len(made.descriptor.coded_text.payload)
        assert 0 < estimate.condition <= 120
        assert estimate.bits_per_pixel == pytest.approx(8 * estimate.total / (160 * 120))
        assert estimate.ratio == pytest.approx(photograph.file_bytes / estimate.total)
        assert not estimate.words_are_typical

    def test_within_a_rate(self, photograph):
        options = EncodeOptions(words="own", bpp=0.08)
        made = encoding.encode_photograph(photograph, "A red square.", options)
        assert made.estimate.bits_per_pixel <= 0.08

    def test_reuses_a_condition(self, photograph):
        options = EncodeOptions(words="own")
        first = encoding.encode_photograph(photograph, "", options)
        visual = first.descriptor.visual
        again = encoding.encode_photograph(photograph, "Other words", options, visual=visual)
        assert again.descriptor == encode(photograph.image, text="Other words")

    def test_counts_typical_words_where_a_model_will_find_them(self, photograph):
        made = encoding.encode_photograph(photograph, "", EncodeOptions(words="model"))
        assert made.estimate.words_are_typical
        assert 20 <= made.estimate.words <= 60

    def test_without_words_leaves_those_given_out(self, photograph):
        made = encoding.encode_photograph(photograph, "Ignored", EncodeOptions(words="none"))
        assert made.descriptor.text is None

    def test_keeps_the_checksum_of_the_file(self, photograph, path):
        options = EncodeOptions(words="none", keep_checksum=True)
        made = encoding.encode_photograph(photograph, "", options)
        assert made.descriptor.original_sha256 == hashlib.sha256(path.read_bytes()).digest()

    def test_of_nothing_at_all_is_an_error(self, photograph):
        with pytest.raises(ArgumentError, match="nothing would be left"):
            encoding.encode_photograph(photograph, " ", EncodeOptions("own", visual="none"))


class TestWhatToChooseFrom:
    def test_av1_has_a_budget_and_no_qualities(self):
        assert encoding.qualities("av1") == ()
        assert encoding.qualities("msillm")[0] == "vlo1"

    @pytest.mark.parametrize("options", [EncodeOptions(visual_bytes=60), EncodeOptions(bpp=0.05)])
    def test_a_likely_scale_can_be_stored_and_gives_a_picture(self, photograph, options):
        scale = encoding.likely_scale(photograph, options)
        scale_to_byte(scale)
        made = encoding.encode_photograph(photograph, "", options, scale=scale)
        assert made.descriptor.visual.scale == scale

    def test_without_a_budget_there_is_nothing_to_search(self, photograph):
        assert encoding.likely_scale(photograph, EncodeOptions()) is None


class TestWords:
    def test_have_bytes(self):
        assert encoding.words_bytes(" ") == 0
        assert 0 < encoding.words_bytes("A red house") < 12

    def test_that_a_file_may_not_hold_are_told(self):
        assert encoding.fault_in_words("") is None
        assert encoding.fault_in_words("A\nhouse") is None
        assert "control character" in encoding.fault_in_words("A \x1b[31mred house")


class TestPreview:
    def test_is_no_larger_than_a_window_needs(self):
        descriptor = encode(Image.new("RGB", (3000, 2000), "navy"))
        assert encoding.preview(descriptor).size == (1024, 683)
        assert encoding_sources.reduced(Image.new("RGB", (3000, 2000)), 1024).size == (1024, 683)

    def test_of_words_alone_is_a_card(self):
        descriptor = encode(Image.new("RGB", (300, 200)), text="Blue", visual="none")
        assert encoding.preview(descriptor).size == (300, 200)


class TestErrors:
    def test_of_decoders_become_gcx_errors(self):
        assert isinstance(as_gcx_error(ValueError("odd")), GcxError)
        assert "memory" in str(as_gcx_error(MemoryError()))
        error = InputError("as it was")
        assert as_gcx_error(error) is error
