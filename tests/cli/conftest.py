"""The shell, run in this process, in a folder of its own."""

from __future__ import annotations

import pytest

from embedding_core.cli import main

WORDS = "king\nqueen\nman\nwoman\napple\npear\nbanana\ncherry\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text(WORDS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def shell(capsys):
    """Run a command in this process: ``code, out, err = shell("models")``."""

    def run(*arguments):
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def is_one_sentence():
    """Tell whether stderr holds one sentence and no more."""

    def judge(text):
        return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text

    return judge
