"""Models of pictures: what they see is what their publishers say, whatever file the weights are."""

from __future__ import annotations

import io
import pickle
import threading

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_images

import embedding_core as ec
from embedding_core import checkpoints, kept, reach
from embedding_core.checkpoints import Checkpoint
from embedding_core.clip import Clip
from embedding_core.collection import digest_of
from embedding_core.embedders import clip as clip_family
from embedding_core.embedders import efficientnet, torchvision_cnn
from embedding_core.errors import (
    Cancelled,
    InputError,
    ModelLoadError,
    UnreadableItemError,
)
from embedding_core.framing import Framing
from embedding_core.models import (
    Classifier,
    Layered,
    LinearHead,
    SpatialMaps,
    Stepwise,
    TextQuery,
)
from embedding_core.picture_batches import decoded
from embedding_core.runtime import timm, torchvision
from embedding_core.torchvision_network import open_network
from embedding_core.weights import Available, Fetchable, Missing

NETWORK = "shufflenet_v2_x0_5"


class Shown:
    """A payload that is a picture in memory."""

    def __init__(self, picture):
        self.picture = picture
        self.n_loads = 0

    def digest(self):
        return digest_of(self.picture.tobytes(), str(self.picture.size))

    def load(self, edge=None):
        self.n_loads += 1
        return self.picture


class Damaged(Shown):
    def load(self, edge=None):
        raise UnreadableItemError("torn.jpg", "it ends in the middle; bring it anew.")


def noise(width, height, seed=0):
    """Return soft noise: a few random colours, enlarged."""
    few = np.random.default_rng(seed).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    return Image.fromarray(few).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def photos():
    """The two photos that scikit-learn brings: a temple and a flower."""
    return {
        name.removesuffix(".jpg"): Shown(Image.fromarray(pixels))
        for name, pixels in zip(
            ("china.jpg", "flower.jpg"), load_sample_images().images, strict=True
        )
    }


@pytest.fixture(scope="module")
def lite():
    return ec.load("efficientnet-lite0")


@pytest.fixture
def models(tmp_path, monkeypatch):
    """An empty folder for models, and an empty cache of torch's and the hub's."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("EMBEDDING_MODELS_DIR", str(folder))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("EMBEDDING_LOCAL", raising=False)
    yield folder
    reach._answers.clear()
    kept.forget()


def save_network(folder, name, file=None):
    torch.manual_seed(0)
    model = torchvision().models.get_model(name, weights=None)
    path = folder / (file or checkpoints.checkpoints()[name][0].file)
    torch.save(model.state_dict(), path)
    return path, model.eval()


# --- framing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(80, 50), (50, 81), (64, 64), (33, 500), (20, 31)])
@pytest.mark.parametrize(("resize", "bicubic"), [(32, True), (41, False)])
def test_pictures_are_cut_as_torchvision_cuts_them(size, resize, bicubic):
    transforms = torchvision().transforms
    modes = transforms.InterpolationMode
    picture = noise(*size)
    mode = modes.BICUBIC if bicubic else modes.BILINEAR
    theirs = transforms.functional.resize(picture, resize, interpolation=mode)
    theirs = np.asarray(transforms.functional.center_crop(theirs, 32)).astype(int)
    ours = Framing(32, resize, (0.0,) * 3, (1.0,) * 3, bicubic).cut(picture)
    # They round to whole levels between cutting and after resizing.
    assert np.abs(ours.pixels - theirs).max() <= 3
    assert np.abs(ours.pixels - theirs).mean() < 0.3


def test_the_box_is_where_the_pixels_come_from():
    """Each pixel of a wide picture tells its own column."""
    columns = np.broadcast_to(np.arange(200, dtype=np.uint8), (100, 200))
    picture = Image.fromarray(np.repeat(columns[..., None], 3, axis=2))
    framing = Framing(80, 100, (0.0,) * 3, (1.0,) * 3)
    for framed in (framing.cut(picture), framing.at(40).cut(picture)):
        left, top, right, bottom = framed.box
        assert (left, top, right, bottom) == pytest.approx((0.3, 0.1, 0.7, 0.9))
        assert framed.pixels[0, 0, 0] == pytest.approx(left * 200, abs=1)
        assert framed.pixels[0, -1, 0] == pytest.approx(right * 200, abs=2)
    whole = framing.at(None, whole=True).cut(picture)
    assert whole.box == (0, 0, 1, 1)
    assert whole.pixels.shape == (80, 80, 3)
    assert whole.pixels[0, -1, 0] >= 197


def test_a_strip_needs_no_memory():
    framed = efficientnet.FRAMING.cut(noise(1, 5_000))
    assert framed.pixels.shape == (224, 224, 3)
    assert framed.box[1] == pytest.approx(0.5, abs=1e-3)


# --- batches ------------------------------------------------------------------------------------


def test_decoding_stays_a_bounded_number_ahead_and_stops_with_who_asks():
    loaded = []
    lock = threading.Lock()

    def prepare(payload):
        with lock:
            loaded.append(payload)
        return payload

    steps = decoded(range(1_000), prepare, 4)
    first = next(steps)
    assert (first.places, first.items) == (range(4), [0, 1, 2, 3])
    assert len(loaded) <= 12
    steps.close()
    assert len(loaded) <= 12
    found = [item for batch in decoded(range(10), prepare, 4) for item in batch.items]
    assert found == list(range(10))
    assert list(decoded([], prepare)) == []


def test_what_cannot_be_read_is_missing_and_what_is_our_fault_is_told():
    def prepare(payload):
        if payload == 1:
            raise UnreadableItemError("b.png", "it is torn.")
        return payload

    batch = next(decoded([0, 1, 2], prepare))
    assert (batch.read, batch.items, batch.missing) == ([0, 2], [0, 2], {1: "it is torn."})
    rows = batch.spread(np.ones((2, 3), np.float32), (3,))
    assert rows.sum(axis=1).tolist() == [3, 0, 3]
    assert batch.spread(None, (3,)).sum() == 0
    with pytest.raises(ZeroDivisionError):
        next(decoded([0], lambda payload: 1 / payload))


# --- EfficientNet-Lite0 -------------------------------------------------------------------------


def test_known_pictures_have_known_classes(lite, photos):
    """The weights are in their places, and pictures are prepared as in training."""
    likely = lite.probabilities([*photos.values()]).values
    assert likely.sum(axis=1) == pytest.approx(1)
    best = [lite.classes[at] for at in likely.argmax(axis=1)]
    assert best == ["palace", "daisy"]
    assert len(lite.classes) == 1_000


def test_tensors_go_where_timm_has_the_same_ones():
    path = efficientnet.packaged_file(efficientnet._PACKAGE, efficientnet._FILE)
    ours = torch.load(path, weights_only=True)
    theirs = timm().create_model("tf_efficientnet_lite0").state_dict()
    renamed = {efficientnet._renamed(key): value for key, value in ours.items()}
    # Both list them in the order in which they are used, under their own names.
    assert list(renamed) == list(theirs)
    assert all(renamed[key].shape == theirs[key].shape for key in theirs)


def test_every_layer_says_how_long_its_vectors_are(lite):
    assert lite.network.dims == efficientnet._DIMS


@pytest.mark.parametrize("layer", efficientnet._SEEN)
def test_a_layer_sees_as_many_pixels_as_is_said(lite, layer):
    """Only pixels within sight of a value have a gradient to it."""
    model = lite.network.model
    picture = torch.rand(1, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    picture.requires_grad_()
    n_blocks = int(layer[-1]) if layer != "stem" else 0
    found = model.blocks[:n_blocks](model.bn1(model.conv_stem(picture)))
    lite.network._caught.clear()
    middle = found.shape[2] // 2
    found[0, :, middle, middle].sum().backward()
    for others in ((0, 1), (0, 2)):
        seen = np.flatnonzero(picture.grad[0].abs().numpy().sum(axis=others))
        assert seen[-1] - seen[0] + 1 == efficientnet._SEEN[layer]


def test_the_mean_of_a_grid_is_the_vector_at_every_layer(photos):
    pictures = [*photos.values()]
    for layer in ("block3", "pooled"):
        encoder = ec.load("efficientnet-lite0", layer=layer)
        assert isinstance(encoder, SpatialMaps)
        assert encoder.pools_by_mean
        grids = encoder.grids(pictures)
        mean = grids.vectors.mean(axis=(1, 2))
        np.testing.assert_allclose(mean, encoder.embed(pictures).vectors, atol=1e-5, rtol=1e-4)
    assert grids.vectors.shape == (2, 7, 7, 1280)
    # Photos are 640 x 427: cut is the middle seven eighths of the shorter side.
    height = 7 / 8
    width = height * 427 / 640
    middle = [(1 - width) / 2, (1 - height) / 2, (1 + width) / 2, (1 + height) / 2]
    np.testing.assert_allclose(grids.boxes, [middle] * 2, atol=2e-3)


def test_larger_pictures_give_finer_grids_and_whole_ones_cover_everything(lite, photos):
    pictures = [*photos.values()]
    fine = lite.grids(pictures, edge=320, whole=True)
    assert fine.vectors.shape == (2, 10, 10, 1280)
    assert fine.boxes.tolist() == [[0, 0, 1, 1]] * 2
    nothing = lite.grids([])
    assert (len(nothing.vectors), len(nothing.boxes)) == (0, 0)
    steps = list(lite.grid_steps([pictures[0], Damaged(noise(5, 5)), pictures[1]]))
    assert [list(places) for places, _ in steps] == [[0, 1, 2]]
    assert steps[0][1].missing == {1: "it ends in the middle; bring it anew."}
    assert not steps[0][1].vectors[1].any()


def test_logits_are_features_times_the_head(lite, photos):
    assert isinstance(lite, LinearHead)
    weights, bias = lite.head()
    pictures = [*photos.values()]
    logits = ec.load("efficientnet-lite0", layer="logits")
    by_hand = lite.embed(pictures).vectors @ weights.T + bias
    np.testing.assert_allclose(by_hand, logits.embed(pictures).vectors, atol=1e-4, rtol=1e-4)
    assert not isinstance(logits, SpatialMaps | LinearHead)
    assert not isinstance(ec.load("efficientnet-lite0", layer="block2"), LinearHead)
    assert isinstance(lite, Classifier | Stepwise | Layered)


def test_one_bad_picture_loses_none_of_the_others(lite):
    pictures = [Shown(noise(40, 30, seed=at)) for at in range(2)]
    both = [pictures[0], Damaged(noise(5, 5)), pictures[1]]
    encoded = lite.embed(both)
    assert encoded.missing == {1: "it ends in the middle; bring it anew."}
    assert not encoded.vectors[1].any()
    alone = lite.embed(pictures).vectors
    np.testing.assert_allclose(encoded.vectors[[0, 2]], alone, atol=1e-5)
    likely = lite.probabilities(both)
    assert likely.missing == encoded.missing
    assert likely.values.sum(axis=1).tolist() == pytest.approx([1, 0, 1])
    assert lite.embed(both[1:2]).vectors.shape == (1, 1280)
    assert lite.embed([]).vectors.shape == (0, 1280)


def pictures_of(payloads):
    names = [f"p{at}" for at in range(len(payloads))]
    return ec.Collection.of(names, payloads, modality="image")


def test_all_layers_come_of_one_pass(photos):
    payloads = [*photos.values(), Damaged(noise(5, 5))]
    kept.forget()
    before = [payload.n_loads for payload in payloads[:2]]
    told = []
    found = ec.embed_layers(
        pictures_of(payloads),
        "efficientnet-lite0",
        progress=lambda done, n, what: told.append((done, n, what)),
    )
    assert [payload.n_loads for payload in payloads[:2]] == [at + 1 for at in before]
    assert told == [(3, 3, "items embedded")]
    assert {layer: each.dim for layer, each in found.items()} == efficientnet._DIMS
    assert list(found) == list(efficientnet._DIMS)
    kept.forget()
    for layer in ("block2", "pooled"):
        alone = ec.embed(pictures_of(payloads), "efficientnet-lite0", layer=layer)
        assert alone.space == found[layer].space
        assert alone.dropped == found[layer].dropped
        np.testing.assert_allclose(alone.vectors, found[layer].vectors, atol=1e-5)
    assert len({each.space for each in found.values()}) == len(found)
    with pytest.raises(Cancelled):
        ec.embed_layers(
            pictures_of([Shown(noise(9, 9, 5))]), "efficientnet-lite0", cancel=lambda: True
        )
    with pytest.raises(InputError, match="raw-pixels gives no vectors of its layers"):
        ec.embed_layers(pictures_of(payloads), "raw-pixels")


def test_layers_by_name_only(lite):
    with pytest.raises(InputError, match="layer got 'block9'; it takes one of: stem"):
        ec.load("efficientnet-lite0", layer="block9")
    with pytest.raises(InputError, match="no layer called 'early'; choose one of: stem"):
        list(lite.layer_steps([], ["early"]))


# --- torchvision --------------------------------------------------------------------------------


def test_the_list_of_weights_is_torchvisions():
    models = torchvision().models
    names = models.list_models(module=models)
    assert sorted(checkpoints.checkpoints()) == sorted(names)
    for name, listed in checkpoints.checkpoints().items():
        weights = models.get_model_weights(name)
        theirs = {each.name: each for each in weights if each.meta["categories"]}
        assert {each.weights for each in listed} == set(theirs)
        assert listed[0].weights == weights.DEFAULT.name
        for each in listed:
            assert theirs[each.weights].url == checkpoints.SERVER + each.file
            n_bytes = theirs[each.weights].meta["_file_size"] * 2**20
            assert each.megabytes == pytest.approx(n_bytes / 1e6, abs=1)


@pytest.mark.parametrize(
    ("name", "dim", "by_mean", "layers"),
    [
        (NETWORK, 1024, True, ("early", "middle", "late")),
        ("densenet121", 1024, True, ("early", "middle", "late")),
        ("squeezenet1_1", 512, True, ("early", "middle", "late")),
        ("mobilenet_v3_small", 1024, False, ("early", "middle", "late")),
        ("mnasnet0_5", 1280, True, ("early", "middle", "late")),
    ],
)
def test_any_network_gives_what_torchvision_gives(tmp_path, name, dim, by_mean, layers):
    path, model = save_network(tmp_path, name)
    checkpoint = checkpoints.checkpoints()[name][0]
    network = open_network(name, checkpoint, path)
    assert network.blocks == layers
    assert network.dims["pooled"] == dim
    assert network.pools_by_mean == by_mean
    # Through torchvision's own transforms.
    picture = noise(300, 260)
    preset = torchvision().models.get_model_weights(name)[checkpoint.weights].transforms()
    with torch.inference_mode():
        theirs = model(preset(picture)[None]).numpy()
    ours = network.vectors(network.framing.cut(picture).pixels[None].copy(), ["logits"])["logits"]
    # Cutting before resizing rounds some pixels to the next level.
    scale = np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs, atol=0.02 * scale)


def test_resnet50_gives_features_logits_and_layers_of_ones_own_file(models, photos):
    spec = ec.EMBEDDERS["resnet50"]
    settings = {"layer": "pooled"}
    state = spec.availability(settings)
    assert state == Missing(
        "resnet50-11ad3fa6.pth (103 MB) is not on this machine.",
        f"Put https://download.pytorch.org/models/resnet50-11ad3fa6.pth into {models}, or start "
        "with EMBEDDING_LOCAL=1 to have it fetched.",
    )
    items = pictures_of([*photos.values()])
    with pytest.raises(ModelLoadError, match=r"ResNet-50 is not on this machine: resnet50-11ad"):
        ec.embed(items, "resnet50")
    _, model = save_network(models, "resnet50")
    assert spec.availability(settings) == Available()
    pooled, logits = ec.embed(items, "resnet50"), ec.embed(items, "resnet50", layer="logits")
    assert (pooled.dim, logits.dim) == (2048, 1000)
    head = model.fc.weight.detach().numpy(), model.fc.bias.detach().numpy()
    np.testing.assert_allclose(pooled.vectors @ head[0].T + head[1], logits.vectors, atol=1e-3)
    assert pooled.model.network is logits.model.network
    assert pooled.model.network.dims == torchvision_cnn._RESNET_LAYERS
    assert spec.relative in ec.EMBEDDERS
    assert spec.differs


def test_older_weights_bring_their_own_preparation(models):
    newer, older = checkpoints.checkpoints()["mobilenet_v2"]
    assert (newer.weights, older.weights) == ("IMAGENET1K_V2", "IMAGENET1K_V1")
    path, _ = save_network(models, "mobilenet_v2", older.file)
    assert checkpoints.find("mobilenet_v2") == (older, path)
    assert open_network("mobilenet_v2", older, path).framing.resize == 256
    assert open_network("mobilenet_v2", newer, path).framing.resize == 232


def test_weights_of_torchs_own_cache_are_found(models, tmp_path):
    folder = tmp_path / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    path, _ = save_network(folder, NETWORK)
    assert checkpoints.find(NETWORK)[1] == path
    encoder = ec.load("torchvision-cnn", model=NETWORK, layer="early")
    assert encoder.embed([Shown(noise(40, 40))]).vectors.shape == (1, 24)


def test_other_weights_are_another_space(models):
    spec = ec.EMBEDDERS["torchvision-cnn"]
    settings = {"model": NETWORK, "layer": "pooled"}
    spaces = {spec.space(settings)}
    path, _ = save_network(models, NETWORK)
    spaces |= {spec.space(settings), spec.space({**settings, "layer": "late"})}
    torch.save({"another": torch.zeros(3)}, path)
    spaces.add(spec.space(settings))
    assert len(spaces) == 4


class _Code:
    def __reduce__(self):
        return eval, ("open('/nowhere/at/all')",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is damaged"),
        (b"PK\x03\x04 and no more", "is damaged"),
        (
            pickle.dumps(_Code(), protocol=2),
            "holds more than numbers, or is damaged, and is not opened",
        ),
        ("cut", "is damaged"),
        ({"fc.weight": torch.zeros(2, 3)}, "1 have another shape"),
        ({"more": torch.zeros(1)}, "tensors are missing, 1 are not of this network"),
        ({"epoch": 3}, "is no state dict"),
        (torch.zeros(3), "is no state dict"),
    ],
)
def test_files_that_are_no_weights_are_refused_in_a_sentence(models, content, said):
    path, _ = save_network(models, NETWORK)
    if isinstance(content, str):
        path.write_bytes(path.read_bytes()[:100_000])
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(ModelLoadError, match=said) as problem:
        ec.load("torchvision-cnn", model=NETWORK)
    assert path.name in str(problem.value)


def test_a_network_without_maps_says_so(models):
    save_network(models, "swin_t")
    encoder = ec.load("torchvision-cnn", model="swin_t")
    assert not isinstance(encoder, SpatialMaps)
    assert encoder.dim == 768
    assert encoder.probabilities([Shown(noise(40, 40))]).values.sum() == pytest.approx(1)
    with pytest.raises(InputError, match="swin_t has no layer called 'early'"):
        ec.load("torchvision-cnn", model="swin_t", layer="early")


def test_weights_are_fetched_only_where_that_is_allowed(models, tmp_path, monkeypatch):
    spec, settings = ec.EMBEDDERS["torchvision-cnn"], {"model": NETWORK, "layer": "pooled"}
    source, _ = save_network(tmp_path, NETWORK)
    fetched = []

    def download(url, path, prefix, progress):
        fetched.append((url, prefix))
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(source.read_bytes())

    monkeypatch.setattr("torch.hub.download_url_to_file", download)
    monkeypatch.setattr(reach, "is_reached", lambda url: pytest.fail("the network was touched"))
    assert isinstance(spec.availability(settings), Missing)
    with pytest.raises(ModelLoadError):
        checkpoints.fetch(NETWORK)
    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    assert spec.availability(settings) == Fetchable("6 MB")
    asked = []
    monkeypatch.setattr(reach, "is_reached", lambda url: bool(asked.append(url)))
    for _ in range(3):
        with pytest.raises(ModelLoadError, match=r"shufflenetv2_x0.5-f707e7126e.pth \(6 MB\) is"):
            checkpoints.fetch(NETWORK)
    assert asked == [checkpoints.SERVER]
    state = spec.availability(settings)
    assert isinstance(state, Missing)
    assert "download.pytorch.org cannot be reached" in state.reason
    reach._answers.clear()
    monkeypatch.setattr(reach, "is_reached", lambda url: True)
    assert checkpoints.fetch(NETWORK)[1].read_bytes() == source.read_bytes()
    file = checkpoints.checkpoints()[NETWORK][0].file
    assert fetched == [(checkpoints.SERVER + file, "f707e7126e")]
    assert spec.availability(settings) == Available()


def test_a_download_that_fails_is_a_sentence(models, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("invalid hash value")

    monkeypatch.setenv("EMBEDDING_LOCAL", "1")
    monkeypatch.setattr(reach, "is_reached", lambda url: True)
    monkeypatch.setattr("torch.hub.download_url_to_file", fail)
    with pytest.raises(ModelLoadError, match=r"could not be fetched \(RuntimeError\); try again"):
        checkpoints.fetch("alexnet")


def test_sizes_are_readable():
    assert Checkpoint("A", "a.pth", 98).size == "98 MB"
    assert Checkpoint("A", "a.pth", 2581).size == "2.6 GB"


# --- CLIP ---------------------------------------------------------------------------------------


@pytest.fixture
def tiny(models, save_tiny_clip):
    folder = save_tiny_clip(models / "clip-vit-base-patch32")
    yield folder
    clip_family._LOADED.clear()


def test_pictures_and_texts_share_a_space_and_are_as_transformers_give_them(tiny):
    from embedding_core.runtime import transformers

    package = transformers()
    picture = noise(90, 60)
    seen = ec.embed(pictures_of([Shown(picture)]), "clip-vit-b32")
    texts = ["a cat", "two dogs and more"]
    read = ec.embed(ec.sentences("\n".join(texts)), "clip-vit-b32-text")
    assert seen.space == read.space
    assert seen.model.clip is read.model.clip
    model = package.CLIPModel.from_pretrained(tiny).eval()
    tokens = package.AutoTokenizer.from_pretrained(tiny)(
        texts, padding=True, truncation=True, max_length=16, return_tensors="pt"
    )
    prepare = package.AutoImageProcessor.from_pretrained(tiny)
    with torch.inference_mode():
        pixels = prepare(images=picture, return_tensors="pt")["pixel_values"]
        theirs = model.get_image_features(pixel_values=pixels).pooler_output.numpy()
        theirs_read = model.get_text_features(**tokens).pooler_output.numpy()
    np.testing.assert_allclose(seen.vectors, theirs, atol=0.02)
    np.testing.assert_allclose(read.vectors, theirs_read, atol=1e-5)
    assert isinstance(seen.model, TextQuery)
    np.testing.assert_allclose(seen.model.embed_text("a cat"), read.vectors[0], atol=1e-6)
    with pytest.raises(InputError, match="An empty text"):
        seen.model.embed_text("  ")


def test_long_texts_are_cut_and_empty_ones_missing(tiny):
    encoder = ec.load("clip-vit-b32-text")
    words = ["a cat", "", "abcdefgh ijklmnop", "abcdefgh ijklmnop qrstuvw"]
    encoded = encoder.embed([ec.collection.Text(word) for word in words])
    assert encoded.missing == {1: "it is empty."}
    assert encoded.notes == {
        2: "cut to its first 16 of 18 tokens",
        3: "cut to its first 16 of 25 tokens",
    }
    # What was cut off does not matter.
    np.testing.assert_allclose(encoded.vectors[2], encoded.vectors[3], atol=1e-6)
    alone = [encoder.embed_text(word) for word in ("a cat", words[3])]
    np.testing.assert_allclose(alone, encoded.vectors[[0, 3]], atol=1e-6)


def test_a_picture_that_cannot_be_read_is_missing_in_clip_too(tiny):
    encoder = ec.load("clip-vit-b32")
    encoded = encoder.embed([Damaged(noise(4, 4)), Shown(noise(50, 50))])
    assert list(encoded.missing) == [0]
    assert not encoded.vectors[0].any()
    assert encoded.vectors[1].any()
    assert encoder.nbytes > 0


def test_a_clip_of_ones_own_by_name_and_in_older_files(models, save_tiny_clip):
    from safetensors.torch import load_file

    folder = save_tiny_clip(models / "mine", seed=3)
    new = ec.load("hf-clip", model="mine").embed([Shown(noise(50, 50))]).vectors
    clip_family._LOADED.clear()
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    kept.forget()
    old = ec.load("hf-clip", model="mine").embed([Shown(noise(50, 50))]).vectors
    np.testing.assert_allclose(old, new, atol=1e-6)
    texts = ec.EMBEDDERS["hf-clip-text"]
    assert texts.space({"model": "mine"}) == ec.EMBEDDERS["hf-clip"].space({"model": "mine"})
    clip_family._LOADED.clear()


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("preprocessor_config.json", "has no preprocessor_config.json; copy the whole folder"),
        ("model.safetensors", r"has no weights \(model.safetensors\)"),
    ],
)
def test_a_clip_with_a_part_missing_says_which(tiny, lost, said):
    (tiny / lost).unlink()
    with pytest.raises(ModelLoadError, match=said):
        Clip.open(tiny, "CLIP")


def test_what_is_no_clip_is_refused(tiny, models, save_tiny_bert):
    bert = save_tiny_bert(models / "bert")
    (bert / "preprocessor_config.json").write_text("{}")
    with pytest.raises(ModelLoadError, match="bert is a model of the kind bert, not a CLIP"):
        Clip.open(bert, "bert")
    (tiny / "preprocessor_config.json").write_text('{"size": 3}')
    with pytest.raises(ModelLoadError, match="CLIP cannot be loaded"):
        Clip.open(tiny, "CLIP")
    (tiny / "model.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ModelLoadError, match="CLIP cannot be loaded"):
        Clip.open(tiny, "CLIP")


def test_a_clip_that_is_not_here_offers_its_relative(models):
    for name in ("clip-vit-b32", "clip-vit-b32-text"):
        spec = ec.EMBEDDERS[name]
        state = spec.availability({})
        assert isinstance(state, Missing)
        assert "605 MB" in state.reason
        assert ec.EMBEDDERS[spec.relative].modality == spec.modality
        assert spec.differs


# --- baselines ----------------------------------------------------------------------------------


def flat(*colors):
    """Return a picture of vertical stripes of equal width."""
    stripes = np.array(colors, dtype=np.uint8)[None].repeat(60, axis=0)
    return Image.fromarray(stripes.repeat(60 // len(colors), axis=1))


def test_raw_pixels_are_the_pixels():
    encoder = ec.load("raw-pixels", side=4)
    vectors = encoder.embed([Shown(flat((255, 0, 0), (0, 0, 255)))]).vectors.reshape(4, 4, 3)
    assert vectors[:, :2].tolist() == [[[1, 0, 0]] * 2] * 4
    assert vectors[:, 2:].tolist() == [[[0, 0, 1]] * 2] * 4
    assert ec.EMBEDDERS["raw-pixels"].dim({"side": 4}) == 48


def test_a_color_histogram_counts_shares_and_knows_no_places():
    red, blue, grey = (255, 0, 0), (0, 0, 255), (128, 128, 128)
    pictures = [flat(red, blue), flat(blue, red), flat(red, red, red, blue), flat(grey)]
    vectors = ec.load("color-histogram").embed([Shown(each) for each in pictures]).vectors
    np.testing.assert_allclose((vectors**2).sum(axis=1), 1, atol=1e-6)
    # The Bhattacharyya coefficient of the shares, by hand.
    expected = np.sqrt(0.5 * 0.75) + np.sqrt(0.5 * 0.25)
    likeness = vectors @ vectors.T
    assert likeness[0, 1] == pytest.approx(1)
    assert likeness[0, 2] == pytest.approx(expected, abs=1e-6)
    assert likeness[0, 3] == 0
    # Size changes no share.
    large = flat(red, blue).resize((600, 600), Image.Resampling.NEAREST)
    again = ec.load("color-histogram").embed([Shown(large)]).vectors
    np.testing.assert_allclose(again[0], vectors[0], atol=0.01)


def test_baselines_name_what_they_cannot_read():
    for name in ("raw-pixels", "color-histogram"):
        encoded = ec.load(name).embed([Damaged(noise(3, 3)), Shown(noise(1, 1))])
        assert list(encoded.missing) == [0]
        assert np.isfinite(encoded.vectors).all()


def test_real_files_through_the_front_door(photos):
    files = {}
    for name, shown in photos.items():
        file = io.BytesIO()
        shown.picture.save(file, "JPEG", quality=95)
        files[f"{name}.jpg"] = file.getvalue()
    items = ec.read(files)
    assert items.modality == "image"
    found = ec.embed(items, "efficientnet-lite0")
    direct = ec.load("efficientnet-lite0").embed([*photos.values()]).vectors
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)  # noqa: E731
    # Compressed, decoded at a smaller size, and still the same picture.
    assert (unit(found.vectors) * unit(direct)).sum(axis=1).min() > 0.98
