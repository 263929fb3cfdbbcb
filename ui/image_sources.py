"""Where pictures come from: a built-in set, files, a camera."""

from __future__ import annotations

from functools import partial

import embedding_core as ec
from embedding_core.modalities.contents import max_archive_files, max_archive_mb
from embedding_core.modalities.image import SUFFIXES
from embedding_core.pictures import max_megapixels
from embedding_core.samples import Sample
from ui.bringing import keep_or_remove, read_brought, take_in
from ui.sources import UPLOADED, Data, built_in, choose_source, typed_path
from ui.state import Choices
from ui.uploads import Upload

_OWN = {UPLOADED: "Upload or take pictures"}
_TYPES = [*(suffix[1:] for suffix in SUFFIXES), "zip"]


def choose_images(choices: Choices, default: str) -> Data:
    """Draw the choice of pictures and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "image"]
    chosen = choose_source(choices, samples, _OWN, default)
    return built_in(chosen) if isinstance(chosen, Sample) else _own(choices)


def _own(choices: Choices) -> Data:
    """Draw the upload and the camera; the page ends where there is no picture yet."""
    hint = (
        f"Pictures, several at once, or a ZIP of them, whose folders become labels. A picture may "
        f"have up to {max_megapixels():,.0f} megapixels, a ZIP {max_archive_files():,} files and "
        f"{max_archive_mb():,} MB unpacked."
    )
    uploads = choices.uploads("file", "Files", Upload.of, type=_TYPES, help=hint)
    path = typed_path(
        choices, "a folder, a ZIP", "For many pictures: they are read where they lie."
    )
    taken = _camera(choices)
    return read_brought(
        choices, "image", [*uploads, *taken], path, hint=hint, folder="your-pictures"
    )


def _camera(choices: Choices) -> tuple[Upload, ...]:
    """Draw the camera where it is wanted, and return every picture that was taken."""
    if choices.flag("camera", "Use the camera"):
        choices.text(
            "taken-label",
            "Label of the next picture",
            in_link=False,
            placeholder="such as mug",
            help="Pictures with the same label are one group. Leave it empty for none.",
        )
        take = partial(take_in, choices, "taken", "photo", ".jpg")
        choices.camera("taken", "Take a picture", take)
    return keep_or_remove(choices, "taken", "photo")
