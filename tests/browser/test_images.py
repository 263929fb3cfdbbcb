"""The Images page in a real Chromium: layer by layer, copies of an upload, the camera."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

from embedding_core.samples import samples_dir

EMOJI = samples_dir() / "images" / "emoji"
GROUPS = ("bird", "car", "fruit")


def headline(page, text):
    """Wait for the sentence that reads the data; a first model takes its time to load."""
    found = page.locator("h5").filter(has_text=re.compile(text))
    found.first.wait_for(timeout=180_000)


def drawn(page):
    page.locator(".ex-view[data-drawn]").first.wait_for()


def link(page):
    return parse_qs(urlsplit(page.url).query)


def packed(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return {"name": "mine.zip", "mimeType": "application/zip", "buffer": file.getvalue()}


def test_copies_and_layers_of_an_upload(visit, idle):
    drawings = [path for group in GROUPS for path in sorted((EMOJI / group).glob("*.webp"))[:6]]
    files = {f"{path.parent.name}/{path.name}": path.read_bytes() for path in drawings}
    files["fruit/the same.webp"] = drawings[-1].read_bytes()
    page = visit("images?data=uploaded&map=pca")
    page.locator("input[type=file]").set_input_files(packed(files))
    headline(page, "Of 19 items")
    drawn(page)
    page.get_by_text("Copies", exact=True).click()
    page.get_by_text("1 group of copies, 1 of them exact").wait_for()
    page.get_by_text("Select all but one of each (1)").click()
    headline(page, "is nearest to")
    idle(page)
    assert len(link(page)["sel"]) == 1
    page.get_by_text("Layer by layer", exact=True).click()
    headline(page, "^At Features, the nearest picture has the same label for")
    drawn(page)
    idle(page)
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    headline(page, "^At Stem, the nearest picture has the same label for")
    page.get_by_text("Nearest", exact=True).click()
    page.get_by_text(re.compile("Nearest to .* layer by layer; in view is Stem")).wait_for()
    idle(page)
    assert link(page)["depth"] == ["stem"]


def test_pictures_of_the_camera_add_up(visit, idle):
    page = visit("images?data=uploaded&camera=1&map=pca&model=color-histogram")
    for number in (1, 2):
        page.get_by_placeholder("such as mug").fill(f"thing {number}")
        page.keyboard.press("Enter")
        idle(page)
        # Before the first picture has come the button takes none.
        page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
        page.get_by_text("Take Photo").click()
        page.get_by_text(re.compile(f"Remove {number} photos?")).wait_for()
        idle(page)
    headline(page, "^Of 2 items, photo 1 and photo 2 are nearest to each other")
    drawn(page)
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    page.locator("input[type=file]").set_input_files(
        {"name": "noise.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    headline(page, "Of 3 items")
    idle(page)
