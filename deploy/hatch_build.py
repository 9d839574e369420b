"""Compiles the languages whenever a wheel is built or a checkout is installed in place."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        try:
            from deploy.languages.compiled import compile_all

            compile_all()
        finally:
            sys.path.remove(self.root)
