"""A generator that is installed beside gcx, through every door, without a line of gcx for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from gcx_format import (
    CancelledError,
    GenerationNotAllowedError,
    GenerationWarning,
    ReconstructionError,
    SettingsError,
    decode,
    encode,
    pipeline,
    write,
)
from gcx_format.generate.generator import find
from gcx_format.provenance import DigitalSourceType
from gcx_format.settings import load_settings
from installing import write_distribution

WHITE = (255, 255, 255)
PLUM = (142, 69, 133)

pytestmark = pytest.mark.usefixtures("plugins", "clean_environment")


@pytest.fixture(scope="module")
def descriptor():
    return encode(Image.new("RGB", (64, 40), PLUM), text="A plum.", visual_bytes=300)


@pytest.fixture
def file(tmp_path, descriptor) -> Path:
    path = tmp_path / "plum.gcx"
    write(path, descriptor)
    return path


@pytest.fixture
def run(file, tmp_path):
    """Runs `gcx` in a process of its own, in the test's folder."""

    def start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gcx_format", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, **environment},
            timeout=60,
        )

    return start


def is_striped(picture: Image.Image, width: int = 8) -> bool:
    pixels = picture.convert("RGB").load()
    near = all(abs(a - b) <= 6 for a, b in zip(pixels[width, 20], PLUM, strict=True))
    return pixels[0, 20] == pixels[width - 1, 20] == WHITE and near


# --- Python


def test_it_paints_once_and_is_shown_again(descriptor):
    made = decode(descriptor, generator="stripes")
    assert (made.image.size, made.image.mode) == ((64, 40), "RGB")
    assert is_striped(made.image)
    assert (made.generator, made.model, made.source) == ("stripes", "stripes", "visual condition")
    assert made.source_type is DigitalSourceType.ALGORITHMIC
    assert (made.cost_usd, made.cached, made.details["stripes"]) == (0, False, 4)
    assert made.score is not None
    again = decode(descriptor, generator="stripes")
    assert again.cached
    assert again.image.tobytes() == made.image.tobytes()
    assert again.info == {**made.info, "cached": True}


def test_what_it_makes_is_told_from_what_others_make(descriptor, openai_environment):
    striped = decode(descriptor, generator="stripes")
    painted = decode(descriptor, generator="openai")
    assert not painted.cached
    assert decode(descriptor, generator="stripes").image.tobytes() == striped.image.tobytes()
    assert decode(descriptor, generator="openai").image.tobytes() == painted.image.tobytes()


def test_its_options_have_a_table_in_the_settings(descriptor, tmp_path, monkeypatch):
    config = tmp_path / "config.toml"
    config.write_text('generator = "stripes"\n[generators.stripes]\nwidth = 4\n')
    monkeypatch.setenv("GCX_CONFIG", str(config))
    assert is_striped(decode(descriptor).image, 4)
    config.write_text('generator = "stripes"\n[generators.stripes]\nwidth = 2\n')
    assert is_striped(decode(descriptor).image, 4)  # what is stored is shown
    assert is_striped(decode(descriptor, anew=True).image, 2)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("width = 0", r"generators.stripes.width \(file .*\): input should be greater than or"),
        ("widht = 4", r"generators.stripes.widht \(file .*\) is unknown; did you mean width\?"),
    ],
)
def test_an_option_that_is_wrong_says_where_it_came_from(
    descriptor, tmp_path, monkeypatch, table, fault
):
    (tmp_path / "config.toml").write_text(f"[generators.stripes]\n{table}\n")
    monkeypatch.setenv("GCX_CONFIG", str(tmp_path / "config.toml"))
    with pytest.raises(SettingsError, match=fault):
        decode(descriptor, generator="stripes")
    assert decode(descriptor, generator="preview").generator == "preview"


def test_what_it_painted_is_shown_without_it(descriptor, plugins, monkeypatch, openai_environment):
    striped = decode(descriptor, generator="stripes")
    assert decode(descriptor).image.tobytes() == striped.image.tobytes()
    assert decode(descriptor, settings=load_settings(generator="openai")).generator == "stripes"
    assert openai_environment.requests == []
    openai_environment.stop()
    with pytest.warns(GenerationWarning, match="so a stored picture is shown: .*be reached"):
        assert decode(descriptor, generator="openai").generator == "stripes"


def test_it_costs_nothing_so_that_nobody_is_asked_and_nothing_recorded(descriptor):
    settings = load_settings(policy="ask", generator="stripes", daily_limit_usd=0)
    assert pipeline.estimate(descriptor, settings).usd == 0
    assert decode(descriptor, settings=settings).generator == "stripes"
    assert not settings.state_folder.exists()


def test_the_policy_holds_for_it_too(descriptor):
    with pytest.raises(GenerationNotAllowedError, match="policy is 'never'"):
        decode(descriptor, settings=load_settings(policy="never", generator="stripes"))


def test_what_it_cannot_paint_is_an_error_that_says_what_it_needs():
    words = encode(Image.new("RGB", (64, 40)), text="A plum.", visual="none")
    with pytest.raises(ReconstructionError, match="'stripes' needs the visual condition"):
        decode(words, generator="stripes")


def test_it_tells_how_far_it_is_and_can_be_cancelled(descriptor):
    settings = load_settings()
    parts, shown = [], []
    pipeline.reconstruct(
        descriptor,
        settings,
        find("stripes", settings),
        on_progress=parts.append,
        on_partial=shown.append,
    )
    assert parts == sorted(parts)
    assert len(parts) == 4
    assert [(one.image.size, one.source_type.value) for one in shown] == [
        ((64, 40), "algorithmicMedia")
    ]
    calls = iter([False, False, True])
    with pytest.raises(CancelledError):
        pipeline.reconstruct(
            descriptor,
            settings,
            find("stripes", settings),
            force_new=True,
            cancelled=lambda: next(calls),
        )


# --- the command


def test_the_command_decodes_estimates_and_lists(run, file, tmp_path):
    estimated = run("decode", "--generator", "stripes", "--estimate", file)
    assert estimated.stderr == ""
    assert estimated.stdout.startswith(
        "1 picture to generate by stripes, 0 already generated: at most $0.00"
    )
    decoded = run("decode", "--generator", "stripes", file)
    assert (decoded.returncode, decoded.stderr) == (0, "")
    with Image.open(tmp_path / "plum.png") as picture:
        assert is_striped(picture)
        assert "algorithmicMedia" in picture.info["XML:com.adobe.xmp"]
    listed = run("cache", "list", "--json", file)
    row = json.loads(listed.stdout)
    assert (row["generator"], row["cost_usd"], row["stripes"]) == ("stripes", "0", 4)
    assert " stripes " in run("cache", "list").stdout


def test_the_command_offers_it(run):
    assert "openai, enhance, stripes" in " ".join(
        run("decode", "--help", COLUMNS="200").stdout.split()
    )
    unknown = run("decode", "--generator", "strips", "plum.gcx")
    assert unknown.returncode == 2
    assert (
        "unknown generator 'strips'; known are auto, preview, openai, enhance, stripes"
        in unknown.stderr
    )
    checks = [json.loads(line) for line in run("doctor", "--json").stdout.splitlines()]
    found = {check["name"]: check for check in checks if check["part"] == "generators"}
    assert found["stripes"]["state"] == "ok"
    assert found["stripes"]["found"] == "Stripes, free, ready (of gcx-test-plugins 1.0)"


def test_a_setting_that_nothing_answers_to_says_where_it_came_from(run, file):
    ran = run("decode", file, GCX_GENERATOR="strips")
    assert ran.returncode == 1
    assert "generator = 'strips' (environment variable GCX_GENERATOR): unknown gen" in ran.stderr
    assert run("decode", file, GCX_GENERATOR="stripes").returncode == 0


def test_a_plugin_that_does_not_load_is_one_line(tmp_path, monkeypatch, run, file):

    write_distribution(
        tmp_path / "more", "gcx-torn", "0.1", {"gcx.generators": {"torn": "gcx_torn:Torn"}}
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "more"), prepend=os.pathsep)
    ran = run("decode", "--generator", "torn", file)
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert "the generator 'torn' of gcx-torn 0.1 does not load: ModuleNotFoundError" in ran.stderr
    assert run("decode", "--generator", "stripes", file).returncode == 0
    doctor = run("doctor")
    assert doctor.returncode == 1
    assert "FAILED   torn " in doctor.stdout


# --- Pillow


def test_pillow_loads_what_it_paints(file, monkeypatch):
    import gcx_pillow

    gcx_pillow.register_gcx_opener(generator="stripes")
    try:
        with Image.open(file) as image:
            image.load()
            assert is_striped(image)
            assert image.info["gcx"]["generator"] == "stripes"
    finally:
        gcx_pillow.register_gcx_opener()
    monkeypatch.setenv("GCX_GENERATOR", "stripes")
    with Image.open(file) as image:
        assert is_striped(image)
