"""A real JupyterLab for tests: its own settings and files, on a free loopback port; its kernels go with it."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat.v4
import psutil
from playwright.sync_api import expect

LESSONS = Path(__file__).parents[2] / "lessons"
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
NBGRADER = ("formgrader", "validate_assignment", "assignment_list", "course_list")
SERVER_EXTENSIONS = ("jupyterlab_jupytext", *(f"nbgrader.server_extensions.{name}" for name in NBGRADER))
LAB_EXTENSIONS = ("@jupyter/nbgrader", "jupyterlab-jupytext")
"""What the tests need and a learner has not: it takes seconds to start."""

START = 60  # seconds that a busy machine may take to start a server, or a kernel with TensorFlow in it
PATIENCE = 1000 * START

# A kernel is called idle a moment before it is connected, and what is run then gets lost.
CONNECTED = """() => {
    const kernel = jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle" && kernel;
}"""
NOT_RUN = re.compile(r"^(\[ \]:)?$")


class Lab:
    """A running server: its address, and the folder that it shows."""

    def __init__(self, room, port):
        """Keep what is known before the server starts: its port, and the folder that is its own."""
        self.address = f"http://127.0.0.1:{port}"
        self.files = room / "files"

    def write(self, name, *cells):
        """Write a notebook of code cells into the server's folder. Returns its name."""
        cells = [nbformat.v4.new_code_cell(source, id=f"cell-{at}") for at, source in enumerate(cells)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        text = nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=kernel))
        (self.files / name).write_text(text, "utf-8")
        return name

    def ask(self, path, method="GET"):
        """Ask the server's own interface, which wants no token here."""
        request = urllib.request.Request(f"{self.address}/api/{path}", method=method)
        with urllib.request.urlopen(request, timeout=START) as answer:
            return json.loads(answer.read() or "null")


@contextlib.contextmanager
def running(room, module="tests.browser.lab_server"):
    """Start JupyterLab in an empty folder; stop it and its kernels, whatever happens.

    Its kernels are forked, which takes a fraction of the time. The module "jupyterlab" starts them as everywhere.
    """
    lab = Lab(room, _free_port())
    shutil.copytree(LESSONS, lab.files)
    _write_settings(room)
    with (room / "log").open("wb") as log:
        command, environment = _command(module, room, lab), _surroundings(room)
        server = subprocess.Popen(command, cwd=LESSONS.parent, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(lab, server, room / "log")
            yield lab
        finally:
            _stop(server)


def top(view):
    """Return how far below the window's top a view stands, in pixels, once it stands still.

    It moves when somebody scrolls, and also, for a while after a notebook has run, as JupyterLab measures its cells.
    """
    before, now = None, view.bounding_box()["y"]
    while before != now:
        view.page.wait_for_timeout(400)
        before, now = now, view.bounding_box()["y"]
    return now


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _write_settings(room):
    files = {f"settings/{name}.jupyterlab-settings": settings for name, settings in SETTINGS.items()}
    server = {"ServerApp": {"jpserver_extensions": dict.fromkeys(SERVER_EXTENSIONS, False)}}
    files["config/jupyter_server_config.json"] = server
    files["config/labconfig/page_config.json"] = {"disabledExtensions": dict.fromkeys(LAB_EXTENSIONS, True)}
    for name, settings in files.items():
        (room / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).write_text(json.dumps(settings), "utf-8")


def _command(module, room, lab):
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": lab.address.rsplit(":", 1)[1],
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": lab.files,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,  # containers run as root
        "ServerApp.disable_check_xsrf": True,  # `ask` is no browser
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,  # CONNECTED asks it
        "LabApp.user_settings_dir": room / "settings",
        "LabApp.workspaces_dir": room / "workspaces",
    }
    return [sys.executable, "-m", module, *(f"--{name}={value}" for name, value in options.items())]


def _surroundings(room):
    """Return the environment without anybody's own Jupyter settings: what is tested is what a newcomer gets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_", "IPYTHON"))}
    own = {f"JUPYTER_{kind}_DIR": str(room / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {"IPYTHONDIR": str(room / "ipython"), "TAPEDECK_HOME": str(room / "home")}
    return kept | own | {"TF_CPP_MIN_LOG_LEVEL": "3"}


def _wait_for(lab, server, log):
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        try:
            return lab.ask("status")
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(server):
    """Ask the server to go, which takes its kernels with it; then make sure of all of them."""
    family = psutil.Process(server.pid).children(recursive=True) if server.poll() is None else []
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
    for process in psutil.wait_procs(family, 5)[1]:
        process.kill()


class Notebook:
    """A notebook open in the browser, driven as a person does: menus, keys, the mouse."""

    def __init__(self, page, lab, name):
        """Open a notebook by its name, one document to the page."""
        self.page, self.name = page, name
        page.set_default_timeout(PATIENCE)
        page.goto(f"{lab.address}/doc/tree/{name}?reset")
        self.panel = page.locator(".jp-NotebookPanel")
        self.cells = self.panel.locator(".jp-Notebook .jp-Cell")
        self.decks = self.panel.locator(".tapedeck > .deck")
        self.cells.first.wait_for(timeout=PATIENCE)
        self.wait_until_connected()

    def wait_until_connected(self):
        """Wait until the kernel takes what it is sent."""
        self.page.locator("[data-status=idle]").wait_for(timeout=PATIENCE)
        self.page.wait_for_function(CONNECTED, timeout=PATIENCE).evaluate("async (kernel) => void (await kernel.info)")

    def menu(self, *path):
        """Choose from the menus: `menu("Run", "Run All Cells")`."""
        for name in path:
            label = self.page.locator(".lm-MenuBar-itemLabel" if name is path[0] else ".lm-Menu-itemLabel")
            label.get_by_text(name, exact=True).click()

    def run(self, number):
        """Run a cell by clicking into it and pressing Shift+Enter. It may take its time."""
        self.cells.nth(number).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")

    def begin(self, number):
        """Run a cell that has not run yet, and again if nothing comes of it: JupyterLab drops what comes too early."""
        prompt = self.cells.nth(number).locator(".jp-InputPrompt")
        for _attempt in range(5):
            self.run(number)
            with contextlib.suppress(AssertionError):
                return expect(prompt).not_to_have_text(NOT_RUN, timeout=5000)

    def wait_until_run(self, number=-1):
        """Wait until a cell has run, by default the last cell with code."""
        prompt = self.panel.locator(".jp-CodeCell").nth(number).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"), timeout=PATIENCE)

    def ran(self, number):
        """Run a cell, wait until it has run, and return its output."""
        prompt = self.cells.nth(number).locator(".jp-InputPrompt").inner_text()
        self.begin(number) if NOT_RUN.match(prompt) else self.run(number)
        self.wait_until_run(number)
        return self.output(number)

    def output(self, number):
        """Return what a cell has printed or returned as text. A still says nothing while its view is there."""
        texts = self.cells.nth(number).locator(".jp-OutputArea-output").all_inner_texts()
        return [text.strip() for text in texts if text.strip()]

    def state(self):
        """Return what keys must not change while a deck has them: the cells, which is active, the mode."""
        read = "cells => [cells.length, cells.findIndex((cell) => cell.matches('.jp-mod-active'))]"
        mode = self.page.locator("#jp-main-statusbar").get_by_text("Mode: ").inner_text()
        return *self.cells.evaluate_all(read), mode

    def set_theme(self, name):
        """Switch to `Light` or `Dark` by the menu, with everything on the page as it is."""
        self.menu("Settings", "Theme", f"JupyterLab {name}")
        shown = self.page.locator(f"body[data-jp-theme-light={'true' if name == 'Light' else 'false'}]")
        shown.wait_for(state="attached")

    @contextlib.contextmanager
    def resized(self, width, zoom=1):
        """Make the notebook `width` CSS pixels wide until the end of the block; browser zoom is fewer CSS pixels."""
        before = self.page.viewport_size
        around = before["width"] - self.panel.bounding_box()["width"]
        self.page.set_viewport_size({"width": round(width + around), "height": before["height"] // zoom})
        try:
            yield
        finally:
            self.page.set_viewport_size(before)

    def restart(self, and_clear=False):
        """Restart the kernel by the menu, and confirm."""
        self.menu("Kernel", "Restart Kernel and Clear Outputs of All Cells…" if and_clear else "Restart Kernel…")
        self.accept()
        self.wait_until_connected()

    def accept(self):
        """Say yes to the dialog that is open."""
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")
