"""The tree is what pyproject.toml says it is, and our generic names mean our packages."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOP_LEVEL = ("api", "crypto", "hardware_sim", "issuance", "onecard", "reader")
OTHER_FOLDERS = ("docs", "requirements", "scripts", "tests")
MADE_BY_TOOLS = ("build", "demo-output", "dist", "onecard.egg-info")


def modules() -> list[Path]:
    return [file for name in TOP_LEVEL for file in sorted((ROOT / name).rglob("*.py"))]


def test_the_package_list_equals_the_folders() -> None:
    folders = {".".join(file.parent.relative_to(ROOT).parts) for file in modules()}
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(folders)


def test_no_other_folder_lies_at_the_top() -> None:
    folders = {entry.name for entry in ROOT.iterdir() if entry.is_dir()}
    known = {*TOP_LEVEL, *OTHER_FOLDERS, *MADE_BY_TOOLS}
    assert {name for name in folders - known if not name.startswith(".")} == set()


def test_every_file_of_a_package_goes_into_the_wheel() -> None:
    patterns = ["*.py", *PROJECT["tool"]["setuptools"]["package-data"]["*"]]
    left_behind = [
        str(file.relative_to(ROOT))
        for name in TOP_LEVEL
        for file in (ROOT / name).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
        if not any(file.match(pattern) for pattern in patterns)
        or not (file.parent / "__init__.py").exists()
    ]
    assert left_behind == []


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_name_loads_from_this_tree(name: str) -> None:
    # Outside the checkout and without its folder on the path, as the installed command runs: a
    # foreign package of the same name would win silently over an editable install.
    found = subprocess.run(
        [sys.executable, "-P", "-c", f"import {name}; print({name}.__file__)"],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()) == ROOT / name / "__init__.py"


@pytest.mark.parametrize(
    "file", [file for file in modules() if file.name == "__init__.py"], ids=lambda f: f.parent.name
)
def test_package_init_is_one_docstring(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert len(tree.body) == 1
    assert ast.get_docstring(tree)


def test_imports_are_absolute() -> None:
    relative = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_no_module_takes_a_name_of_the_standard_library() -> None:
    # `python reader/cli.py` puts the folder first on the path: a module named `types` there would
    # break the interpreter itself.
    taken = [
        str(file.relative_to(ROOT)) for file in modules() if file.stem in sys.stdlib_module_names
    ]
    assert taken == []


def test_no_file_has_two_subjects() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in modules()
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 300
    }
    assert long == {}
