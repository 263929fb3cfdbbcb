"""The programs the app writes run, and find what is on screen."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from PIL import Image

import embedding_core as ec
from embedding_core.errors import UnknownNameError
from embedding_core.snippets import Source, snippet

ROOT = Path(__file__).resolve().parent.parent.parent
ROYALTY = Source(sample="royalty")
GLOVE = {"model": "glove-6b-50d"}
SMALL = {"vector_size": 12, "min_count": 1, "epochs": 3, "window": 3}
TEXT = "the king saw the Queen and the prince\na queen saw a king\nman and woman saw the boy\n" * 60
ONLY = ("king", "queen", "prince", "princess", "man", "woman", "boy", "girl", "uncle", "aunt")

SOUNDS = ("bd_boom", "drum_snare_hard", "bass_woodsy_c", "ambi_choir", "bd_808", "drum_cowbell")
SHOWN = tuple(name.replace("_", " ") for name in SOUNDS)

HEAD = [
    {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
    for at, (path, kind) in enumerate(
        [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    )
]

# Runs programs one after the other, each in a namespace of its own, and keeps what they leave.
RUNNER = """
import pickle, runpy, sys, traceback, warnings
warnings.filterwarnings("error", category=DeprecationWarning, module="__main__")
for name in sys.argv[1:]:
    try:
        left = runpy.run_path(name, run_name="__main__")
        kept = {k: left.get(k) for k in ("names", "vectors", "coords", "trust", "kept")}
        kept["table"] = left["table"].to_dict("list")
    except BaseException:
        kept = traceback.format_exc()
    with open(name.replace(".py", ".pickle"), "wb") as file:
        pickle.dump(kept, file)
"""


class Case:
    """A view, and how our own functions make it."""

    def __init__(self, source=ROYALTY, exact=True, **view):
        self.source = source
        self.exact = exact
        self.view = view

    def program(self, folder):
        view = dict(self.view)
        if "path" in view.get("params", {}):
            view["params"] = {**view["params"], "path": str(folder / view["params"]["path"])}
        return snippet(self.source, **view)

    def collection(self, folder):
        source = self.source
        if source.sample:
            return ec.SAMPLES[source.sample].read()
        if source.words:
            return (ec.sentences if self.is_of_texts else ec.words)(source.words)
        return ec.read(folder / source.path, source.modality, **source.options)

    @property
    def is_of_texts(self):
        model = self.view.get("model")
        return bool(model) and ec.EMBEDDERS[model].unit == "sentence"

    def ours(self, folder):
        view = self.view
        name = view.get("model", "")
        settings = dict(view.get("params", {}))
        if "path" in settings:
            settings["path"] = str(folder / settings["path"])
        if name == "tfidf-lsa":
            settings["seed"] = view.get("model_seed", 0)
        if view.get("corpus"):
            settings |= {
                "corpus": ec.read_corpus(folder / view["corpus"]),
                "seed": view.get("model_seed", 0),
            }
        collection = self.collection(folder)
        embedding = ec.embed(collection, name, **settings) if name else ec.embed(collection)
        if view.get("only"):
            embedding = embedding.take([embedding.position(id_) for id_ in view["only"]])
        embedding = ec.preprocess(embedding, view.get("preprocessing") or "raw")
        drawing = {key: view[key] for key in ("metric", "seed", "n_components") if key in view}
        projection = ec.project(
            embedding, view.get("projector", "umap"), **drawing, **view.get("projector_params", {})
        )
        return embedding, projection


def trained(model, **more):
    params = {**SMALL, **more}
    return {"model": model, "params": params, "corpus": "text.txt", "model_seed": 3}


def in_file(name, **more):
    return {"model": "word-vectors-file", "params": {"path": name, **more}, "projector": "pca"}


def texts(model, source="paraphrases", **more):
    source = Source(sample=source) if isinstance(source, str) else source
    return Case(source, model=model, **{"projector": "pca", **more})


def pictures(name, **params):
    source = Source(path="pictures", modality="image")
    # ResNet-50 resizes before it cuts: a few pixels are rounded to the next level.
    exact = name != "resnet50"
    return Case(source, exact, model=name, params=params, projector="pca", color="label")


ARRAY = Source(path="array.npy", modality="vectors")
TYPED = Source(words='One "day".\n  Two days.\n\n😀 !\nthe the the\nit\'s\nTwo kings.\nA queen.')
TABLE_OF_TEXTS = {"column": "review", "header": "auto", "unit": "sentence"}

CASES = {
    # First: programs of texts keep torchvision away, which these need.
    **{
        f"EfficientNet-Lite0, {layer}": pictures("efficientnet-lite0", layer=layer)
        for layer in ("pooled", "logits", "stem", "block2")
    },
    **{f"ResNet-50, {layer}": pictures("resnet50", layer=layer) for layer in ("layer1", "pooled")},
    "raw pixels": pictures("raw-pixels", side=8),
    "colour histogram": pictures("color-histogram"),
    "CLIP": pictures("hf-clip", model="seen"),
    "glove, UMAP": Case(**GLOVE, seed=5, projector_params={"n_neighbors": 8}, metric="euclidean"),
    "glove, PCA in 3D, a column in colour": Case(
        **GLOVE, projector="pca", n_components=3, color="gender"
    ),
    "glove, axes of other words": Case(
        **GLOVE,
        projector="axes",
        projector_params={"across": "young -> old", "up": "water -> fire"},
        only=ONLY,
        preprocessing="centered",
    ),
    "UMAP by dot": Case(ARRAY, metric="dot"),
    "t-SNE": Case(ARRAY, projector="tsne", exact=False, seed=2),
    "t-SNE by dot": Case(ARRAY, projector="tsne", metric="dot"),
    "random": Case(ARRAY, projector="random", seed=4, metric="manhattan"),
    "MDS": Case(ARRAY, projector="mds", metric="euclidean"),
    "PaCMAP": Case(ARRAY, projector="pacmap"),
    "axes of items": Case(ARRAY, projector="axes", projector_params={"across": "5 -> 7"}),
    "typed words, some unknown, some capital": Case(
        Source(words='King\nqueen, "apple"\n\\n, pear, it\'s, Paris, xqzzy, plum, fig'),
        **GLOVE,
        projector="pca",
    ),
    "two words": Case(Source(words="king, queen"), **GLOVE, projector="umap"),
    "PCA by dot": Case(ARRAY, projector="pca", metric="dot"),
    "only some": Case(**GLOVE, projector="pca", only=ONLY, color="gender"),
    **{how: Case(ARRAY, projector="pca", preprocessing=how) for how in ec.PREPROCESSINGS},
    "whitened, few": Case(
        ARRAY, projector="pca", preprocessing="whitened", only=tuple(map(str, range(20, 8, -1)))
    ),
    "Word2Vec, skip-gram": Case(**trained("word2vec"), projector="pca"),
    "Word2Vec": Case(**trained("word2vec", sg="cbow"), projector="pca"),
    "FastText": Case(**trained("fasttext", bucket=2000), projector="pca"),
    "words in a table": Case(
        Source(path="list.csv", modality="text", options={"column": "thing", "header": "auto"}),
        **GLOVE,
        projector="pca",
        color="group",
    ),
    "words in a text file": Case(
        Source(path="list.txt", modality="text"), **GLOVE, projector="pca"
    ),
    "a binary file of words": Case(**in_file("words.bin")),
    "a text file of words, some read": Case(**in_file("words.txt", limit=30)),
    "a file of words without a first line": Case(**in_file("bare.txt")),
    "MiniLM": texts("minilm-l6", color="pair", projector="umap"),
    "MiniLM, first tokens": texts("minilm-l6", "questions", params={"pooling": "cls"}),
    "MiniLM, typed": texts("minilm-l6", TYPED),
    "MiniLM, a table": texts(
        "minilm-l6",
        Source(path="reviews.csv", modality="text", options=TABLE_OF_TEXTS),
        color="shop",
    ),
    "MiniLM, a document": texts(
        "minilm-l6",
        Source(
            path="notes.md", modality="text", options={"parts": "sentences", "unit": "sentence"}
        ),
    ),
    "BERT": texts("bert-base-uncased", "headlines", params={"pooling": "max"}),
    # Vectors of random weights lie so near each other that rounding changes who is nearest.
    "another transformer, its own pooling": texts("hf-text", params={"model": "mine"}, exact=False),
    "another transformer, another pooling": texts(
        "hf-text", params={"model": "mine", "pooling": "max"}
    ),
    "GloVe, mean": texts("glove-mean", TYPED),
    "GloVe, mean, lines of a file": texts(
        "glove-mean", Source(path="lines.txt", modality="text", options={"unit": "sentence"})
    ),
    "LSA": texts("tfidf-lsa", "topics", params={"dim": 12}, model_seed=4, color="topic"),
    "MFCC": Case(
        Source(sample="recordings"),
        model="mfcc",
        params={"deltas": "2", "n_mfcc": 13, "rate": "16000", "window": 1024, "hop": 256},
        projector="pca",
        color="group",
    ),
    "log-mel": Case(Source(sample="recordings"), model="log-mel", projector="pca", only=SHOWN),
    "voices": Case(
        Source(path="sounds", modality="audio"),
        model="speaker-ge2e",
        params={"pauses": "keep"},
        projector="pca",
        color="label",
    ),
    "tones": Case(Source(sample="tones"), model="mfcc", params={"deltas": "0"}, projector="pca"),
    "digits": Case(Source(sample="digits"), projector="pca", color="digit"),
    "a table of vectors": Case(
        Source(path="vectors.csv", modality="vectors"), projector="pca", color="group"
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, save_tiny_bert, save_tiny_clip):
    """The files that the views are of, beside the built-in ones; models lie there too."""
    folder = tmp_path_factory.mktemp("views")
    for name in ("bert-base-uncased", "mine"):
        save_tiny_bert(folder / name, positions=512)
    (folder / "mine" / "modules.json").write_text(json.dumps(HEAD))
    (folder / "mine" / "1_Pooling").mkdir()
    (folder / "mine" / "1_Pooling" / "config.json").write_text(
        json.dumps({"word_embedding_dimension": 16, "pooling_mode_cls_token": True,
                    "pooling_mode_mean_tokens": False})
    )  # fmt: skip
    save_tiny_clip(folder / "seen")
    save_pictures(folder / "pictures")
    (folder / "samples").symlink_to(ROOT / "samples")
    for name in SOUNDS:
        kept = folder / "sounds" / name.split("_")[0] / f"{name}.flac"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.symlink_to(ROOT / "samples" / "audio" / "recordings" / kept.name)
    (folder / "text.txt").write_text(TEXT)
    (folder / "list.csv").write_text(
        "number;thing;group\n1;king;a\n2; queen ;a\n3;;b\n4;Paris;b\n5;nan;b\n6;null;a\n7;plum;a\n"
    )
    (folder / "list.txt").write_text("\ufeffking, queen\npear;plum\n\n king\tapple,fig")
    (folder / "reviews.csv").write_text(
        "stars;review;shop\n1; It  broke.;a\n2;;b\n3;'Fine', they said.;b\n4;"
        + "Good. " * 40
        + ";a\n"
    )
    (folder / "lines.txt").write_text("One day.\n\nTwo  days.\nThe king\u2028sleeps.\nxqzzy\n")
    (folder / "notes.md").write_text("# Tea\n\nGreen *tea*. Black\ntea.\n\n- Oolong.\n")
    words = [str(payload.load()) for payload in ec.SAMPLES["royalty"].read().payloads]
    keyed = KeyedVectors(6)
    keyed.add_vectors(words[5:], np.random.default_rng(0).normal(size=(len(words) - 5, 6)))
    keyed.save_word2vec_format(folder / "words.bin", binary=True)
    keyed.save_word2vec_format(folder / "words.txt")
    keyed.save_word2vec_format(folder / "bare.txt", write_header=False)
    array = np.random.default_rng(1).normal(size=(40, 5))
    array[3, 2] = np.nan
    np.save(folder / "array.npy", array.astype(">f8"))
    lines = [f"i{i},{'ab'[i % 2]},{','.join(map(str, row))}" for i, row in enumerate(array[4:])]
    (folder / "vectors.csv").write_text("id,group,x,y,z,v,w\n" + "\n".join(lines))
    return folder


def save_pictures(folder):
    """Save soft noise in two groups, of a size that is cut in the middle without resizing."""
    rng = np.random.default_rng(0)
    for at in range(9):
        few = rng.integers(0, 256, (4 + at % 2, 4, 3), dtype=np.uint8)
        picture = Image.fromarray(few).resize((256, 256), Image.Resampling.BICUBIC)
        path = folder / "ab"[at % 2] / f"{at}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path)


def save_resnet(folder):
    """Save a ResNet-50 of random weights where torch keeps those that it fetched."""
    import torch

    from embedding_core.runtime import torchvision

    path = folder / "hub" / "checkpoints" / "resnet50-11ad3fa6.pth"
    path.parent.mkdir(parents=True)
    torch.manual_seed(0)
    torch.save(torchvision().models.resnet50(weights=None).state_dict(), path)


@pytest.fixture(scope="module", autouse=True)
def models(folder):
    save_resnet(folder / "torch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCH_HOME", str(folder / "torch"))
        patch.setenv("EMBEDDING_MODELS_DIR", str(folder))
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="module")
def left(folder, models):
    """What every program leaves, all run in one new process."""
    import pickle

    files = {}
    for at, (name, case) in enumerate(CASES.items()):
        files[name] = folder / f"view{at}.py"
        files[name].write_text(case.program(folder), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, *map(str, files.values())],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {
        name: pickle.loads(path.with_suffix(".pickle").read_bytes()) for name, path in files.items()
    }


@pytest.mark.parametrize("name", CASES)
# gensim leaves a file without a first line open.
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_a_program_finds_what_is_on_screen(name, left, folder):
    case, found = CASES[name], left[name]
    assert not isinstance(found, str), found
    embedding, projection = case.ours(folder)
    assert tuple(found["names"]) == embedding.ids
    length = np.linalg.norm(embedding.vectors, axis=1).mean()
    near = (2e-5 if case.exact else 1e-4) * max(1, length)
    np.testing.assert_allclose(found["vectors"], embedding.vectors, atol=near)
    quality = ec.quality(embedding, projection)
    if case.exact:
        scale = np.abs(projection.coords).max()
        np.testing.assert_allclose(found["coords"] / scale, projection.coords / scale, atol=2e-3)
        off = 0.004
    else:
        # Rounding grows round by round; the picture is the same one, to the eye.
        off = 0.03
        turned = ec.align(np.float32(found["coords"]), projection.coords)
        shift = np.linalg.norm(turned - projection.coords, axis=1)
        assert np.median(shift) < 0.25 * projection.coords.std()
    if quality is not None:
        assert found["trust"] == pytest.approx(quality.trustworthiness, abs=off)
        assert found["kept"] == pytest.approx(quality.neighbor_recall, abs=2 * off)


def test_the_picture_is_coloured_as_on_screen(left, folder):
    assert not isinstance(left["digits"], str)
    page = (folder / "map.html").read_text(encoding="utf-8")
    assert "plotly" in page
    program = CASES["only some"].program(folder)
    assert 'order = ["female", "male"]' in program
    assert '"#0072b2", "#e69f00"' in program


def test_columns_stay_beside_their_items(left):
    found = left["only some"]
    table = ec.SAMPLES["royalty"].read().table
    expected = table.set_index(np.array(ec.SAMPLES["royalty"].read().ids))["gender"]
    assert found["table"]["gender"] == expected[list(found["names"])].tolist()


@pytest.mark.parametrize("name", CASES)
def test_a_program_is_short_and_reads_well(name, folder):
    program = CASES[name].program(folder)
    lines = program.splitlines()
    assert len(lines) < 100
    assert max(map(len, lines)) < 110
    # Our own library only where it says so.
    assert ("embedding_core" in program) == ("ur engine" in program or "ur reader" in program)


def test_where_a_file_lay_is_not_told(folder):
    view = CASES["a binary file of words"].view
    params = {"path": str(folder / "words.bin")}
    assert str(folder) not in snippet(ROYALTY, **{**view, "params": params})


def test_texts_of_others_are_texts_in_the_program():
    """What a person typed or called a file is data, however it looks."""
    evil = 'king"]); open("hit", "w"); print(["'
    for source in (
        Source(words=f'king, queen, {evil}\n\\\', """, apple, pear'),
        Source(path='x"); open("hit", "w"); ("', modality="vectors"),
        Source(path="x\nopen('hit', 'w').npy", modality="vectors"),
    ):
        model = GLOVE if source.words else {}
        program = snippet(source, **model, projector="pca", color='"); open("hit", "w"); ("')
        tree = ast.parse(program)
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert not [f for f in calls if isinstance(f, ast.Name) and f.id == "open"]
        comments = [line for line in program.splitlines() if line.startswith("#")]
        assert sum("hit" in line for line in comments) <= 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "glov"},
        {"projector": "umapp"},
        {"preprocessing": "whiter"},
        {"source": Source(sample="royalti")},
    ],
    ids=["model", "projector", "preprocessing", "sample"],
)
def test_it_names_only_what_there_is(wrong):
    with pytest.raises(UnknownNameError):
        snippet(**{"source": ROYALTY, **wrong})
