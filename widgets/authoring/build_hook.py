"""What hatch runs when the package is built: it compiles the translations, so that git need not keep them.

See https://hatch.pypa.io/latest/plugins/build-hook/custom/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface[Any]):
    """Compile each .po file of the widgets to the .mo file beside it, for a wheel and for an editable install alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files of the package are collected.

        Args:
            version: "standard" or "editable".
            build_data: what hatch builds; the compiled files are added to its `artifacts`.
        """
        for path in Path(self.root, "widgets", "common", "locale").glob("*/LC_MESSAGES/*.po"):
            with path.open("rb") as source, path.with_suffix(".mo").open("wb") as compiled:
                mofile.write_mo(compiled, pofile.read_po(source))
        build_data["artifacts"].append("/widgets/common/locale/**/*.mo")
