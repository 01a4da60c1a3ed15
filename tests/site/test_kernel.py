"""What the kernel of a page refuses and notes: its rules; whole pages are in test_cells.py."""

import tempfile
from pathlib import Path

import pytest

from dlexp import paths
from dlexp.site import kernel
from dlexp.site.kernel import CODE, Watch


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.mark.parametrize("event", ["subprocess.Popen", "os.system", "os.forkpty"])
def test_programs_are_refused(watch: Watch, event: str) -> None:
    with pytest.raises(PermissionError, match=f"must not start programs; got {event}"):
        watch(event, ())


@pytest.mark.parametrize("event", ["socket.connect", "socket.getaddrinfo"])
def test_network_is_refused(watch: Watch, event: str) -> None:
    with pytest.raises(PermissionError, match=f"must not use the network; got {event}"):
        watch(event, ())


@pytest.mark.parametrize("mode", ["w", "a", "x", "r+", "wb"])
def test_writing_is_refused_outside_the_temporary_folder(watch: Watch, mode: str) -> None:
    with pytest.raises(PermissionError, match="must write in the temporary folder only"):
        watch("open", (str(paths.BOOK / "index.md"), mode, 0))
    watch("open", (str(Path(tempfile.gettempdir(), "a")), mode, 0))
    watch("open", (str(CODE / "__pycache__" / "a.pyc"), mode, 0))


@pytest.mark.parametrize("event", ["os.remove", "os.mkdir", "os.rename"])
def test_changing_the_tree_is_refused(watch: Watch, event: str) -> None:
    with pytest.raises(PermissionError, match="temporary folder only"):
        watch(event, (str(paths.BOOK / "a"), str(paths.BOOK / "b"), -1))
    watch(event, ("a", "b", 7))  # relative to an open folder, which was looked at before


def test_moving_out_of_the_temporary_folder_is_refused(watch: Watch) -> None:
    inside = str(Path(tempfile.gettempdir(), "a"))
    with pytest.raises(PermissionError):
        watch("os.rename", (inside, str(paths.BOOK / "b"), -1, -1))


def test_what_is_read_of_the_project_is_noted(watch: Watch) -> None:
    watch("open", (str(paths.PROJECT / "_toc.yml"), "r", 0))
    watch("open", (b"%a" % 1, "r", 0))
    watch("open", (str(paths.PROJECT / "nosuch"), "r", 0))
    watch("open", (3, "r", 0))
    watch("open", ("/proc/cpuinfo", "r", 0))
    watch("open", (pytest.__file__, "r", 0))
    assert watch.files == {str(paths.PROJECT / "_toc.yml")}
    assert watch.modules == set()


def test_module_that_is_read_is_noted_by_its_name(watch: Watch) -> None:
    watch("open", (str(CODE / "byhand" / "conv.py"), "r", 0))
    watch("open", (str(CODE / "draw" / "__init__.py"), "r", 0))
    assert watch.modules == {"dlexp.byhand.conv", "dlexp.draw"}


@pytest.mark.parametrize("name", ["/etc/hostname", "/proc/stat", "/sys/x", "/var/log", "/run/a"])
def test_cell_does_not_read_of_the_machine(watch: Watch, name: str) -> None:
    """Nor by the hands of Python; a library may."""
    file = kernel._real(name)
    assert watch.places.is_of_the_machine(file)
    reading = {"__name__": "__main__", "watch": watch, "file": file}
    with pytest.raises(PermissionError, match="must not ask the machine about itself; got /"):
        exec(compile("watch._read(file)", "<cell>", "exec"), reading)
    exec(compile("watch._read(file)", "<library>", "exec"), reading | {"__name__": "library"})


def test_temporary_folder_is_not_the_machine(watch: Watch) -> None:
    assert not watch.places.is_of_the_machine(kernel._real(tempfile.gettempdir()) / "a")
    assert not watch.places.is_of_the_machine(paths.PROJECT / "a")


def test_home_of_kernels_is_written_by_imports_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    monkeypatch.setattr(kernel.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    places = Watch().places
    assert places.may_write(tmp_path / "home" / "a", importing=True)
    assert not places.may_write(tmp_path / "home" / "a", importing=False)
    assert not places.may_write(tmp_path / "b", importing=True)
