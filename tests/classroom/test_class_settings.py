"""The settings for hubs in docs/classroom: they can be read, and what they name exists."""

import configparser
import re
import sys
from pathlib import Path

import pytest
import yaml
from jupyter_client.provisioning import KernelProvisionerFactory
from traitlets.config import Config

from widgets.authoring import pages
from widgets.classroom import class_provisioner
from widgets.cli import main

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "docs/classroom"


def test_the_page_leads_to_all_of_them():
    page = (ROOT / "docs/classroom.md").read_text("utf-8")
    assert {*re.findall(r"\]\(classroom/([\w.-]+)\)", page)} == {path.name for path in SETTINGS.iterdir()}


@pytest.mark.skipif(sys.platform == "win32", reason="the address is one of Linux")
def test_jupyterhub_starts_kernels_by_the_provisioner_that_is_installed(monkeypatch):
    from widgets.classroom.shared_kernels import ADDRESS

    config = Config()
    source = (SETTINGS / "jupyterhub_config.py").read_text("utf-8")
    exec(compile(source, "jupyterhub_config.py", "exec"), {"get_config": lambda: config})
    assert config.Spawner.http_timeout >= config.Spawner.start_timeout > 60
    for runs in (False, True):
        monkeypatch.setattr(Path, "is_socket", lambda path, runs=runs: runs and str(path) == ADDRESS)
        name = config.Spawner.environment["JUPYTER_DEFAULT_PROVISIONER_NAME"](None)
        assert runs or name in KernelProvisionerFactory.instance().provisioners
    home = f"{class_provisioner.__name__}:{class_provisioner.ClassKernelProvisioner.__name__}"
    assert f'\n{name} = "{home}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the address is one of Linux")
def test_the_service_runs_our_command_at_the_address_that_is_asked(capsys):
    from widgets.classroom.shared_kernels import ADDRESS, READ_AT_IMPORT

    service = configparser.ConfigParser(strict=False)
    service.optionxform = str
    service.read(SETTINGS / "tapedeck-kernels.service")
    program, command = service["Service"]["ExecStart"].split()
    assert program.endswith("/bin/tapedeck")
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    assert end.value.code == 0 and command in capsys.readouterr().out
    assert ADDRESS.startswith(f"/run/{service['Service']['RuntimeDirectory']}/")
    assert not service["Service"].get("Environment", "").startswith(READ_AT_IMPORT)


def test_kubernetes_has_the_image_and_the_release_that_there_are():
    values = yaml.safe_load((SETTINGS / "zero_to_jupyterhub.yaml").read_text("utf-8"))["singleuser"]
    workflow = (ROOT / ".github/workflows/environment.yml").read_text("utf-8")
    assert "image=ghcr.io/${GITHUB_REPOSITORY,,}/environment:latest\n" in workflow
    assert values["image"] == {"name": "ghcr.io/ada/tapedeck/environment", "tag": "latest"}
    *_shell, fetch = values["lifecycleHooks"]["postStart"]["exec"]["command"]
    newest = re.search(r"branch=(v[\d.]+)%26", pages.binder_link("ada/tapedeck", pages.newest_version()))[1]
    assert fetch.split()[-3:] == ["https://github.com/ada/tapedeck", newest, pages.CLONE]


def test_the_littlest_jupyterhub_can_read_its_settings():
    settings = yaml.safe_load((SETTINGS / "tljh.yaml").read_text("utf-8"))
    assert {*settings} <= {"users", "limits", "user_environment", "services", "auth", "http", "https"}
    assert re.fullmatch(r"\d+[MG]", settings["limits"]["memory"])
