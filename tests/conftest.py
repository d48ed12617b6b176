"""Fixtures that several modules of tests share."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import mini
import pytest


@pytest.fixture(scope="session")
def built_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mini checkout that was built once; no test changes it."""
    folder = tmp_path_factory.mktemp("built") / "checkout"
    mini.create(folder)
    subprocess.run([folder / "runner.py", "list"], check=True, capture_output=True)
    return folder


@pytest.fixture
def checkout(built_checkout: Path, tmp_path: Path) -> mini.Checkout:
    """A mini checkout of the test's own."""
    folder = tmp_path / "checkout"
    shutil.copytree(built_checkout, folder)
    return mini.Checkout(folder)
