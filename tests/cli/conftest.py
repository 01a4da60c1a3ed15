"""Toy projects that the tests of commands share."""

import shutil

import pytest

import toy


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A toy project with all its results; tests must leave it as it is."""
    project = toy.make(tmp_path_factory.mktemp("finished"))
    done = project.dlexp("run")
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def project(finished, tmp_path):
    """A copy of it to change."""
    shutil.copytree(finished.folder, tmp_path / "project")
    return toy.Project(tmp_path / "project")
