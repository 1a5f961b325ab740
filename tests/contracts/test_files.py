"""Modules stay short, and no file holds what belongs to one machine."""

from pathlib import Path

from .checkout import CODE, COMPONENT, own_files, python_files
from .rules import files


def test_modules_are_short() -> None:
    """A module is one idea; at 400 lines it is split."""
    modules = python_files(*(folder for folder in CODE if folder != "tests"))
    assert files.too_long(modules, files.LONGEST_MODULE) == []


def test_tests_are_not_long() -> None:
    """Nothing that people read has more than 600 lines."""
    assert files.too_long(python_files("tests"), files.LONGEST_FILE) == []


def test_no_file_names_a_folder_of_a_machine() -> None:
    """The repository works wherever it lies."""
    assert files.machine_paths(own_files()) == []


def test_no_file_names_a_package_registry() -> None:
    """Every machine knows for itself where it fetches packages from."""
    assert files.registry_hosts(own_files()) == []


def test_no_package_is_taken_for_a_plug_in() -> None:
    """Home Assistant imports folders that are named like a platform."""
    assert files.misnamed_packages(COMPONENT) == []


def test_a_long_module_is_found(tmp_path: Path) -> None:
    """The rule reports one line too many."""
    module = tmp_path / "long.py"
    module.write_text("\n" * files.LONGEST_MODULE)
    assert files.too_long([module], files.LONGEST_MODULE) == []
    module.write_text("\n" * (files.LONGEST_MODULE + 1))
    assert files.too_long([module], files.LONGEST_MODULE) == ["long.py has 401 lines"]


def test_a_machine_path_is_found(tmp_path: Path) -> None:
    """The rule reports a planted path, and lets addresses and Home Assistant's folders be."""
    note = tmp_path / "note.md"
    note.write_text("See https://example.org/home/x, ~/home/x and /config/www.\n")
    assert files.machine_paths([note]) == []
    planted = Path("/", "home", "someone", "music")
    note.write_text(f"first\nIt is in {planted}.\n")
    assert files.machine_paths([note]) == [f"note.md:2 It is in {planted}."]


def test_a_registry_is_found(tmp_path: Path) -> None:
    """The rule reports every registry; what is no text cannot name one."""
    note, picture = tmp_path / "note.txt", tmp_path / "picture.png"
    note.write_text(f"from {files.REGISTRIES[0]}")
    picture.write_bytes(b"\xff" + files.REGISTRIES[0].encode())
    assert files.registry_hosts([note, picture]) == [f"note.txt names {files.REGISTRIES[0]}"]


def test_a_misnamed_package_is_found(tmp_path: Path) -> None:
    """The rule reports a planted folder."""
    (tmp_path / "cards").mkdir()
    (tmp_path / "media_source").mkdir()
    (tmp_path / "event.py").touch()
    assert files.misnamed_packages(tmp_path) == ["media_source"]
