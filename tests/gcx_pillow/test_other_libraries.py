"""Libraries that open pictures by Pillow open .gcx files too, and meet errors that they know."""

import pytest

from gcx_format import ChecksumError


@pytest.fixture
def cut(house, tmp_path):
    path = tmp_path / "sub" / "cut.gcx"
    path.parent.mkdir()
    path.write_bytes(house.read_bytes()[:-1])
    return path


@pytest.mark.needs("imageio")
def test_imageio_reads_pixels_and_metadata(house, cut):
    from imageio import v3

    assert v3.imread(house).shape == (200, 320, 3)
    assert v3.imread(house.read_bytes(), extension=".gcx").shape == (200, 320, 3)
    assert v3.immeta(house)["gcx"]["text"] == "A red house by the sea."
    with pytest.raises(ChecksumError):
        v3.imread(cut)


@pytest.mark.needs("imageio")
def test_imageio_writes_what_it_read(house, tmp_path):
    from imageio import v3

    v3.imwrite(tmp_path / "new.gcx", v3.imread(house), visual_bytes=200)
    assert v3.imread(tmp_path / "new.gcx").shape == (200, 320, 3)


@pytest.mark.needs("torchvision")
def test_torchvision_finds_and_loads_pictures(house, cut):
    from torchvision.datasets import DatasetFolder
    from torchvision.datasets.folder import default_loader
    from torchvision.transforms.functional import pil_to_tensor

    folder = house.parent / "photographs"
    (folder / "houses").mkdir(parents=True)
    (folder / "houses" / "house.gcx").write_bytes(house.read_bytes())
    dataset = DatasetFolder(str(folder), default_loader, extensions=(".gcx",))
    (picture, number) = dataset[0]
    assert pil_to_tensor(picture).shape == (3, 200, 320)
    assert dataset.classes[number] == "houses"
    with pytest.raises(OSError, match="damaged or cut short"):
        default_loader(cut)
