"""Describing by a model: the real client of `openai`, and a server on this machine."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest
from PIL import Image

from gcx_format import prompts
from gcx_format.describe import describe, estimate
from gcx_format.describe.cleanup import count_words
from gcx_format.errors import (
    BadAnswerError,
    CancelledError,
    ConnectionLostError,
    DescriptionError,
    MissingKeyError,
    QuotaError,
    RefusedError,
    RejectedKeyError,
    RejectedRequestError,
    RetiredModelError,
    ServerFaultError,
    ServiceError,
    SpendingLimitError,
)
from gcx_format.settings import load_settings
from gcx_format.spending import Ledger
from openai_server.faults import Fault
from openai_server.plain import Reply, answering

RESPONSES = "/v1/responses"
CHAT = "/v1/chat/completions"
TEN = "one two three four five six seven eight nine ten"


COMPLETION = "max_completion_tokens"


def good(path: str) -> bytes:
    """The answer of a server with four words, or what goes for them."""
    if path == CHAT:
        message = {"role": "assistant", "content": [{"type": "text", "text": "A red house"}]}
        return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()
    content = [{"type": "output_text", "text": "A red house"}]
    return json.dumps({"output": [{"type": "message", "content": content}]}).encode()


def describe_by(first, picture):
    """What comes of a server that answers its first request so, and the paths it was asked."""
    replies = iter([first])

    def answer(asked):
        return next(replies, lambda path: Reply(good(path)))(asked.path)

    with answering(answer) as server:
        settings = load_settings(
            openai_base_url=server.base_url,
            openai_api_key="sk-test",
            describe_model="llava",
            max_retries=0,
        )
        return describe(picture, settings=settings), [each.path for each in server.asked]


@pytest.fixture
def server(openai_environment):
    return openai_environment


@pytest.fixture
def picture() -> Image.Image:
    """Red above blue, larger than what is sent."""
    image = Image.new("RGB", (1500, 1000), (200, 35, 35))
    image.paste((45, 85, 200), (0, 500, 1500, 1000))
    return image


def spent() -> Decimal:
    return Ledger(load_settings().state_folder).spent_today()


class TestWhatIsAsked:
    def test_the_answer_describes_the_picture_that_was_sent(self, server, picture):
        made = describe(picture)
        assert made.text.startswith("Top left red; top centre red; top right red;")
        assert made.text.endswith("bottom right blue")
        assert made.words == count_words(made.text) <= 30

    def test_the_structural_prompt_goes_with_the_picture_in_one_request(self, server, picture):
        made = describe(picture, words=17)
        [request] = server.requests
        prompt = prompts.prompt("describe-structural")
        assert request.path == RESPONSES
        assert request.json["model"] == "gpt-4o"
        assert request.json["instructions"] == prompt.fill("instructions", words=16)
        [turn] = request.json["input"]
        assert [part["type"] for part in turn["content"]] == ["input_text", "input_image"]
        assert turn["content"][0]["text"] == prompt.fill("request", words=16)
        assert turn["content"][1]["detail"] == "high"
        assert request.json["max_output_tokens"] == 351  # as many as the estimate counts
        assert request.json["store"] is False
        assert "tools" not in request.json
        assert "reasoning" not in request.json
        assert made.prompt == prompt.label

    def test_the_plain_prompt_is_that_of_the_ablation(self, server, picture):
        made = describe(picture, prompt="plain")
        assert made.prompt.startswith("describe-plain/")
        assert "raster" not in server.requests[0].prompt
        assert "27 words" in server.requests[0].prompt

    def test_settings_choose_model_words_and_prompt(self, server, picture, monkeypatch):
        monkeypatch.setenv("GCX_DESCRIBE_MODEL", "gpt-6-luna")
        monkeypatch.setenv("GCX_WORDS", "8")
        monkeypatch.setenv("GCX_PROMPT", "plain")
        made = describe(picture)
        assert (made.model, made.words <= 8) == ("gpt-6-luna", True)
        assert made.prompt.startswith("describe-plain/")

    def test_a_model_that_thinks_is_asked_to_think_little(self, server, picture):
        describe(picture, settings=load_settings(describe_model="gpt-6-luna"))
        assert server.requests[0].json["reasoning"] == {"effort": "low"}

    def test_a_model_that_turns_out_not_to_think_is_asked_without(self, server, picture):
        server.models["gpt-6-luna"].reasons = False
        describe(picture, settings=load_settings(describe_model="gpt-6-luna"))
        assert [request.status for request in server.requests] == [400, 200]
        assert "reasoning" not in server.requests[1].json
        server.complaints.clear()

    @pytest.mark.parametrize("words", [0, 501])
    def test_a_limit_out_of_range_is_an_error_before_anything_is_asked(
        self, server, picture, words
    ):
        with pytest.raises(ValueError, match="words"):
            describe(picture, words=words)
        assert server.requests == []

    @pytest.mark.parametrize(("beside", "told", "name"), [(True, 14, "-image"), (False, 27, "")])
    def test_beside_a_condition_fewer_words_are_asked_for_by_a_prompt_of_their_own(
        self, server, picture, beside, told, name
    ):
        made = describe(picture, beside=beside)
        assert made.prompt == f"describe-structural{name}/2"
        assert f"in at most {told} words" in server.requests[0].prompt

    def test_an_older_version_of_the_prompts_can_be_set(self, server, picture):
        made = describe(picture, settings=load_settings(prompt_version=1), beside=True)
        assert made.prompt == "describe-structural/1"


class TestThePictureSent:
    @pytest.mark.parametrize(
        ("size", "sent"),
        [
            ((1500, 1000), (768, 512)),
            ((1000, 1500), (512, 768)),
            ((4000, 1000), (1024, 256)),
            ((300, 200), (300, 200)),
            ((5000, 1), (1024, 1)),
        ],
    )
    def test_is_at_most_two_tiles_large(self, server, size, sent):
        describe(Image.new("RGB", size, (9, 99, 9)))
        assert server.requests[0].condition.size == sent

    def test_has_no_metadata(self, server, tmp_path):
        exif = Image.Exif()
        exif[0x010E] = "Secret place"
        exif[0x8825] = {1: "N", 2: (47.0, 22.0, 0.0)}
        path = tmp_path / "sea.jpg"
        noise = Image.effect_noise((300, 200), 90).convert("RGB")
        noise.save(path, exif=exif, comment="Secret comment")
        with Image.open(path) as image:
            describe(image)
        [data] = server.requests[0].pictures
        assert b"Secret" not in data
        assert b"Exif" not in data
        assert server.requests[0].condition.format == "JPEG"

    def test_is_png_where_that_is_smaller(self, server, picture):
        describe(picture)
        assert server.requests[0].condition.format == "PNG"

    def test_is_upright(self, server, tmp_path):
        exif = Image.Exif()
        exif[0x0112] = 6
        path = tmp_path / "sea.jpg"
        Image.new("RGB", (300, 200)).save(path, exif=exif)
        with Image.open(path) as image:
            describe(image)
        assert server.requests[0].condition.size == (200, 300)


class TestTheLimit:
    def test_too_many_words_are_asked_for_again_in_the_same_conversation(self, server, picture):
        server.descriptions = [f"{TEN}, {TEN}.", "Short, “and” fitting."]
        made = describe(picture, words=10)
        assert (made.text, made.calls, made.was_cut) == ('Short, "and" fitting', 2, False)
        first, second = server.requests
        assert second.json["input"][0] == first.json["input"][0]
        assert second.json["input"][1]["role"] == "assistant"
        assert second.json["input"][1]["content"] == f"{TEN}, {TEN}"
        said = second.json["input"][2]["content"]
        assert "20 words" in said
        assert "at most 9" in said
        assert "about 8 words" in said

    @pytest.mark.parametrize(("limit", "too_many"), [(10, 1), (15, 1), (30, 3)])
    def test_a_word_too_many_is_cut_and_not_paid_for_again(self, server, picture, limit, too_many):
        words = [f"word{number}," for number in range(limit + too_many)]
        server.descriptions = [" ".join(words), "never asked"]
        made = describe(picture, words=limit)
        assert (made.calls, made.was_cut, made.words) == (1, True, limit)
        assert made.text == " ".join(words[:limit]).rstrip(",")

    @pytest.mark.parametrize(("limit", "told"), [(1, 1), (4, 3), (15, 14), (30, 27), (120, 108)])
    def test_the_model_is_told_a_little_less_than_the_limit(self, server, picture, limit, told):
        describe(picture, words=limit)
        assert f"in at most {told} words" in server.requests[0].prompt

    def test_words_that_begin_like_a_refusal_are_not_asked_for_again(self, server, picture):
        server.descriptions = ["Sorry sign on a shop door, brick wall"]
        assert describe(picture).calls == 1

    def test_words_are_counted_without_what_models_say_around_them(self, server, picture):
        server.descriptions = [f"Sure! Here is a description of the image:\n\n{TEN}."]
        made = describe(picture, words=10)
        assert (made.text, made.calls) == (TEN, 1)

    def test_what_stays_too_long_is_cut_at_a_clause(self, server, picture):
        server.descriptions = ["x " * 30, "y " * 30, f"Red house, blue door, on the {TEN}."]
        made = describe(picture, words=6)
        assert (made.text, made.calls, made.was_cut) == ("Red house, blue door", 3, True)
        assert server.calls(RESPONSES) == 3

    def test_what_is_too_long_is_kept_and_cut_where_asking_again_fails(self, server, picture):
        server.descriptions = [f"Red house, blue door, on the {TEN}."]
        server.script("ok", "quota")
        made = describe(picture, words=6)
        assert (made.text, made.was_cut) == ("Red house, blue door", True)

    def test_what_is_too_long_is_kept_and_cut_where_no_more_may_be_spent(self, server, picture):
        once = estimate(picture.size, load_settings(words=6))
        settings = load_settings(words=6, daily_limit_usd=once)
        server.descriptions = [f"Red house, blue door, on the {TEN}."]
        made = describe(picture, settings=settings)
        assert (made.text, made.was_cut, server.calls()) == ("Red house, blue door", True, 1)

    @pytest.mark.parametrize("way", ["auto", "always"])
    def test_a_model_that_keeps_talking_is_cut(self, server, picture, way):
        server.script("too_many_words", "too_many_words", "too_many_words")
        made = describe(picture, settings=load_settings(words=12, chat_completions=way))
        assert 7 <= made.words <= 12
        assert made.was_cut

    def test_no_words_are_asked_for_again(self, server, picture):
        server.script("empty_text")
        made = describe(picture)
        assert made.calls == 2
        assert "no description" in server.requests[1].prompt

    def test_no_words_at_all_are_an_error_that_says_what_to_do(self, server, picture):
        server.script("empty_text", "empty_text", "empty_text")
        with pytest.raises(DescriptionError, match=r"without a description; write the words"):
            describe(picture)

    @pytest.mark.parametrize("way", ["auto", "always"])
    def test_an_answer_that_was_cut_short_is_asked_for_with_more_tokens(self, server, picture, way):
        server.script("incomplete")
        made = describe(picture, settings=load_settings(chat_completions=way))
        assert (made.calls, made.was_cut) == (2, False)
        name = "max_output_tokens" if way == "auto" else "max_tokens"
        first, second = (request.json[name] for request in server.requests)
        assert second == 4 * first
        assert len(server.requests[1].pictures) == 1

    def test_an_answer_that_stays_cut_short_loses_the_word_it_broke_off_in(self, server, picture):
        server.descriptions = ["Red house, blue door, wonderfu"] * 3
        server.script("incomplete", "incomplete", "incomplete")
        made = describe(picture)
        assert made.was_cut
        assert "Red house, blue door".startswith(made.text)
        assert made.text


class TestOtherServers:
    @pytest.mark.parametrize("status", [404, 405, 501])
    def test_without_the_responses_api_are_asked_by_chat_completions(self, server, picture, status):
        server.script(Fault("no_responses_route", status=status, route=RESPONSES))
        made = describe(picture)
        assert made.text.startswith("Top left red")
        assert [request.path for request in server.requests] == [RESPONSES, CHAT]
        assert server.requests[1].condition.size == (768, 512)
        prompt = prompts.prompt("describe-structural")
        assert server.requests[1].json["messages"][0] == {
            "role": "system",
            "content": prompt.fill("instructions", words=27),
        }
        assert made.usage["input_tokens"] > 0

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (404, b'{"error":{"code":"not_found","message":"Unknown path","param":null}}'),
            (404, b'{"error":{"message":"Invalid URL","type":"invalid_request_error"}}'),
            (404, b"<html>404 Not Found</html>"),
            (404, b'{"error":"unexpected endpoint or method"}'),
            (405, b'{"detail":"Method Not Allowed"}'),
            (501, b""),
        ],
    )
    def test_say_in_any_way_that_they_lack_the_responses_api(
        self, clean_environment, picture, status, body
    ):
        made, asked = describe_by(lambda path: Reply(body, status=status), picture)
        assert made.text == "A red house"
        assert asked == ["/v1/responses", "/v1/chat/completions"]

    @pytest.mark.parametrize(
        "said",
        [
            b'{"error":{"code":"model_not_found","message":"no such model"}}',
            b'{"error":{"message":"model \'llava\' not found"}}',
        ],
    )
    def test_say_that_they_lack_the_model(self, clean_environment, picture, said):
        with pytest.raises(RetiredModelError, match="llava"):
            describe_by(lambda path: Reply(said, status=404), picture)

    @pytest.mark.parametrize(
        ("said", "gone", "instead"),
        [
            (b'{"detail":[{"loc":["body","store"],"msg":"extra"}]}', "store", None),
            (b'{"error":{"message":"max_tokens is not supported"}}', "max_tokens", COMPLETION),
        ],
    )
    def test_refuse_an_option_which_is_left_out(
        self, clean_environment, picture, said, gone, instead
    ):
        bodies = []
        way = "never" if gone == "store" else "always"

        def answer(asked):
            bodies.append(json.loads(asked.body))
            return Reply(said, status=422) if gone in bodies[-1] else Reply(good(asked.path))

        with answering(answer) as server:
            settings = load_settings(
                openai_base_url=server.base_url, openai_api_key="k", chat_completions=way
            )
            assert describe(picture, settings=settings).text == "A red house"
        first, second = bodies
        assert second == {
            instead if name == gone else name: value
            for name, value in first.items()
            if name != gone or instead
        }

    def test_are_not_asked_for_the_responses_api_again(self, server, picture):
        server.lacks.add(RESPONSES)
        server.descriptions = [f"{TEN}, {TEN}.", "Short."]
        assert describe(picture, words=10).text == "Short"
        assert [request.path for request in server.requests] == [RESPONSES, CHAT, CHAT]
        roles = [message["role"] for message in server.requests[2].json["messages"]]
        assert roles == ["system", "user", "assistant", "user"]

    def test_can_be_asked_by_chat_completions_at_once(self, server, picture):
        describe(picture, settings=load_settings(chat_completions="always"))
        assert [request.path for request in server.requests] == [CHAT]

    def test_are_not_asked_by_chat_completions_where_that_is_forbidden(self, server, picture):
        server.lacks.add(RESPONSES)
        with pytest.raises(RejectedRequestError, match="GCX_CHAT_COMPLETIONS"):
            describe(picture, settings=load_settings(chat_completions="never"))
        assert server.calls(CHAT) == 0
        assert spent() == 0

    def test_a_model_that_thinks_gets_the_newer_limit_in_chat(self, server, picture):
        describe(
            picture,
            settings=load_settings(chat_completions="always", describe_model="gpt-6-luna"),
        )
        body = server.requests[0].json
        assert body["reasoning_effort"] == "low"
        assert "max_tokens" not in body
        assert body["max_completion_tokens"] > 2000

    def test_are_found_by_base_url_with_any_key(self, server, picture, monkeypatch):
        server.key = None
        monkeypatch.delenv("OPENAI_BASE_URL")
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        settings = load_settings(openai_base_url=server.base_url)
        assert describe(picture, settings=settings).text


class TestCandidates:
    def test_the_one_that_says_most_for_its_bytes_is_kept(self, server, picture):
        terse = "Red house left, two blue boats right, grey pier"
        server.descriptions = [
            "There is what seems to be a red house which can be seen over on the left side, "
            "and some blue boats",
            terse,
            "House",
        ]
        made = describe(picture, candidates=3)
        assert made.text == terse
        assert len(made.candidates) == made.calls == 3
        assert {candidate.text for candidate in made.candidates} >= {terse, "House"}

    def test_are_made_at_the_same_time(self, server, picture):
        server.delay = 0.5
        began = time.monotonic()
        describe(picture, candidates=6)
        assert time.monotonic() - began < 2.0

    def test_cost_what_all_of_them_cost(self, server, picture):
        one = describe(picture)
        four = describe(picture, candidates=4)
        assert four.cost_usd == 4 * one.cost_usd
        assert four.usage["input_tokens"] == 4 * one.usage["input_tokens"]
        assert spent() == 5 * one.cost_usd

    def test_those_that_failed_do_not_matter_where_one_came(self, server, picture):
        server.script("quota", "ok", "moderation")
        made = describe(picture, candidates=3)
        assert len(made.candidates) == 1

    def test_are_an_error_where_none_came(self, server, picture):
        server.script("quota", "quota", "quota")
        with pytest.raises(QuotaError):
            describe(picture, candidates=3)


class TestMoney:
    def test_what_it_cost_is_told_and_recorded(self, server, picture):
        made = describe(picture)
        usage = made.usage
        cost = (Decimal("2.5") * usage["input_tokens"] + 10 * usage["output_tokens"]) / 1_000_000
        assert abs(made.cost_usd - cost) <= Decimal("0.000001")
        assert made.cost_is_estimated is False
        assert spent() == made.cost_usd
        assert made.cost_usd <= estimate(picture.size, load_settings())
        assert made.request_id == server.requests[0].request_id

    def test_repeated_calls_are_counted(self, server, picture):
        server.descriptions = ["x " * 50, "Short."]
        made = describe(picture)
        assert made.calls == 2
        assert spent() == made.cost_usd

    def test_nothing_is_asked_beyond_the_limit(self, server, picture):
        with pytest.raises(SpendingLimitError, match="a description by gpt-4o"):
            describe(picture, settings=load_settings(daily_limit_usd="0.0001"))
        assert server.requests == []

    @pytest.mark.parametrize("fault", ["quota", "bad_key", "moderation", "retired_model"])
    def test_a_refused_call_costs_nothing(self, server, picture, fault):
        server.script(fault)
        with pytest.raises(ServiceError):
            describe(picture, settings=load_settings(describe_model="gpt-4o"))
        assert spent() == 0

    def test_a_call_that_broke_off_counts_as_spent(self, server, picture):
        server.script("disconnect")
        with pytest.raises(ConnectionLostError) as caught:
            describe(picture)
        assert caught.value.may_have_cost
        assert spent() == estimate(picture.size, load_settings())
        assert server.calls() == 1


class TestErrors:
    @pytest.mark.parametrize(
        ("fault", "error", "message"),
        [
            ("bad_key", RejectedKeyError, "OPENAI_API_KEY"),
            ("quota", QuotaError, "nothing left to spend"),
            ("retired_model", RetiredModelError, "describe_model"),
            ("moderation", RefusedError, "moderation"),
            ("not_json", BadAnswerError, "openai_base_url"),
            ("response_failed", ServerFaultError, "failed"),
        ],
    )
    @pytest.mark.filterwarnings("ignore::UserWarning")  # of pydantic, about a page of HTML
    def test_are_told_apart(self, server, picture, fault, error, message):
        server.script(fault)
        with pytest.raises(error, match=message):
            describe(picture, settings=load_settings(describe_model="gpt-4o"))

    @pytest.mark.parametrize("way", ["auto", "always"])
    def test_a_model_that_declines_is_asked_again_and_then_believed(self, server, picture, way):
        server.script("refusal")
        settings = load_settings(chat_completions=way)
        assert describe(picture, settings=settings).calls == 2
        server.script("refusal", "refusal", "refusal")
        with pytest.raises(RefusedError, match="declined to describe"):
            describe(picture, settings=settings)

    def test_a_model_that_declines_in_plain_words_is_understood(self, server, picture):
        server.descriptions = ["I’m sorry, but I can’t assist with that."] * 3  # noqa: RUF001
        with pytest.raises(RefusedError, match="declined to describe"):
            describe(picture)

    def test_rate_limits_are_waited_for(self, server, picture):
        server.script(Fault("rate_limit", retry_after=0.1))
        assert describe(picture).text
        assert server.calls() == 2

    def test_a_missing_key_is_named_before_anything_is_asked(self, server, picture, monkeypatch):
        monkeypatch.delenv("OPENAI_API_KEY")
        with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
            describe(picture)
        assert server.requests == []

    @pytest.mark.parametrize("before", [[], ["ok"]])
    def test_cancelling_ends_the_call_at_once(self, server, picture, before):
        server.descriptions = ["x " * 50]
        server.script(*before, "stall")
        with pytest.raises(CancelledError):
            # Once the call that never ends has arrived: only cancelling ends it.
            describe(picture, cancelled=lambda: server.calls() > len(before))
        assert server.calls() == len(before) + 1

    def test_neither_key_nor_picture_stands_in_a_message(self, server, picture):
        server.script("bad_request")
        with pytest.raises(RejectedRequestError) as caught:
            describe(picture)
        assert server.key not in str(caught.value)
        url = server.requests[0].json["input"][0]["content"][1]["image_url"]
        assert url[:60] not in str(caught.value)
        assert url[-60:] not in str(caught.value)

    def test_words_that_a_file_may_not_hold_are_made_harmless(self, server, picture):
        server.descriptions = ["A \x1b[31mred\u202e house.\u2028By the sea."]
        assert describe(picture).text == "A [31mred house. By the sea"
