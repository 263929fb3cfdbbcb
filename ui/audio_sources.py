"""Where recordings come from: a built-in set, files, a microphone."""

from __future__ import annotations

from functools import partial

import embedding_core as ec
from embedding_core.modalities.audio import SUFFIXES
from embedding_core.modalities.contents import max_archive_files, max_archive_mb
from embedding_core.samples import Sample
from embedding_core.sound import max_seconds
from ui.bringing import keep_or_remove, read_brought, take_in
from ui.plain import span
from ui.sources import UPLOADED, Data, built_in, choose_source, typed_path
from ui.state import Choices
from ui.uploads import Upload

TYPES = [*(suffix[1:] for suffix in SUFFIXES), "zip"]
_OWN = {UPLOADED: "Upload or record"}
_RATE = 44_100


def choose_audio(choices: Choices, default: str) -> Data:
    """Draw the choice of recordings and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "audio"]
    chosen = choose_source(choices, samples, _OWN, default)
    return built_in(chosen) if isinstance(chosen, Sample) else _own(choices)


def _own(choices: Choices) -> Data:
    """Draw the upload and the microphone; the page ends where there is no recording yet."""
    hint = (
        "Recordings, several at once, or a ZIP of them, whose folders become labels. A recording "
        f"may last up to {span(max_seconds())}; a ZIP may have {max_archive_files():,} files and "
        f"{max_archive_mb():,} MB unpacked."
    )
    uploads = choices.uploads("file", "Files", Upload.of, type=TYPES, help=hint)
    path = typed_path(
        choices, "a folder, a ZIP", "For many recordings: they are read where they lie."
    )
    recorded = _recorded(choices)
    return read_brought(
        choices, "audio", [*uploads, *recorded], path, hint=hint, folder="your-recordings"
    )


def _recorded(choices: Choices) -> tuple[Upload, ...]:
    """Draw the microphone where it is wanted, and return everything that was recorded."""
    if choices.flag("microphone", "Use the microphone"):
        choices.text(
            "recorded-label",
            "Label of the next recording",
            in_link=False,
            placeholder="such as who speaks",
            help="Recordings with the same label are one group. Leave it empty for none.",
        )
        record(choices, "recorded", "Record")
    return keep_or_remove(choices, "recorded", "recording")


def record(choices: Choices, name: str, label: str) -> tuple[Upload, ...]:
    """Draw a microphone and return all that was recorded with it.

    The choice ``NAME-label`` is the folder, and so the label, of what is recorded next.
    """
    take = partial(take_in, choices, name, "recording", ".wav")
    return choices.microphone(name, label, take, sample_rate=_RATE)
