"""Pages under Streamlit's own test runner: ``page("pages/words.py", ask="nearest")``."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent.parent


class Page:
    """A page that has run, and that must not have failed."""

    def __init__(self, test: AppTest) -> None:
        self.test = test

    def run(self) -> Page:
        """Run it again, and wait where it waits for work of its own."""
        for _ in range(300):
            self.test.run()
            assert not self.test.exception, [error.value for error in self.test.exception]
            if not self.waits:
                return self
            time.sleep(0.2)
        raise AssertionError("The page still waits for its work.")

    @property
    def waits(self) -> bool:
        return any(button.label == "Stop" for button in self.test.button)

    @property
    def headline(self) -> str:
        """The sentence that reads the data, without its Markdown."""
        lines = [element.value for element in self.test.markdown]
        return next((_bare(line) for line in lines if line.startswith("###")), "")

    @property
    def errors(self) -> list[str]:
        return [_bare(error.value) for error in self.test.error]

    @property
    def text(self) -> str:
        """All captions and paragraphs, without their Markdown."""
        return "\n".join(_bare(part.value) for part in [*self.test.caption, *self.test.markdown])

    @property
    def link(self) -> dict[str, str]:
        return {name: value[-1] if isinstance(value, list) else value
                for name, value in self.test.query_params.items()}  # fmt: skip

    def __getattr__(self, name):
        return getattr(self.test, name)


def _bare(text: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\(glossary\?term=[\w-]+\)", r"\1", text)
    return text.replace("**", "").replace("\\", "").lstrip("# ")


@pytest.fixture
def page():
    """Open a page with what its link says."""

    def page(path: str, /, **link: str) -> Page:
        test = AppTest.from_file(ROOT / path, default_timeout=60)
        for name, value in link.items():
            test.query_params[name] = value
        return Page(test).run()

    return page
