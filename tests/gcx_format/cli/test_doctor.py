"""`gcx doctor`: what works and what does not, without spending anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gcx_format.cli.doctor import packages_of
from installing import write_distribution
from openai_server import Fault, Model
from openai_server.local import playing


@pytest.fixture
def checks(gcx):
    """Runs `gcx doctor --json`: the exit code, and the checks by part and name."""

    def run():
        ran = gcx("doctor", "--json")
        assert ran.err == ""
        records = [json.loads(line) for line in ran.out.splitlines()]
        return ran.code, {(record["part"], record["name"]): record for record in records}

    return run


def test_with_nothing_set_all_is_well(gcx):
    ran = gcx("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert "ok       Pillow " in ran.out
    assert "libavif" in ran.out
    assert "note     key                not set" in ran.out
    assert "not checked without a key" in ran.out


def test_json_has_the_promised_keys(checks):
    code, found = checks()
    assert code == 0
    for record in found.values():
        assert list(record) == ["part", "name", "state", "found", "remedy"]
        assert record["state"] in {"ok", "note"}


def test_a_user_who_has_set_it_up(openai_environment, checks):
    code, found = checks()
    assert code == 0
    assert found["settings", "key"]["found"] == "set (environment variable OPENAI_API_KEY)"
    server = found["server", "address"]["found"]
    assert server.startswith(f"{openai_environment.base_url} answers and accepts the key")
    assert found["models", "gpt-4o"]["found"] == (
        "host_model and describe_model: available; shuts down on 2027-01-14"
    )
    assert found["models", "image_model"]["found"] == "left to the server"
    assert found["money", "today"]["found"] == "$0.00 of $1.00 spent (days in UTC)"


def test_a_server_that_nothing_asks_is_not_asked(openai_environment, checks, monkeypatch):
    monkeypatch.setenv("GCX_GENERATOR", "preview")
    monkeypatch.setenv("GCX_DESCRIBER", "none")
    code, found = checks()
    assert code == 0
    assert found["server", "address"]["found"] == (
        f"{openai_environment.base_url}, not checked since nothing that is ready asks it"
    )
    assert openai_environment.requests == []
    assert not any(part == "models" for part, _ in found)


ASKING = """
from gcx_format.generate.generator import Answer, Generator


class Asking(Generator):
    name = title = "asking"

    def models(self):
        return {"image_model": "gpt-image-9"}

    def assumed_prices(self):
        return ["gpt-image-9"]

    def paint(self, job, call):
        raise NotImplementedError
"""


def test_the_models_of_a_plug_in_are_looked_for_too(
    openai_environment, plugins, checks, tmp_path, monkeypatch
):
    site = tmp_path / "asking"
    entry = {"asking": "gcx_asking_for_tests:Asking"}
    write_distribution(site, "gcx-asking", "1.0", {"gcx.generators": entry})
    (site / "gcx_asking_for_tests.py").write_text(ASKING)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("GCX_GENERATOR", "asking")
    monkeypatch.setenv("GCX_DESCRIBER", "none")
    code, found = checks()
    assert code == 1
    assert found["models", "gpt-image-9"]["found"] == "image_model: the server does not have it"
    assert found["money", "gpt-image-9"]["found"].startswith("price unknown")
    assert ("models", "gpt-4o") not in found


def test_it_costs_nothing_and_never_shows_the_key(openai_environment, gcx):
    ran = gcx("doctor")
    assert [(got.method, got.path) for got in openai_environment.requests] == [
        ("GET", "/v1/models")
    ]
    assert openai_environment.key not in ran.out + ran.err


def test_nothing_is_written(openai_environment, gcx, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert gcx("doctor").code == 0
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("bad_key", "key"),
        ("server_error", "server"),
        ("overloaded_503", "try again later"),
        ("reset", "connection"),
        ("not_json", ""),
        ("quota", ""),
    ],
)
def test_a_server_that_does_not_serve(openai_environment, checks, fault, said):
    openai_environment.script(Fault(fault, route="/v1/models"))
    code, found = checks()
    assert code == 1
    assert found["server", "address"]["state"] == "failed"
    assert said in found["server", "address"]["found"]
    assert found["folders", "cache"]["state"] == "ok"  # the rest is checked all the same
    assert openai_environment.calls("/v1/models") == 1  # asked once


def test_a_server_that_is_not_there(openai_environment, checks):
    openai_environment.stop()
    began = time.monotonic()
    code, found = checks()
    assert code == 1
    assert found["server", "address"]["state"] == "failed"
    assert time.monotonic() - began < 5


def test_a_silent_server_is_not_waited_for_long(openai_environment, checks, monkeypatch):
    monkeypatch.setenv("GCX_TIMEOUT_SECONDS", "0.3")
    openai_environment.script(Fault("stall", route="/v1/models"))
    began = time.monotonic()
    code, found = checks()
    assert code == 1
    assert found["server", "address"]["state"] == "failed"
    assert time.monotonic() - began < 5


def test_a_server_without_a_list_of_models(openai_environment, checks):
    openai_environment.lacks = {"/v1/models"}
    code, found = checks()
    assert code == 0
    assert found["server", "address"]["state"] == "warning"
    assert "does not list models" in found["server", "address"]["found"]


def test_a_retired_model(openai_environment, checks, monkeypatch):
    openai_environment.retire("gpt-4o")
    code, found = checks()
    assert code == 0
    check = found["models", "gpt-4o"]
    assert check["state"] == "warning"
    assert check["found"].endswith("the server does not have it, so gpt-6-luna is asked instead")
    monkeypatch.setenv("GCX_HOST_MODEL", "gpt-4o")
    monkeypatch.setenv("GCX_DESCRIBE_MODEL", "gpt-4o")
    code, found = checks()
    assert code == 1
    check = found["models", "gpt-4o"]
    assert check["state"] == "failed"
    assert check["found"].endswith("the server does not have it")
    assert check["remedy"] == (
        "set another one (GCX_HOST_MODEL, GCX_DESCRIBE_MODEL), such as gpt-6-luna"
    )


def test_a_model_near_its_end(openai_environment, checks):
    soon = datetime.now(UTC).date() + timedelta(days=30)
    openai_environment.models["gpt-4o"] = Model("text", shutdown_date=soon.isoformat())
    code, found = checks()
    assert code == 0
    assert found["models", "gpt-4o"]["state"] == "warning"
    assert str(soon) in found["models", "gpt-4o"]["found"]
    assert found["models", "gpt-4o"]["remedy"] == "gpt-6-luna is asked from then on"


@pytest.mark.parametrize(
    ("now", "state"),
    [("2026-11-14T12:00Z", "ok"), ("2026-11-15T12:00Z", "warning"), ("2027-01-13", "warning")],
)
def test_the_end_of_a_model_is_told_sixty_days_ahead(openai_environment, checks, now, state):
    time_machine = pytest.importorskip("time_machine")
    openai_environment.models["gpt-4o"] = Model("text")  # the server does not say
    with time_machine.travel(now):
        _, found = checks()
    assert found["models", "gpt-4o"]["state"] == state
    assert found["models", "gpt-4o"]["found"].endswith("available; shuts down on 2027-01-14")


def test_the_models_of_a_server_of_ones_own_are_named(checks, monkeypatch):
    with playing("LocalAI") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        code, found = checks()
    assert code == 0
    assert found["models", "gpt-4o"]["state"] == "note"
    assert found["models", "gpt-4o"]["found"].endswith("it has stablediffusion, gpt-4")


def test_the_models_of_the_other_route(openai_environment, checks, monkeypatch):
    monkeypatch.setenv("GCX_ROUTE", "images")
    monkeypatch.setenv("GCX_DESCRIBER", "none")
    code, found = checks()
    assert code == 0
    assert [name for part, name in found if part == "models"] == ["gpt-image-2"]
    monkeypatch.setenv("GCX_IMAGE_MODEL", "gpt-image-1")
    code, found = checks()
    assert code == 1
    assert found["models", "gpt-image-1"]["state"] == "failed"


def test_a_wrong_setting_is_named_and_the_rest_of_it_not_guessed(checks, monkeypatch):
    monkeypatch.setenv("GCX_ROUTE", "scenic")
    code, found = checks()
    assert code == 1
    assert found["settings", "values"]["state"] == "failed"
    assert (
        "route = 'scenic' (environment variable GCX_ROUTE)" in found["settings", "values"]["found"]
    )
    assert not any(part == "server" for part, _ in found)


def test_a_variable_that_is_no_setting(checks, monkeypatch):
    monkeypatch.setenv("GCX_HOST_MODL", "gpt-4o")
    code, found = checks()
    assert code == 0
    assert found["settings", "GCX_HOST_MODL"]["state"] == "warning"
    assert found["settings", "GCX_HOST_MODL"]["remedy"] == "did you mean GCX_HOST_MODEL?"


@pytest.mark.parametrize("setting", ["GCX_GENERATOR", "GCX_DESCRIBER"])
def test_a_model_asked_for_without_a_key(checks, monkeypatch, setting):
    monkeypatch.setenv(setting, "openai")
    code, found = checks()
    assert code == 1
    assert found["settings", "key"]["state"] == "failed"
    assert "OPENAI_API_KEY" in found["settings", "key"]["remedy"]


def test_a_token_in_the_address_is_not_shown(gcx, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1?token=secret")
    for key in ("", "sk-test"):
        monkeypatch.setenv("OPENAI_API_KEY", key)
        ran = gcx("doctor")
        assert "secret" not in ran.out + ran.err
        assert "http://127.0.0.1:1/v1" in ran.out


@pytest.mark.parametrize(
    ("variable", "name"), [("GCX_CACHE_FOLDER", "cache"), ("GCX_STATE_FOLDER", "state")]
)
def test_a_folder_that_cannot_be(checks, monkeypatch, tmp_path, variable, name):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(variable, str(tmp_path / "file" / "folder"))
    code, found = checks()
    assert code == 1
    assert found["folders", name]["state"] == "failed"
    assert "is not a folder" in found["folders", name]["found"]


def test_a_damaged_record_of_what_was_spent(checks, monkeypatch, tmp_path):
    (tmp_path / "spending.json").write_text("{")
    monkeypatch.setenv("GCX_STATE_FOLDER", str(tmp_path))
    code, found = checks()
    assert code == 1
    assert found["money", "today"]["state"] == "failed"


def test_a_model_without_a_price(openai_environment, checks, monkeypatch):
    openai_environment.models["my-model"] = Model("text")
    monkeypatch.setenv("GCX_HOST_MODEL", "my-model")
    code, found = checks()
    assert code == 0
    assert found["money", "my-model"]["state"] == "note"


CORE_ALONE = """
import importlib.metadata, sys
away = {away}
class Away:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {{package.replace("-", "_") for package in away}}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Away())
version = importlib.metadata.version
def known(name):
    if name in away:
        raise importlib.metadata.PackageNotFoundError(name)
    return version(name)
importlib.metadata.version = known
from gcx_format.cli import main
sys.exit(main(["doctor"]))
"""


def run_without(packages: list[str], environment: dict[str, str]):
    return subprocess.run(
        [sys.executable, "-c", CORE_ALONE.format(away=packages)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


EXTRAS = "archive", "openai", "msillm", "viewer"
EVERY_PACKAGE = [package for extra in EXTRAS for package in packages_of(extra)]


def test_with_the_core_alone(environment):
    ran = run_without(EVERY_PACKAGE, environment)
    assert "FAILED" not in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "gcx[archive]       not installed, so collections can be neither" in ran.stdout
    assert "gcx[openai]        not installed, so no model can be called; pip install" in ran.stdout
    assert "gcx[msillm]        not installed, so MS-ILLM conditions cannot be" in ran.stdout


def test_a_key_is_no_use_to_the_core_alone(environment):
    ran = run_without(list(packages_of("openai")), environment | {"OPENAI_API_KEY": "sk-test"})
    assert ran.returncode == 1
    assert "FAILED   gcx[openai]        not installed" in ran.stdout


@pytest.mark.parametrize("package", ["compressai", "httpx"])
def test_an_incomplete_part(environment, package):
    ran = run_without([package], environment)
    assert ran.stderr == ""
    assert f"incomplete, {package} missing" in ran.stdout


def test_weights_are_listed_and_said_how_to_get(checks, msillm):
    assert checks()[1]["folders", "weights"]["found"] == f"{msillm}, MS-ILLM: vlo2, 3"


def test_no_weights_are_no_failure(checks):
    found = checks()[1]["folders", "weights"]
    assert found["state"] == "note"
    assert found["found"].endswith("msillm, MS-ILLM: none")
    assert "gcx weights get 4" in found["remedy"]


def test_a_part_is_what_the_project_says_it_is():
    project = Path(__file__).parents[3] / "pyproject.toml"
    declared = tomllib.loads(project.read_text())["project"]["optional-dependencies"]
    declared["viewer"] = [*declared["viewer"], *declared["openai"]]  # which it contains
    for extra in EXTRAS:
        expected = {
            f"{name}>={'.'.join(map(str, least))}" for name, least in packages_of(extra).items()
        }
        needed = {line.partition(";")[0].partition(",")[0].lower() for line in declared[extra]}
        assert {line for line in needed if not line.startswith("gcx[")} == expected


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable(checks, monkeypatch, tmp_path):
    tmp_path.chmod(0o500)
    monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path))
    code, found = checks()
    tmp_path.chmod(0o700)
    assert code == 1
    assert "not writable" in found["folders", "cache"]["found"]
