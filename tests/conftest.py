"""Fixtures that several modules of tests share."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
from pathlib import Path

import mini
import pytest


LONGEST = ("test_sweep", "test_all", "test_report_html", "test_ask", "test_mutate", "test_spec")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: else one of them begins when all others are at their end, and runs alone."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture(scope="session")
def built_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mini checkout that was built once; no test changes it."""
    folder = tmp_path_factory.mktemp("built") / "checkout"
    mini.create(folder)
    subprocess.run([folder / "runner.py", "list"], check=True, capture_output=True)
    compileall.compile_dir(folder / "trapframe", quiet=1)  # each copy has it
    return folder


def _link_or_copy(source: str, target: str) -> None:
    """The package's files are the same everywhere; Checkout.write() heeds that."""
    if "/trapframe/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)


@pytest.fixture
def checkout(built_checkout: Path, tmp_path: Path) -> mini.Checkout:
    """A mini checkout of the test's own."""
    folder = tmp_path / "checkout"
    shutil.copytree(built_checkout, folder, copy_function=_link_or_copy)
    return mini.Checkout(folder)
