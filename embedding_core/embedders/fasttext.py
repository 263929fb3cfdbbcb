"""FastText: word vectors made of the vectors of a word's parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from embedding_core.embedders.word2vec import PARAMS, CorpusTrainer, gensim_settings, learn
from embedding_core.errors import InputError
from embedding_core.params import Param
from embedding_core.wordvectors import SubwordVectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embedding_core.corpus import Corpus
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.params import Params


@dataclass(frozen=True)
class FastTextTrainer(CorpusTrainer):
    """Word2Vec over character n-grams, so that unseen words get vectors too."""

    learned_arrays: ClassVar[tuple[str, ...]] = ("words", "parts")

    def _train(
        self,
        corpus: Corpus,
        params: Params,
        seed: int,
        on_frame: Frame | None,
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> SubwordVectors:
        from gensim.models import FastText

        if int(params["min_n"]) > int(params["max_n"]):
            raise InputError(
                f"Shortest part got {params['min_n']} and longest part {params['max_n']}; the "
                "shortest must not be longer than the longest."
            )
        model = FastText(
            **gensim_settings(params, seed),
            min_n=params["min_n"],
            max_n=params["max_n"],
            bucket=params["bucket"],
        )
        learn(model, corpus, params, progress, cancel)
        return SubwordVectors("this FastText", model.wv)

    def _arrays(self, model: SubwordVectors) -> dict[str, NDArray[np.float32]]:
        return {"words": model.matrix, "parts": model.parts}

    def _model(
        self, words: list[str], arrays: Mapping[str, NDArray[np.float32]], params: Params
    ) -> SubwordVectors:
        from gensim.models.fasttext import FastTextKeyedVectors

        shape = (int(params[name]) for name in ("vector_size", "min_n", "max_n", "bucket"))
        keyed = FastTextKeyedVectors(*shape)
        keyed.index_to_key = words
        keyed.key_to_index = {word: at for at, word in enumerate(words)}
        keyed.vectors, keyed.vectors_ngrams = arrays["words"], arrays["parts"]
        return SubwordVectors("this FastText", keyed)


SPECS = (
    FastTextTrainer(
        name="fasttext",
        label="FastText, trained here",
        modality="text",
        unit="word",
        about=(
            "As Word2Vec, but a word is the sum of its character n-grams: words it never saw get "
            "a vector from their parts."
        ),
        source="Bojanowski, Grave, Joulin and Mikolov, 2017; engine gensim",
        licence="LGPL 2.1 (gensim)",
        params=(
            *PARAMS,
            Param(
                "min_n",
                "Shortest part",
                "number",
                3,
                "Fewest letters of a part of a word.",
                minimum=1,
                maximum=10,
                step=1,
            ),
            Param(
                "max_n",
                "Longest part",
                "number",
                6,
                "Most letters of a part of a word.",
                minimum=1,
                maximum=12,
                step=1,
            ),
            Param(
                "bucket",
                "Buckets",
                "number",
                100_000,
                "Rows that all parts share: fewer save memory and make parts collide.",
                minimum=1_000,
                maximum=2_000_000,
                step=50_000,
            ),
        ),
        needs_corpus=True,
    ),
)
