"""Build the API reference of the public names into a folder: `python docs/build.py [site]`."""

import sys
from pathlib import Path

import pdoc

import widgets


def build(folder: Path) -> None:
    """Write the reference into `folder`, as HTML."""
    for name in widgets.__all__:  # they are looked up lazily, which pdoc does not follow
        getattr(widgets, name)
    pdoc.render.configure(docformat="google")
    pdoc.pdoc("widgets", output_directory=folder)


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else "site"))
