"""Pillow saves .gcx files, and other formats from them."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from gcx_format import ArgumentError, BudgetError, PictureWarning, ReconstructionError, read

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def test_any_picture_is_saved_as_gcx(tmp_path, picture):
    path = tmp_path / "new.gcx"
    picture.save(path, text="A house.", visual_bytes=150, note="a test")
    descriptor = read(path)
    assert descriptor.size == (320, 200)
    assert descriptor.text == "A house."
    assert descriptor.note == "a test"
    assert 0 < len(descriptor.visual.payload) <= 150


def test_a_rate_is_kept_by_the_whole_file(tmp_path, picture):
    path = tmp_path / "new.gcx"
    picture.save(path, text="A house.", bpp=0.03)
    assert path.stat().st_size <= 0.03 * 320 * 200 / 8


def test_the_visual_condition_can_be_left_out(picture):
    file = io.BytesIO()
    picture.save(file, "GCX", text="A house.", visual="none")
    with Image.open(file) as image:
        assert image.info["gcx"]["visual_codec"] is None
        assert image.info["gcx"]["file_bytes"] == len(file.getvalue()) < 40


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "I;16", "F"])
def test_pictures_of_many_modes_are_saved(mode, tmp_path):
    path = tmp_path / "new.gcx"
    Image.new(mode, (64, 48)).save(path, visual_bytes=200)
    with Image.open(path) as image:
        assert image.size == (64, 48)
        image.load()


def test_options_of_other_formats_are_ignored(picture):
    file = io.BytesIO()
    options = {"quality": 85, "optimize": True, "progressive": True, "exif": b"", "dpi": (72, 72)}
    picture.save(file, "GCX", visual_bytes=150, **options)
    assert file.getvalue().startswith(b"GCX")


@pytest.mark.parametrize(
    "option",
    [{"text": b"A house."}, {"visual_bytes": "290"}, {"bpp": "0.1"}, {"scale": 0}, {"note": 7}],
)
@pytest.mark.parametrize("opened", [True, False])
def test_an_option_of_a_wrong_type_is_refused_before_a_file_is_written(
    house, picture, tmp_path, option, opened
):
    (name,) = option
    with Image.open(house) as image, pytest.raises(ArgumentError, match=name):
        (image if opened else picture).save(tmp_path / "new.gcx", **option)
    assert not (tmp_path / "new.gcx").exists()


@pytest.fixture(scope="module")
def swapped():
    """A profile of sRGB with red and blue exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")


def _colour(image, **options):
    file = io.BytesIO()
    image.save(file, "GCX", **options)
    with Image.open(file) as saved:
        return saved.getpixel((8, 8))


def test_a_colour_profile_that_is_given_counts_as_one_in_info(swapped):
    image = Image.new("RGB", (16, 16), "red")
    assert _colour(image, icc_profile=swapped) == pytest.approx((0, 0, 255), abs=12)
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("none", [None, b""])
def test_a_colour_profile_that_is_given_takes_the_place_of_one_in_info(swapped, none):
    image = Image.new("RGB", (16, 16), "red")
    image.info["icc_profile"] = swapped
    assert _colour(image) == pytest.approx((0, 0, 255), abs=12)
    assert _colour(image, icc_profile=none) == pytest.approx((255, 0, 0), abs=12)
    assert image.info["icc_profile"] == swapped


def test_a_photograph_with_another_profile_is_upright_and_says_what_is_lost(swapped, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    frames = [Image.new("RGB", (32, 16), colour) for colour in ("red", "green")]
    frames[0].save(tmp_path / "two.png", exif=exif, save_all=True, append_images=frames[1:])
    with (
        Image.open(tmp_path / "two.png") as image,
        pytest.warns(PictureWarning, match="only one of 2 frames"),
    ):
        image.save(tmp_path / "two.gcx", icc_profile=swapped)
    assert read(tmp_path / "two.gcx").size == (16, 32)


def test_the_profile_that_an_opened_file_has_changes_nothing(house):
    file = io.BytesIO()
    with Image.open(house) as image:
        image.save(file, "GCX", icc_profile=image.info.get("icc_profile"))
    assert file.getvalue() == house.read_bytes()


def test_another_profile_for_an_opened_file_encodes_it_anew(house, swapped):
    with Image.open(house) as image:
        red, _, blue = _colour(image, icc_profile=swapped)
    assert (red, blue) == pytest.approx((40, 230), abs=40)


def test_a_colour_profile_that_is_not_bytes_is_refused(picture):
    with pytest.raises(ArgumentError, match="icc_profile is bytes or None, not str"):
        picture.save(io.BytesIO(), "GCX", icc_profile="sRGB")


@pytest.mark.parametrize("other", ["v1", None, ["text"], 7, {}, {"text": 7}, {"text": None}])
def test_whatever_another_program_keeps_under_gcx_is_no_words(picture, other):
    image = picture.copy()
    image.info["gcx"] = other
    file = io.BytesIO()
    image.save(file, "GCX", visual_bytes=150)
    with Image.open(file) as saved:
        assert saved.info["gcx"]["text"] is None


# Whatever Pillow's writers are documented to take.
PILLOW_OPTIONS = """
    alpha_only alpha_premultiplied alpha_quality append append_images artist author autotiling
    background big_tiff bitmap_format blend cinema_mode codeblock_size codec comment
    compress_level compress_type compression copyright creationDate creator date_time
    default_image description dictionary disposal dpi dpi_x duration exact exif icc_profile
    include_color_table interlace irreversible keep_rgb keywords lossless loop max_threads mct
    method minimize_size modDate mpf_blocks no_jp2 num_resolutions offset optimize palette plt
    pnginfo precinct_size producer progression progressive qtables quality quality_layers
    quality_mode range resolution restart_marker_blocks restart_marker_rows rle save_all signed
    sizes smooth software speed streamtype strip_size subject subsampling tiffinfo tile_offset
    tile_rows tile_size title transparency x_resolution xmp y_resolution
""".split()  # noqa: SIM905  # one a line would hide the tests


@pytest.mark.parametrize("name", PILLOW_OPTIONS)
def test_no_option_of_pillow_is_taken_for_one_of_ours_mistyped(name):
    from gcx_pillow.saving import encode_arguments

    assert encode_arguments({name: None}) == {}


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [("visual_byte", "visual_bytes"), ("txt", "text"), ("bp", "bpp"), ("scales", "scale")],
)
def test_a_mistyped_option_is_refused_with_the_one_that_is_meant(mistyped, meant, picture):
    with pytest.raises(ArgumentError, match=f"no option '{mistyped}'; did you mean '{meant}'"):
        picture.save(io.BytesIO(), "GCX", **{mistyped: 1})


def test_a_new_file_is_not_left_behind_when_saving_fails(tmp_path, picture):
    path = tmp_path / "new.gcx"
    with pytest.raises(BudgetError):
        picture.save(path, visual_bytes=1)
    assert not path.exists()


def test_an_opened_file_is_saved_byte_for_byte_and_without_decoding(broken_house, tmp_path):
    path = tmp_path / "copy.gcx"
    with Image.open(broken_house) as image:
        image.save(path)
    assert path.read_bytes() == broken_house.read_bytes()


def test_an_opened_file_is_saved_to_a_file_object_byte_for_byte(house):
    file = io.BytesIO()
    with Image.open(house) as image:
        image.save(file, "gcx", quality=85)
    assert file.getvalue() == house.read_bytes()


def test_an_opened_file_is_saved_over_itself(house):
    before = house.read_bytes()
    with Image.open(house) as image:
        image.save(house)
    assert house.read_bytes() == before


def test_a_changed_picture_is_encoded_anew_and_keeps_its_words(house, tmp_path):
    path = tmp_path / "changed.gcx"
    with Image.open(house) as image:
        image.paste(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        image.save(path)
    with Image.open(path) as image:
        assert image.info["gcx"]["text"] == "A red house by the sea."
        assert image.getpixel((20, 100)) == pytest.approx((30, 60, 200), abs=40)


def test_a_copy_keeps_the_words_unless_others_are_given(house):
    with Image.open(house) as image:
        smaller = image.resize((160, 100))
    for given, kept in (
        ({}, "A red house by the sea."),
        ({"text": "New."}, "New."),
        ({"text": ""}, None),
    ):
        file = io.BytesIO()
        smaller.save(file, "GCX", visual_bytes=200, **given)
        with Image.open(file) as again:
            assert again.info["gcx"]["text"] == kept


def test_options_for_an_opened_file_encode_it_anew(house, tmp_path):
    path = tmp_path / "new.gcx"
    with Image.open(house) as image:
        image.save(path, note="second thoughts", visual_bytes=100)
    assert read(path).note == "second thoughts"
    assert len(read(path).visual.payload) <= 100


def test_a_thumbnail_is_saved_at_its_own_size(house, tmp_path):
    path = tmp_path / "small.gcx"
    with Image.open(house) as image:
        image.draft(None, (160, 100))
        image.save(path)
    assert read(path).size == (160, 100)


@pytest.mark.parametrize("options", [{"scale": -1}, {"visual_bytes": 1}, {"txt": "A house."}])
def test_an_opened_file_is_untouched_when_saving_over_it_fails(house, options):
    before = house.read_bytes()
    with Image.open(house) as image, pytest.raises(ArgumentError):
        image.save(house, **options)
    assert house.read_bytes() == before
    assert list(house.parent.iterdir()) == [house]


def test_another_file_is_untouched_when_the_pixels_cannot_be_made(broken_house, tmp_path):
    path = tmp_path / "other.png"
    path.write_bytes(b"precious")
    with Image.open(broken_house) as image, pytest.raises(ReconstructionError):
        image.save(path)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "avif", "tif"])
@pytest.mark.parametrize("loaded", [True, False])
def test_other_formats_say_how_the_pixels_were_made(house, tmp_path, suffix, loaded):
    path = tmp_path / f"house.{suffix}"
    with Image.open(house) as image:
        if loaded:
            image.load()
        image.save(path)
    assert _source_type(path) == SOURCE_TYPE + "algorithmicallyEnhanced"


def test_a_card_of_words_is_saved_as_made_by_an_algorithm(words, tmp_path):
    path = tmp_path / "words.png"
    with Image.open(words) as image:
        image.save(path)
    assert _source_type(path) == SOURCE_TYPE + "algorithmicMedia"


def test_a_thumbnail_is_marked_too(house, tmp_path):
    path = tmp_path / "small.jpg"
    with Image.open(house) as image:
        image.thumbnail((64, 64))
        image.save(path)
    assert _source_type(path) == SOURCE_TYPE + "algorithmicallyEnhanced"


def test_a_copy_is_marked_when_asked_to(house, tmp_path):
    path = tmp_path / "grey.jpg"
    with Image.open(house) as image:
        grey = image.convert("L")
    grey.save(path, xmp=grey.info["xmp"])
    assert _source_type(path) == SOURCE_TYPE + "algorithmicallyEnhanced"


def test_metadata_of_the_callers_own_takes_its_place(house, tmp_path):
    own = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
    with Image.open(house) as image:
        image.save(tmp_path / "own.jpg", xmp=own)
        chunks = PngInfo()
        chunks.add_text("Title", "House")
        image.save(tmp_path / "own.png", pnginfo=chunks)
    with Image.open(tmp_path / "own.jpg") as image:
        assert image.info["xmp"] == own
    with Image.open(tmp_path / "own.png") as image:
        assert image.text == {"Title": "House"}


def test_formats_without_a_place_for_metadata_are_saved_all_the_same(house, tmp_path):
    path = tmp_path / "house.bmp"
    with Image.open(house) as image:
        image.save(path)
    with Image.open(path) as image:
        assert image.size == (320, 200)


def test_the_words_do_not_get_into_other_formats(house):
    for format in ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "GIF", "BMP"):
        file = io.BytesIO()
        with Image.open(house) as image:
            image.save(file, format)
            image.convert("L").save(file, format)
        assert b"red house" not in file.getvalue()


def test_several_pictures_in_one_file_are_refused_before_anything_is_written(house, picture):
    before = house.read_bytes()
    with Image.open(house) as image:
        for each in (image, picture):
            with pytest.raises(KeyError, match="GCX"):
                each.save(house, save_all=True)
    assert house.read_bytes() == before


def test_an_unknown_extension_is_refused_as_pillow_does(house, tmp_path):
    with Image.open(house) as image, pytest.raises(ValueError, match="unknown file extension"):
        image.save(tmp_path / "house.unknown")


def _source_type(path: Path) -> str:
    with Image.open(path) as image:
        return image.getxmp()["xmpmeta"]["RDF"]["Description"]["DigitalSourceType"]
