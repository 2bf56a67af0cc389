"""What hatch runs when the package is built.

It compiles the translations, so that git need not keep them, and puts the lessons and their solutions into a wheel,
from which `tapedeck lessons` copies them.

See https://hatch.pypa.io/latest/plugins/build-hook/custom/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_COURSE = ("lessons/*.ipynb", "lessons/*.md", "lessons/data/*", "lessons/zh/*.ipynb", "solutions/*.ipynb")


class TranslationsAndLessons(BuildHookInterface[Any]):
    """Compile each .po file of the widgets to the .mo file beside it, and add the lessons to a wheel.

    An editable install has the translations too, and finds the lessons in the checkout.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files of the package are collected.

        Args:
            version: "standard" or "editable".
            build_data: what hatch builds; the compiled files are added to its `artifacts`, the lessons to what it
                includes.
        """
        for path in Path(self.root, "widgets", "common", "locale").glob("*/LC_MESSAGES/*.po"):
            with path.open("rb") as source, path.with_suffix(".mo").open("wb") as compiled:
                mofile.write_mo(compiled, pofile.read_po(source))
        build_data["artifacts"].append("/widgets/common/locale/**/*.mo")
        if self.target_name == "wheel" and version == "standard":
            root = Path(self.root)
            for path in sorted(path for pattern in _COURSE for path in root.glob(pattern)):
                build_data["force_include"][str(path)] = f"widgets/course/{path.relative_to(root).as_posix()}"
