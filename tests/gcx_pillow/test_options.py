"""register_gcx_opener decides for the whole program what makes the pixels."""

import pytest
from PIL import Image

import gcx_pillow
from gcx_format import ArgumentError, MissingKeyError, SettingsError

register = gcx_pillow.register_gcx_opener


@pytest.fixture(autouse=True)
def _asks_a_model_unless_told(monkeypatch):
    monkeypatch.setenv("GCX_GENERATOR", "openai")


def _loads(path):
    with Image.open(path) as image:
        try:
            image.load()
        except MissingKeyError:
            return False
        return True


def test_registering_again_changes_nothing(house):
    before = list(Image.ID), dict(Image.OPEN), dict(Image.SAVE), dict(Image.EXTENSION)
    register(generator="preview")
    register()
    register(generator="preview")
    assert before == (Image.ID, Image.OPEN, Image.SAVE, Image.EXTENSION)
    assert _loads(house)


def test_an_option_takes_precedence_over_the_users_settings(house):
    assert not _loads(house)
    register(generator="preview")
    assert _loads(house)


def test_registering_without_options_undoes_none_of_the_programs(house):
    """A library may register gcx for itself; that must not make its host's pictures cost."""
    register(generator="preview")
    register()
    assert _loads(house)


def test_an_option_of_none_gives_the_setting_back_to_the_user(house):
    register(generator="preview")
    register(generator=None)
    assert not _loads(house)


def test_options_that_a_call_leaves_out_keep_their_values(house):
    register(generator="preview")
    register(policy="never")
    assert _loads(house)


def test_an_option_holds_for_pictures_that_are_open_already(house):
    with Image.open(house) as image:
        register(generator="preview")
        image.load()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"generater": "preview"}, "generater.*did you mean generator"),
        ({"no_such_thing": 1}, "no_such_thing"),
        ({"generator": "previw"}, "generator = 'previw'.*'?preview'?"),
        ({"policy": "perhaps"}, "policy = 'perhaps'.*'cached-only'"),
        ({"daily_limit_usd": -1}, "daily_limit_usd"),
        ({"policy": "never", "generater": "preview"}, "generater"),
    ],
)
def test_a_wrong_option_is_named_at_once_and_changes_nothing(house, options, message):
    register(generator="preview")
    with pytest.raises(SettingsError, match=message) as caught:
        register(**options)
    assert isinstance(caught.value, ArgumentError)
    assert _loads(house)


def test_options_are_checked_without_the_users_settings(clean_environment, house, monkeypatch):
    monkeypatch.setenv("GCX_POLICY", "perhaps")
    register(generator="preview")
    with Image.open(house) as image, pytest.raises(SettingsError, match="GCX_POLICY"):
        image.load()
