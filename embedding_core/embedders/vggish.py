"""VGGish, the network of the AudioSet paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedding_core.checkpoints import torch_folder
from embedding_core.errors import ModelLoadError
from embedding_core.models import EncoderSpec
from embedding_core.params import Param, Params
from embedding_core.weights import Availability, Available, Missing, models_dir, path_identity

if TYPE_CHECKING:
    from embedding_core.stretches import WindowEncoder

WEIGHTS = "vggish-10086976.pth"
COMPONENTS = "vggish_pca_params-970ea276.pth"
"""Names under which torchvggish publishes its files, and torch.hub keeps them."""
_FROM = "https://github.com/harritaylor/torchvggish/releases/tag/v0.1"


@dataclass(frozen=True)
class VGGish(EncoderSpec):
    """A network for any sound, trained on the sound of millions of films.

    Attributes
    ----------
    relative : str
        A bundled model to use in its place.
    differs : str
        What is different about that one, and the next.
    also : str
        Another that can take its place.
    """

    relative: str = ""
    differs: str = ""
    also: str = ""

    def availability(self, params: Params) -> Availability:
        """Tell whether its files lie on this machine."""
        missing = [name for name in _needed(params) if find(name) is None]
        if not missing:
            return Available()
        what = f"{missing[0]} ({self.size})" if missing[0] == WEIGHTS else missing[0]
        return Missing(f"{what} is not on this machine.", _remedy(missing))

    def space(self, params: Params) -> str:
        """Return the space of these very weights and this output."""
        marks = [
            path_identity(path) if (path := find(name)) else "none" for name in _needed(params)
        ]
        return f"vggish@{'+'.join(marks)}|{params['output']}"

    def dim(self, params: Params) -> int:
        """Return 128."""
        return 128

    def load(self, params: Params) -> WindowEncoder:
        """Load the weights."""
        from embedding_core.vggish import vggish_encoder

        weights, components = find(WEIGHTS), find(COMPONENTS)
        missing = [name for name in _needed(params) if find(name) is None]
        if missing or weights is None:
            raise ModelLoadError(f"{' and '.join(missing)} is not here. {_remedy(missing)}")
        return vggish_encoder(weights, components, str(params["output"]))


def find(name: str) -> Path | None:
    """Return a file of weights from our folder or from where torch.hub keeps its own, or None."""
    for folder in (models_dir(), torch_folder()):
        if (folder / name).is_file():
            return folder / name
    return None


def _needed(params: Params) -> list[str]:
    return [WEIGHTS, COMPONENTS] if params["output"] == "pca" else [WEIGHTS]


def _remedy(names: list[str]) -> str:
    return f"Put {' and '.join(names)} from {_FROM} into {models_dir()}."


SPECS = (
    VGGish(
        name="vggish",
        label="VGGish (AudioSet)",
        modality="audio",
        unit="",
        about=(
            "A network for pictures that looks at spectrograms, trained to name what is heard in "
            "millions of films; every 0.96 seconds give 128 numbers, and a clip is their mean."
        ),
        source=(
            "Hershey et al., 2017; weights of torchvggish, a PyTorch port of Google's, from your "
            "own copy"
        ),
        licence="Apache 2.0",
        size="289 MB",
        params=(
            Param(
                "output",
                "Output",
                "choice",
                "embedding",
                "The last layer as published; without its negative numbers, as torchvggish gives "
                "it; or whitened and rounded to 8 bits, as AudioSet's own vectors were released.",
                choices=("embedding", "rectified", "pca"),
                labels=("The last layer", "Positive part", "Whitened, 8 bits"),
            ),
        ),
        relative="speaker-ge2e",
        also="log-mel",
        differs=(
            "The voice encoder was trained on speakers only: it tells voices apart, and other "
            "sounds by how much they are like one. Log-mel bands hear any sound, and learned "
            "nothing."
        ),
    ),
)
