"""What all widgets share: a picture and a text twin beside the live view, and a page that works without a kernel."""

from __future__ import annotations

import base64
import html
import io
import json
import os
import pathlib
import re
import zlib
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, cast

import anywidget
import traitlets

from widgets.common.catalogue import LANGUAGE, _
from widgets.common.fonts import locked_figure
from widgets.common.grader_protocol import is_grading
from widgets.common.prediction_gate import Lock, is_colab, message_about
from widgets.common.quiet_drawing import unnoticed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STATIC = pathlib.Path(__file__).parents[1] / "static"
"""Where the built bundles are: a script and a style for each view."""

SLIDING = {"sync": True, "echo_update": False}
"""Metadata of a trait that a slider sets: Python's echo of an older value would move the slider back as it slides."""

_WITHOUT_KERNEL = {"locked": "", "lock": {}, "still": "", "alive": False, "problem": ""}
"""What a saved page has, whatever the view has in a notebook."""

_PAGE = pathlib.Path(__file__).with_name("view") / "standalone.html"


class View(anywidget.AnyWidget):
    """A live view of facts: with `_bundle = "deck"` a subclass shows itself by `static/deck.js` and `deck.css`.

    Every other public trait of a subclass is the contract between Python and the browser. A view that is shown while a
    prediction is open is `locked`: in place of its content it says what to predict first, and it opens when the learner
    commits (`widgets.predict` says how a teacher switches that off).

    Args:
        **traits: traits to set, by name.

    Attributes:
        title: one line of text, above the view and in a saved page.
        text: the view's twin in plain text, deterministic and complete; also `str(view)`.
        locked: what to predict first, or "" once the view is open; the learner may also open it without predicting.
        lock: the name of that prediction if its form is in the same page, and what the button says that opens the view;
            empty once it is open.
        still: by what the live view finds its still in the page, and hides it; "" if it has none.
        alive: whether there is a kernel to answer; False only in a saved page.
        problem: why the last value typed into a field was refused, or "".

    Raises:
        TypeError: a name is not that of a trait.
    """

    title: str
    text: str
    locked = traitlets.Unicode("").tag(sync=True)
    lock = traitlets.Dict().tag(sync=True)
    still = traitlets.Unicode("").tag(sync=True)
    alive = traitlets.Bool(True, read_only=True).tag(sync=True)
    problem = traitlets.Unicode("").tag(sync=True)
    _lock = Lock()
    _settings: ClassVar[tuple[str, ...]] = ()  # what a learner may set, for the message about another name
    _bundle: ClassVar[str]  # no keyword of the class, which traitlets takes from 5.12 on: Colab has 5.7
    _ipython_display_ = None  # that of ipywidgets 7, which IPython would call in place of `_repr_mimebundle_`

    def __init_subclass__(cls, **options: Any) -> None:
        if "_bundle" in vars(cls):  # not in the classes that traitlets makes of ours when it adds traits
            cls._esm, cls._css = STATIC / f"{cls._bundle}.js", STATIC / f"{cls._bundle}.css"
        super().__init_subclass__(**options)

    def __init__(self, **traits: Any) -> None:
        for name in traits:
            if not self.has_trait(name):  # traitlets only warns, where no notebook shows it
                raise TypeError(_no_such_setting(type(self), name))
        super().__init__(**traits)

    def figure(self) -> Figure:
        """Return the view as a matplotlib figure, for print."""
        raise NotImplementedError

    def save_html(self, path: str | os.PathLike[str] = "") -> pathlib.Path:
        """Write the view as one HTML file that stays interactive without a kernel or a network.

        Args:
            path: where to write it, as in `save_html("deck.html")`. An existing file is replaced; a name without an
                ending gets `.html`.

        Returns:
            The path.

        Raises:
            TypeError: `path` is missing, or is not a path.
            FileNotFoundError: the folder it should be in does not exist.
            IsADirectoryError: `path` is a folder.
        """
        return write_page(_page_path(path, self._bundle), self.title, STATIC / self._bundle, self._page_state())

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return traits as the browser gets them (ipywidgets calls it).

        Colab loses the buffers of all messages but the first, which makes the view: bytes come as text in the others.
        https://github.com/googlecolab/colab-cdn-widget-manager/issues/33
        """
        state: dict[str, Any] = super().get_state(key=key, drop_defaults=drop_defaults)
        return cast(dict[str, Any], _bytes_as_text(state)) if self.comm is not None and is_colab() else state

    def _page_state(self) -> dict[str, Any]:
        """Return what a page's model starts with: trait to value. What only a kernel could answer is left out."""
        inherited = set(anywidget.AnyWidget.class_trait_names())
        own = [name for name in self.trait_names(sync=True) if name not in inherited and not name.startswith("_")]
        return {name: getattr(self, name) for name in own} | _WITHOUT_KERNEL

    def for_site(self) -> dict[str, Any]:
        """Return what a page of a site has of the view, which may wait there for predictions, too.

        Returns:
            The name of its `bundle`, its `title`, the `state` that it starts with, trait to value, its `lock`, and what
            it `waits` for: the name of each open prediction, and what it says meanwhile.
        """
        self._wait_for_predictions()
        waits = [[name, message_about(name)] for name in self._lock.names]
        state = self._site_state()
        return {"bundle": self._bundle, "title": self.title, "lock": self.lock, "waits": waits, "state": state}

    def _site_state(self) -> dict[str, Any]:
        """Return what the model of a page among many starts with: a view that has very much leaves some out."""
        return self._page_state()

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Show the live view; the picture and the twin are for places without widgets, and what nbval compares.

        In a notebook the view's still comes before it, as an output of its own.
        """
        from widgets.common import still  # here: only what is shown needs it

        self._wait_for_predictions()
        shown = super()._repr_mimebundle_(**kwargs)
        if shown is None:
            return None
        bundle, metadata = shown
        twins = self._twins()
        if still.is_wanted():
            self.still = str(self.model_id)
            still.publish(self.still, self.title, twins)
            twins["text/html"] = still.SEEN_ABOVE
        return bundle | twins, metadata

    def _wait_for_predictions(self) -> None:
        """Lock the view if a prediction is open, until it is committed. What it waited for before no longer counts."""
        self._lock.release()
        self._lock = Lock(self._show_lock)

    def _show_lock(self, name: str) -> None:
        """Say in the view which prediction it waits for. `locked` comes last: by then the view knows the rest."""
        in_this_page = "" if is_colab() else name
        self.lock = {"name": in_this_page, "open": _("Show it anyway")} if name else {}
        self.locked = message_about(name)

    @traitlets.observe("locked")
    def _release_lock(self, change: dict[str, Any]) -> None:
        """Wait no longer once the view is open, also where the learner opened it without a prediction."""
        if not change["new"]:
            self._lock.release()

    def _twins(self) -> dict[str, str]:
        """Return what is shown where there are no widgets. A locked view gives nothing away there either.

        A grader looks at no picture, so none is drawn for it.
        """
        text = {"text/plain": self.locked or self.text}
        if is_grading():
            return text
        with unnoticed():
            return text | {"image/png": png_of(locked_figure(self._lock.message) if self.locked else self.figure())}


def _no_such_setting(view: type[View], name: str) -> str:
    near = get_close_matches(name, [known for known in view.class_trait_names() if not known.startswith("_")], n=1)
    sentences = [_("{widget}() has no setting {name}.").format(widget=view.__name__, name=name)]
    sentences += [_("Did you mean {name}?").format(name=one) for one in near]
    if view._settings:
        sentences.append(_("It takes {names}.").format(names=", ".join(view._settings)))
    return " ".join(sentences)


def png_of(figure: Figure) -> str:
    """Return a figure as a mime bundle has it: a PNG in base64. `Figure.savefig` takes longer over the same.

    Its 256 colors are as many as are seen, and leave a quarter of the bytes, which a notebook keeps twice.
    """
    from PIL import Image

    from widgets.common.outlined_text import canvas_of  # here: what is shown to a grader needs no picture

    canvas = canvas_of(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    height, width, _channels = pixels.shape  # those of the figure are rounded otherwise
    picture = Image.frombuffer("RGBA", (width, height), pixels)
    few_colors = picture.convert("RGB").quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    png = io.BytesIO()
    few_colors.save(png, "png", dpi=(figure.dpi, figure.dpi))
    return base64.b64encode(png.getvalue()).decode()


def prepare_pictures() -> None:
    """Import and work out what the first picture takes before anyone waits for it."""
    if not is_grading():
        from widgets.common.outlined_text import prepare_letters

        with unnoticed():
            prepare_letters()


def to_json(facts: Any, *, allow_nan: bool = True) -> str:
    """Return facts as a view reads them: compact JSON, in the learner's own letters."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=allow_nan)


def write_page(path: str | os.PathLike[str], title: str, bundle: pathlib.Path, state: dict[str, Any]) -> pathlib.Path:
    """Write one self-contained page of a view, interactive without a kernel, and return its path.

    `bundle` is the view's script and style without their endings, such as `static/deck`; `state` has each trait's
    value, bytes allowed.
    """
    path = pathlib.Path(path)
    parts = {
        "__LANGUAGE__": LANGUAGE.replace("_", "-"),
        "__TITLE__": html.escape(title),
        "__STYLE__": bundle.with_suffix(".css").read_text("utf-8"),
        "__SCRIPT__": deflated(bundle.with_suffix(".js").read_bytes()),
        "__STATE__": deflated(json.dumps(state, default=_binary).encode()),
    }
    page = re.sub("|".join(parts), lambda placeholder: parts[placeholder[0]], _PAGE.read_text("utf-8"))
    path.write_text(page, "utf-8")
    return path


def _page_path(path: object, name: str) -> pathlib.Path:
    """Return where a page is to be written; `name` is for the example where that cannot be."""
    example = f'save_html("{name}.html")'
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise TypeError(_("save_html() takes the name of the file to write, as in {example}.").format(example=example))
    page = pathlib.Path(path).expanduser()
    if page.is_dir():
        message = _("{path} is a folder. Name a file in it, as in {example}.")
        raise IsADirectoryError(message.format(path=page, example=f'save_html("{page / name}.html")'))
    if not page.parent.is_dir():
        message = _("There is no folder {folder}. Make it first, or write the file here, as in {example}.")
        raise FileNotFoundError(message.format(folder=page.parent, example=example))
    return page if page.suffix else page.with_name(f"{page.name}.html")


def _bytes_as_text(value: Any) -> Any:
    """Write what is binary, in traits of any depth, as `view/model.js` reads it back."""
    if isinstance(value, bytes):
        return _binary(value)
    if isinstance(value, dict):
        return {name: _bytes_as_text(part) for name, part in value.items()}
    return [_bytes_as_text(part) for part in value] if isinstance(value, (list, tuple)) else value


def _binary(value: object) -> dict[str, str]:
    """Write a binary trait as the page's script reads it back."""
    if isinstance(value, bytes):
        return {"base64": _base64(value)}
    raise TypeError(type(value).__name__)


def deflated(data: bytes) -> str:
    """Compress what a page holds, to a third. In base64 nothing of it can end the page's own script tag."""
    return _base64(zlib.compress(data, level=9))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
