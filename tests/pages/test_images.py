"""The Images page: where pictures come from, its questions, copies, bad input."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

import embedding_core as ec
from embedding_core.alignment import aligned
from embedding_core.columns import column
from embedding_core.samples import samples_dir
from ui.images import layers as layers_page

IMAGES = "pages/images.py"
MODEL = "efficientnet-lite0"
EMOJI = samples_dir() / "images" / "emoji"
GROUPS = ("bird", "car", "fruit", "insect", "mammal", "sea-animal")


def png(seed=0, size=(40, 30)):
    """A picture of colours that nobody else has."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    return encoded(Image.fromarray(pixels))


def encoded(image, kind="PNG"):
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def zipped(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def uploaded(page, files, **link):
    """Open the page, bring files, and return it as it then is."""
    shown = page(IMAGES, data="uploaded", **{"map": "pca", "model": "color-histogram", **link})
    shown.file_uploader[0].set_value([(name, data, "") for name, data in files.items()])
    return shown.run()


def frame(page, name):
    """The table that has a column called `name`."""
    return next(table.value for table in page.dataframe if name in table.value.columns)


def button(page, label):
    return next(each for each in page.button if label in each.label)


# --- where pictures come from --------------------------------------------------------------------


@pytest.mark.parametrize(("sample", "model"), [("emoji", MODEL), ("digit-pictures", "raw-pixels")])
def test_every_built_in_set_opens(page, sample, model):
    shown = page(IMAGES, data=sample, model=model, map="pca")
    assert not shown.errors
    embedding = ec.embed(ec.SAMPLES[sample].read(), model)
    matrix = ec.similarity(embedding)
    np.fill_diagonal(matrix, -1)
    best = f"{matrix.max():.3f}".replace("0.", ".", 1)
    assert f"Of {len(embedding):,} items" in shown.headline
    assert shown.headline.endswith(f"are nearest to each other ({best})")


def test_limits_are_told_before_anything_is_brought(page):
    shown = page(IMAGES, data="uploaded")
    told = shown.info[0].value.replace("\\", "")
    assert "several at once, or a ZIP of them, whose folders become labels" in told
    assert "120 megapixels, a ZIP 10,000 files" in told


def test_folders_of_a_zip_become_labels_and_colours(page):
    files = {f"{group}/{at}.png": png(7 * at) for at, group in enumerate("aabb")}
    shown = uploaded(page, {"mine.zip": zipped(files)})
    assert "Of 4 items" in shown.headline
    assert shown.selectbox(key="images:color").value == "label"
    shown = uploaded(page, {"a.png": png(1), "b.png": png(2)}, side="probe")
    assert "folders become labels; here no column tells items apart" in shown.text


def test_files_of_the_same_name_from_two_cameras_are_both_there(page):
    shown = page(IMAGES, data="uploaded", map="pca", model="color-histogram", side="table")
    shown.file_uploader[0].set_value(
        [("IMG_1.png", png(1), ""), ("IMG_1.png", png(2), ""), ("IMG_1 (2).png", png(3), "")]
    )
    shown.run()
    assert sorted(frame(shown, "item")["item"]) == ["IMG_1", "IMG_1 (2)", "IMG_1 (2) (2)"]


def test_pictures_of_the_camera_are_kept_with_their_labels_and_beside_uploads(page):
    shown = page(
        IMAGES, data="uploaded", camera="1", map="pca", model="color-histogram", side="table"
    )
    for at, label in enumerate(("mug", "mug", "a/b")):
        shown.text_input(key="images:taken-label").set_value(label)
        photo = encoded(Image.open(io.BytesIO(png(at))), "JPEG")
        shown.camera_input[0].set_value(("camera.jpg", photo, "image/jpeg"))
        shown.run()
        shown.run()
    table = frame(shown, "item").set_index("item")
    assert table["label"].to_dict() == {"photo 1": "mug", "photo 2": "mug", "photo 3": "a b"}
    shown.file_uploader[0].upload("tree.png", png(9))
    shown.run()
    assert "tree" in set(frame(shown, "item")["item"])
    shown.toggle(key="images:camera").set_value(False)
    shown.run()
    assert len(frame(shown, "item")) == 4
    button(shown, "Remove 3 photos").click()
    shown.run()
    assert "tree is alone here" in shown.headline


def test_one_picture_of_the_camera_is_read_from_a_folder_by_the_program_too(page):
    shown = page(
        IMAGES, data="uploaded", camera="1", map="pca", model="color-histogram", side="save"
    )
    shown.text_input(key="images:taken-label").set_value("mug")
    photo = encoded(Image.open(io.BytesIO(png(0))), "JPEG")
    shown.camera_input[0].set_value(("camera.jpg", photo, "image/jpeg"))
    shown.run()
    shown.run()
    program = "\n".join(element.value for element in shown.test.code)
    assert 'ec.read("your-pictures", "image")' in program


def test_what_cannot_be_read_is_named_and_the_rest_is_used(page):
    files = {"good.png": png(1), "fine.png": png(2), "cut.jpg": b"\xff\xd8\xff\xe0 no more",
             "猫 и собака.png": png(3), "letter.png": b"Dear all, this is text."}  # fmt: skip
    shown = uploaded(page, files, side="table")
    assert set(frame(shown, "item")["item"]) == {"good", "fine", "猫 и собака"}
    assert "cut.jpg" in shown.text
    assert "letter.png" in shown.text


@pytest.mark.parametrize(
    "files",
    [
        {"letter.png": b"Dear all, this is text."},
        {"nothing.png": b""},
        {"a.png": b"no", "b.jpg": b"neither"},
        {"empty.zip": zipped({})},
        {"texts.zip": zipped({"a.txt": b"a", "b.md": b"b"})},
        {"broken.zip": b"PK no archive"},
        {"huge.png": encoded(Image.new("1", (1, 1))).replace(
            b"IHDR\0\0\0\1\0\0\0\1", b"IHDR\0\0\x75\x30\0\0\x75\x30")},
    ],
)  # fmt: skip
def test_nothing_readable_is_a_sentence(page, files):
    shown = uploaded(page, files)
    assert len(shown.errors) == 1
    assert "Traceback" not in shown.errors[0]
    assert next(iter(files)).split(".")[0] in shown.errors[0]


@pytest.mark.parametrize("ask", ["near", "contents", "alike", "find", "layers", "describe"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_question_answers_of_very_few_pictures(page, ask, n):
    files = {f"{at}.png": png(at) for at in range(n)}
    shown = uploaded(page, files, model=MODEL, ask=ask)
    assert not shown.errors
    assert shown.headline or shown.info


# --- models --------------------------------------------------------------------------------------


def test_a_model_that_is_not_here_goes_on_with_one_that_is(page):
    shown = page(IMAGES, data="emoji", map="pca", model="resnet50")
    assert "ResNet-50" in shown.errors[0]
    button(shown, "Run this with EfficientNet-Lite0 instead").click()
    shown.run()
    assert "Of 203 items" in shown.headline
    assert "model" not in shown.link


# --- layer by layer ------------------------------------------------------------------------------


def test_a_damaged_picture_is_named_by_layers_too(page):
    files = {f"{seed}.png": png(seed) for seed in range(5)}
    files["torn.png"] = files["0.png"][:-40]
    shown = uploaded(page, files, model=MODEL, ask="layers")
    assert "torn" in shown.text


def test_layers_are_measured_as_the_core_does(page, monkeypatch):
    drawn_maps = []
    monkeypatch.setattr(
        layers_page, "draw_map", lambda geometry, *_, **__: drawn_maps.append(geometry)
    )
    drawn = [path for group in GROUPS for path in sorted((EMOJI / group).glob("*.webp"))[:8]]
    files = {f"{path.parent.name}/{path.name}": path.read_bytes() for path in drawn}
    shown = uploaded(page, {"some.zip": zipped(files)}, model=MODEL, ask="layers", depth="block2")
    collection = ec.read({"some.zip": zipped(files)}, "image")
    layers = ec.embed_layers(collection, MODEL)
    labels = column(collection, "label", collection.ids).labels
    colours = ec.embed(collection, "color-histogram")
    expected = ec.depth_curve(layers, labels, {"color": colours})
    shares = {
        name: found.value for name, found in zip(expected.layers, expected.same_label, strict=True)
    }
    chance = expected.same_label[0].chance
    assert (
        f"At Block 2, the nearest picture has the same label for {shares['block2']:.0%} "
        f"(by chance {chance:.0%}); most at " in shown.headline
    )
    assert shown.headline.endswith(f"{max(shares.values()):.0%}")
    maps = [ec.project(layers[name], "pca") for name in ("block2", expected.layers[-1])]
    assert np.allclose(drawn_maps[-1].coords, aligned(*maps).coords, atol=1e-5)
    first, last = (f"{each:.3f}".replace("0.", ".") for each in rhos(expected))
    assert f"goes from {first} to {last}".replace("-", "−") in shown.text
    shown.select_slider(key="images:depth").set_value(max(shares, key=shares.get))
    shown.button_group(key="images:beside").set_value("nearest")
    shown.run()
    assert "no layer has more" in shown.headline
    assert "Select one picture on the map" in shown.text
    shown.session_state["images:sel"] = (collection.ids[0],)
    shown.run()
    table = frame(shown, "Layer")
    assert len(table) == len(layers)
    assert all(cell.startswith("data:image/") for cell in table["1."])


def rhos(curve):
    """The first and the last layer's likeness to the one reference there is."""
    (every,) = curve.likeness.values()
    return every[0].rho, every[-1].rho


def test_a_model_without_layers_offers_one_that_has(page):
    shown = page(IMAGES, ask="layers", map="pca", model="raw-pixels", data="digit-pictures")
    assert "no layers to look into" in shown.info[0].value
    assert button(shown, "Look into EfficientNet-Lite0")


# --- copies --------------------------------------------------------------------------------------


def pictures_with_copies():
    first = Image.open(EMOJI / "mammal" / "dog.webp").convert("RGB")
    near = Image.fromarray(np.clip(np.asarray(first).astype(int) + 2, 0, 255).astype(np.uint8))
    files = {f"{at}.png": png(at) for at in range(14)}
    return files | {"dog.png": encoded(first), "again.png": encoded(first),
                    "nearly.png": encoded(near)}  # fmt: skip


def test_copies_are_those_of_the_core_and_can_be_selected(page):
    files = pictures_with_copies()
    shown = uploaded(page, files, side="copies", model="raw-pixels")
    collection = ec.read(files, "image")
    embedding = ec.embed(collection, "raw-pixels")
    expected = ec.duplicates(embedding, collection=collection)
    assert len(expected) == 1
    assert {embedding.ids[at] for at in expected.groups[0].positions} == {"dog", "again", "nearly"}
    assert "1 group of copies: with one of each, 15 of 17 items would be left." in shown.text
    assert expected.reason in shown.text
    button(shown, "Select all but one of each (2)").click()
    shown.run()
    assert len(shown.test.query_params["sel"]) == 2


def test_no_copies_are_said_with_the_nearest_two(page):
    files = {f"{at}.png": png(at) for at in range(14)}
    shown = uploaded(page, files, side="copies", model="raw-pixels")
    embedding = ec.embed(ec.read(files, "image"), "raw-pixels")
    expected = ec.duplicates(embedding)
    assert len(expected) == 0
    a, b, value = expected.closest
    best = f"{value:.3f}".replace("0.", ".", 1)
    names = f"{embedding.ids[a]} and {embedding.ids[b]}"
    assert f"No copies. Nearest are {names}, cosine {best}." in shown.text


def test_a_threshold_of_ones_own_is_in_the_link(page):
    embedding = ec.embed(ec.SAMPLES["emoji"].read(), "color-histogram")
    shown = page(IMAGES, map="pca", side="copies", model="color-histogram")
    assert f"{len(ec.duplicates(embedding))} groups of copies" in shown.text
    shown.toggle(key="images:copies.set").set_value(True)
    shown.run()
    # Elsewhere nobody knows the data's own yet.
    assert float(shown.link["copies.from"]) == round(ec.duplicates(embedding).threshold, 4)
    shown.number_input(key="images:copies.from").set_value(0.97)
    shown.run()
    found = len(ec.duplicates(embedding, 0.97))
    assert found > 2
    assert f"{found} groups of copies" in shown.text
    assert shown.link["copies.from"] == "0.97"
    again = page(IMAGES, **shown.link)
    assert f"{found} groups of copies" in again.text


def test_copies_among_words_are_a_table(page):
    shown = page("pages/words.py", data="typed", words="king, queen, man, king", map="pca",
                 side="copies", **{"copies.set": "1", "copies.from": "0.7"})  # fmt: skip
    table = frame(shown, "Copies")
    assert "king" in table["Copies"][0]
    assert "group of copies" in shown.text


# --- taking away ---------------------------------------------------------------------------------


def test_a_view_of_pictures_is_taken_away_as_a_link_and_as_code(page):
    shown = page(IMAGES, map="pca", side="save")
    assert "(not the pictures themselves)" in shown.text
    assert "efficientnet-lite0" in shown.code[-1].value
    compile(shown.code[-1].value, "view.py", "exec")
    shown = uploaded(page, {"a.png": png(1), "b.png": png(2)}, side="save")
    assert "A link carries no files" in shown.text
    assert "your-pictures" in shown.code[-1].value
