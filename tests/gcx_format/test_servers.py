"""Servers as they are: what one lacks is exchanged for what it has, and remembered."""

import json
import warnings

import pytest
from PIL import Image

from gcx_format import GenerationWarning, decode, encode
from gcx_format.describe import describe
from gcx_format.errors import BadAnswerError, RetiredModelError
from gcx_format.pipeline import estimate
from gcx_format.servers import asking, is_free, settled
from gcx_format.settings import load_settings
from gcx_format.spending import Ledger
from openai_server.local import LOCAL, playing
from openai_server.plain import Reply, answering


@pytest.fixture(scope="module")
def picture():
    image = Image.new("RGB", (320, 240), "forestgreen")
    image.paste("crimson", (40, 40, 160, 160))
    return image


@pytest.fixture(scope="module")
def both(picture):
    return encode(picture, text="A red square.", visual_bytes=200)


@pytest.fixture(scope="module")
def words(picture):
    return encode(picture, text="A red square.", visual="none")


def paths(server):
    return [asked.path for asked in server.asked if asked.method == "POST"]


@pytest.mark.filterwarnings("ignore:the model answered with 512 x 512")
@pytest.mark.filterwarnings("ignore:the picture matches the file")
@pytest.mark.parametrize("kind", ["both", "words"])
@pytest.mark.parametrize("name", LOCAL)
def test_every_server_paints_with_nothing_set_but_its_address(name, kind, request):
    descriptor = request.getfixturevalue(kind)
    with playing(name) as server:
        settings = load_settings(openai_base_url=server.base_url)
        made = decode(descriptor, generator="openai", settings=settings)
        assert made.image.size == (320, 240)
        assert made.cost_usd == 0
        if kind == "both":  # it has the condition, by whatever way the server takes it
            assert (made.score > 0.5) is (name != "Ollama")
        if len(LOCAL[name].models) == 1:
            assert made.model == LOCAL[name].models[0]
        else:
            assert made.model == "gpt-image-2"  # as was asked; the server does not say
        asked = paths(server)
        assert asked[0] == "/v1/responses"
        # Another picture, and another program: nothing is found out again.
        again = load_settings(openai_base_url=server.base_url)
        decode(descriptor, generator="openai", settings=again, anew=True)
        assert "/v1/responses" not in paths(server)[len(asked) :]
        assert set(paths(server)[len(asked) :]) == {asked[-1]}
    assert Ledger.of(settings).entries() == []


@pytest.mark.parametrize("name", ["LocalAI", "Ollama", "LiteLLM"])
def test_those_that_describe_do(name, picture):
    with playing(name) as server:
        settings = load_settings(
            openai_base_url=server.base_url, describe_model=LOCAL[name].models[0]
        )
        made = describe(picture, describer="openai", settings=settings)
        assert made.text == "A red square on a green field"
        assert made.cost_usd == 0
        assert paths(server)[-1] in LOCAL[name].describes


def test_the_only_model_of_a_server_describes_where_none_is_chosen(picture):
    with playing("LiteLLM") as server:
        settings = load_settings(openai_base_url=server.base_url)
        assert describe(picture, describer="openai", settings=settings).model == "flux"


def test_one_that_answers_in_words_is_not_asked_to_paint_again(both):
    """Its Responses API knows no image tool, and ignores it."""
    said = {"type": "message", "content": [{"type": "output_text", "text": "A square!"}]}
    response = {"object": "response", "status": "completed", "output": [said]}

    def answer(asked):
        if asked.path == "/v1/responses":
            return Reply(json.dumps(response).encode())
        if asked.path == "/v1/models":
            return Reply(json.dumps({"data": [{"id": "one"}, {"id": "two"}]}).encode())
        return Reply(b"{}", status=404)

    with answering(answer) as server:
        settings = load_settings(openai_base_url=server.base_url, max_retries=0)
        with pytest.raises(Exception, match="no such route"):
            decode(both, generator="openai", settings=settings)
        assert paths(server) == ["/v1/responses", "/v1/images/edits", "/v1/images/generations"]


def test_a_route_that_is_chosen_is_not_left(both):
    with playing("stable-diffusion.cpp") as server:
        settings = load_settings(openai_base_url=server.base_url, route="responses")
        with pytest.raises(Exception, match=r"no such route .* change the setting route"):
            decode(both, generator="openai", settings=settings)
        assert paths(server) == ["/v1/responses"]


def test_a_picture_is_not_fetched_from_another_server(words):
    with answering(lambda asked: Reply(b"never")) as other:
        reply = {"data": [{"url": other.base_url + "/picture.png"}]}
        with answering(lambda asked: Reply(json.dumps(reply).encode())) as server:
            settings = load_settings(openai_base_url=server.base_url, route="images")
            with pytest.raises(BadAnswerError, match=r"the picture is at 127\.0\.0\.1, which is"):
                decode(words, generator="openai", settings=settings)
        assert other.asked == []


@pytest.mark.parametrize(
    ("address", "free", "expected"),
    [
        (None, None, False),
        (None, True, True),
        ("http://localhost:8080/v1", None, True),
        ("http://sd.localhost/v1", None, True),
        ("http://127.8.0.1:1/v1", None, True),
        ("http://[::1]:1234/v1", None, True),
        ("http://0.0.0.0:1234/v1", None, True),
        ("http://localhost:4000/v1", False, False),  # a proxy to one that charges
        ("http://localhost.example.org/v1", None, False),
        ("http://192.168.1.2/v1", None, False),
        ("http://192.168.1.2/v1", True, True),
        ("https://api.openai.com/v1", None, False),
    ],
)
def test_a_server_on_this_computer_or_one_called_free_costs_nothing(
    address, free, expected, both, picture
):
    settings = load_settings(openai_base_url=address, free_server=free, openai_api_key="k")
    assert is_free(settings) is expected
    told = estimate(both, settings.choosing(generator="openai"))
    assert (told.usd == 0) is expected
    assert told.assumed == ()


def test_no_spending_limit_stands_in_the_way_of_what_is_free(both, picture):
    with playing("LiteLLM") as server:
        settings = load_settings(
            openai_base_url=server.base_url, daily_limit_usd=0, call_limit_usd=0, policy="ask"
        )
        assert decode(both, generator="openai", settings=settings).generator == "openai"
        assert describe(picture, describer="openai", settings=settings).cost_usd == 0


@pytest.mark.filterwarnings("ignore::gcx_format.GenerationWarning")
class TestARetiredModel:
    def test_is_followed_by_its_successor_which_is_told_once(
        self, both, picture, openai_environment
    ):
        openai_environment.retire("gpt-4o")
        openai_environment.retire("gpt-4o-2024-08-06")
        with pytest.warns(GenerationWarning, match="the server does not have gpt-4o, so gpt-6-lu"):
            made = decode(both)
        assert made.model == made.details["host_model"] == "gpt-6-luna"
        assert made.cost_usd > 0
        with warnings.catch_warnings():
            warnings.simplefilter("error", GenerationWarning)
            decode(both, anew=True)
        assert [each.json["model"] for each in openai_environment.requests if each.json] == [
            "gpt-4o",
            "gpt-6-luna",
            "gpt-6-luna",
        ]
        assert describe(picture).model == "gpt-6-luna"

    def test_what_it_painted_is_still_opened_and_not_painted_again(self, both, openai_environment):
        first = decode(both)
        openai_environment.retire("gpt-4o")
        shown = decode(both)
        assert (shown.cached, shown.model) == (True, "gpt-4o")
        assert shown.image.tobytes() == first.image.tobytes()
        assert openai_environment.pictures_made == 1

    @pytest.mark.parametrize("way", ["setting", "argument"])
    def test_is_not_exchanged_where_the_user_chose_it(self, both, openai_environment, way):
        openai_environment.retire("gpt-4o")
        settings = load_settings(**{"host_model": "gpt-4o"} if way == "setting" else {})
        with pytest.raises(RetiredModelError) as caught:
            decode(both, settings=settings, model="gpt-4o" if way == "argument" else None)
        assert "host_model (GCX_HOST_MODEL)" in str(caught.value)
        assert "; its successor is gpt-6-luna (request" in str(caught.value)
        assert openai_environment.pictures_made == 0

    @pytest.mark.parametrize("now", ["2027-01-13T12:00Z", "2027-01-15T12:00Z"])
    def test_with_the_shipped_defaults_everything_goes_on(
        self, both, picture, openai_environment, tmp_path, now
    ):
        """Whether the clock or only the server says that the day has come."""
        import gcx_pillow  # noqa: F401
        from gcx_format import write
        from gcx_format.cli import main

        time_machine = pytest.importorskip("time_machine")
        openai_environment.retire("gpt-4o")
        openai_environment.retire("gpt-4o-2024-08-06")
        picture.save(tmp_path / "photo.png")
        with time_machine.travel(now):
            assert describe(picture).model == "gpt-6-luna"
            assert main(["encode", str(tmp_path / "photo.png")]) == 0
            painted = str(tmp_path / "out.png")
            assert main(["decode", str(tmp_path / "photo.gcx"), "-o", painted]) == 0
            write(tmp_path / "both.gcx", both)
            with Image.open(tmp_path / "both.gcx") as opened:
                opened.load()
            assert opened.info["gcx"]["model"] == "gpt-6-luna"

    def test_a_dearer_successor_is_set_aside_first_or_not_asked(self, both, openai_environment):
        from gcx_format.errors import SpendingLimitError

        openai_environment.retire("gpt-4o")
        price = estimate(both, load_settings()).usd
        with pytest.raises(SpendingLimitError, match="may cost"):
            # gpt-6-luna may think, so that its estimate is another one.
            decode(both, settings=load_settings(call_limit_usd=price / 2))
        assert openai_environment.pictures_made == 0


def test_what_is_known_is_found_out_anew_after_a_month(both):
    time_machine = pytest.importorskip("time_machine")
    with playing("stable-diffusion.cpp") as server:
        settings = load_settings(openai_base_url=server.base_url)
        with time_machine.travel("2026-11-25T12:00Z"):
            decode(both, generator="openai", settings=settings)
            assert settled(settings).route == "images"
        with time_machine.travel("2026-12-24T12:00Z"):
            assert settled(settings).route == "images"
        with time_machine.travel("2026-12-26T12:00Z"):
            assert settled(settings).route == "responses"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 1}', b"\xff" * 99])
def test_a_file_of_what_is_known_that_makes_no_sense_is_begun_anew(both, content):
    settings = load_settings()
    path = settings.state_folder / "servers.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with playing("stable-diffusion.cpp") as server:
        asked = load_settings(openai_base_url=server.base_url)
        assert decode(both, generator="openai", settings=asked).generator == "openai"
        assert settled(asked).image_model == "sd-cpp-local"
    assert b"127.0.0.1" not in path.read_bytes()


def test_the_model_of_an_argument_counts_as_chosen():
    settings = load_settings()
    named = asking(settings, "gpt-4o")
    assert named.origins()["host_model"] == "keyword"
    assert settings.origins()["host_model"] == "default"
    assert asking(settings, None) is settings
    images = asking(load_settings(route="images"), "flux")
    assert (images.image_model, images.origins()["image_model"]) == ("flux", "keyword")
