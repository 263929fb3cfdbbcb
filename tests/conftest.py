"""Models whose vectors can be worked out by hand, and tiny collections, for every test.

``letters`` counts the letters a, b and c of a word. ``seats`` gives each item its place, the number
of items and the seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import embedders, kept
from embedding_core.embedding import Embedding
from embedding_core.models import Encoded, EncoderSpec, Fitted, TrainerSpec
from embedding_core.params import Param
from embedding_core.registry import Registry


@pytest.fixture(autouse=True)
def nothing_kept_on_disk(monkeypatch):
    """What one test computed is not there for the next; tests of the store switch it on."""
    monkeypatch.setenv("EMBEDDING_STORE_GB", "0")


class LetterCounter:
    """An encoder that remembers what it was asked for."""

    def __init__(self, factor):
        self.factor = factor
        self.batches = []

    def embed(self, payloads):
        words = [payload.load() for payload in payloads]
        self.batches.append(words)
        rows = [[word.lower().count(letter) * self.factor for letter in "abc"] for word in words]
        return Encoded(
            np.array(rows, dtype=np.float32),
            missing={i: "a question." for i, word in enumerate(words) if "?" in word},
            notes={i: "read in lower case" for i, word in enumerate(words) if word != word.lower()},
        )


@dataclass(frozen=True)
class Letters(EncoderSpec):
    loaded: list = field(default_factory=list, compare=False)

    def space(self, params):
        return f"letters x {params['factor']}"

    def dim(self, params):
        return 3

    def load(self, params):
        self.loaded.append(LetterCounter(params["factor"]))
        return self.loaded[-1]


@dataclass(frozen=True)
class Seats(TrainerSpec):
    fits: list = field(default_factory=list, compare=False)

    def fit(
        self,
        collection,
        params,
        *,
        corpus=None,
        seed=0,
        on_frame=None,
        progress=None,
        cancel=None,
    ):
        self.fits.append(collection.ids)
        n = len(collection)
        vectors = np.array([[i, n, seed] for i in range(n)], dtype=np.float32)
        if on_frame is not None:
            on_frame(vectors)
        return Fitted(Encoded(vectors), f"seats:{collection.fingerprint}:{seed}")


def spec(kind, name, **more):
    return kind(
        name=name,
        label=name.title(),
        modality="text",
        unit="word",
        about="For tests.",
        source="this file",
        licence="MIT",
        **more,
    )


@pytest.fixture
def toys(monkeypatch):
    """Put ``letters`` and ``seats`` in place of the models, with empty caches."""
    factor = Param("factor", "Factor", "number", 1, "Multiplies.", minimum=1, maximum=9)
    registry = Registry("model", (spec(Letters, "letters", params=(factor,)), spec(Seats, "seats")))
    monkeypatch.setattr(embedders, "EMBEDDERS", registry)
    kept.forget()
    yield registry
    kept.forget()


@pytest.fixture(scope="session")
def glove():
    """The real GloVe, opened once."""
    return ec.load("glove-6b-50d")


@pytest.fixture(scope="session")
def vectors_embedding():
    """Make an embedding of given vectors: ``vectors_embedding(matrix, ids=...)``."""

    def make(vectors, ids=None, **more):
        matrix = np.ascontiguousarray(vectors, dtype=np.float32)
        names = tuple(ids) if ids else tuple(f"i{n}" for n in range(len(matrix)))
        return Embedding(names, matrix, more.pop("space", "tests"), "vectors", **more)

    return make


@pytest.fixture(scope="session")
def blobs(vectors_embedding):
    """Three groups of 40 points in ten dimensions, far apart from each other."""
    rng = np.random.default_rng(7)
    centers = rng.normal(scale=8, size=(3, 10))
    return vectors_embedding(np.repeat(centers, 40, axis=0) + rng.normal(size=(120, 10)))


@pytest.fixture(scope="session")
def save_tiny_bert():
    """Save a BERT of two layers with random weights, as the hub's models are saved.

    Its vocabulary: ``the``, ``bank``, ``river``, ``money``, and letters for all else.
    """
    import torch

    from embedding_core.runtime import transformers

    letters = "abcdefghijklmnopqrstuvwxyz"
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = ["the", "bank", "river", "money", "##s", "."]
    pieces = [*special, *letters, *(f"##{letter}" for letter in letters), *words]

    def save(folder, positions=32):
        package = transformers()
        torch.manual_seed(0)
        config = package.BertConfig(
            vocab_size=len(pieces), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=positions,
        )  # fmt: skip
        package.BertModel(config).save_pretrained(folder)
        (folder / "vocab.txt").write_text("\n".join(pieces))
        package.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
        return folder

    return save


@pytest.fixture(scope="session")
def save_tiny_clip():
    """Save a CLIP of two small layers with random weights, as the hub's are saved.

    It looks at pictures of 32 x 32 pixels, reads letter by letter, at most 16 tokens, and has 12
    dimensions.
    """
    import json
    import string

    import torch

    from embedding_core.runtime import transformers

    letters = string.ascii_lowercase
    pieces = [
        *letters,
        *(f"{letter}</w>" for letter in letters),
        "<|startoftext|>",
        "<|endoftext|>",
    ]

    def save(folder, seed=0):
        package = transformers()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vocab.json").write_text(
            json.dumps({piece: at for at, piece in enumerate(pieces)})
        )
        (folder / "merges.txt").write_text("#version: 0.2\n")
        files = {"vocab": str(folder / "vocab.json"), "merges": str(folder / "merges.txt")}
        package.CLIPTokenizer(**files).save_pretrained(folder)
        size = {
            "hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2,
            "num_attention_heads": 2,
        }  # fmt: skip
        begin, end = len(pieces) - 2, len(pieces) - 1
        text = {
            "vocab_size": len(pieces), "max_position_embeddings": 16,
            "bos_token_id": begin, "eos_token_id": end, "pad_token_id": end,
        }  # fmt: skip
        torch.manual_seed(seed)
        config = package.CLIPConfig(
            projection_dim=12,
            text_config={**size, **text},
            vision_config={**size, "image_size": 32, "patch_size": 8},
        )
        package.CLIPModel(config).save_pretrained(folder)
        cut = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
        package.CLIPImageProcessor(**cut).save_pretrained(folder)
        return folder

    return save
