"""What README.md and CONTRIBUTING.md show runs as it stands."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.models import EncoderSpec

ROOT = Path(__file__).resolve().parent.parent


def blocks(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def letters():
    """The model that CONTRIBUTING.md shows, as the module it tells to write."""
    (source,) = blocks("CONTRIBUTING.md")
    module = types.ModuleType("letters")
    sys.modules["letters"] = module
    exec(compile(source, "letters.py", "exec"), module.__dict__)  # noqa: S102
    yield module
    del sys.modules["letters"]


def test_the_model_of_contributing_is_a_model(letters):
    (spec,) = letters.SPECS
    assert isinstance(spec, EncoderSpec)
    encoded = spec.load({}).embed(ec.words("abba, Zoo, 42").payloads)
    assert encoded.vectors.shape == (3, spec.dim({}))
    assert encoded.vectors[0, :2].tolist() == [2, 2]
    assert encoded.vectors[1, [14, 25]].tolist() == [2, 1]
    assert list(encoded.missing) == [2]


def test_python_of_readme_gives_the_numbers_it_says():
    (source,) = blocks("README.md")
    scope: dict = {}
    exec(compile(source, "README.md", "exec"), scope)  # noqa: S102
    embedding = scope["embedding"]
    said = [float(x) for x in re.search(r"# (1, [^\n]*)", source)[1].split(",")]
    assert np.allclose(ec.similarity(embedding)[0], said, atol=5e-4)
    near = re.search(r"k=2\)\s+# (.*)", source)[1]
    found = ec.nearest(embedding, "king", k=2)
    assert near == ", ".join(f"{n.id} {n.score:.3f}".replace("0.", ".") for n in found)
    answer = ec.analogy(embedding.model, "man", "woman", "king", k=1)[0]
    assert f"{answer.id} {answer.score:.3f}".replace("0.", ".") in source


def test_readme_names_every_model():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in ec.EMBEDDERS)
