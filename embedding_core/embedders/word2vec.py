"""Word2Vec: word vectors learned by guessing a word's neighbours in running text.

Skip-gram by this project's own loop, which can be watched within an epoch, gives its loss and both
sides, and learns without negatives too; CBOW, and FastText beside it, by gensim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any, ClassVar

from embedding_core import store
from embedding_core.cache import OnceCache
from embedding_core.collection import digest_of
from embedding_core.errors import Cancelled, InputError
from embedding_core.models import Fitted, TrainerSpec
from embedding_core.params import Param
from embedding_core.watching import Watcher, of_rows
from embedding_core.wordvectors import WordVectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.corpus import Corpus
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.params import Params

_TRAINED: OnceCache[WordVectors] = OnceCache(4)

PARAMS = (
    Param(
        "sg",
        "Learns by",
        "choice",
        "skip-gram",
        "Skip-gram guesses the neighbours from the word; CBOW the word from its neighbours.",
        choices=("skip-gram", "cbow"),
        labels=("Skip-gram", "CBOW"),
    ),
    Param(
        "vector_size",
        "Dimensions",
        "number",
        100,
        "Length of each vector: more can tell more apart and need more text.",
        minimum=2,
        maximum=600,
        step=10,
    ),
    Param(
        "window",
        "Window",
        "number",
        5,
        "How many words to each side count as neighbours: few show grammar, many show topics.",
        minimum=1,
        maximum=30,
        step=1,
    ),
    Param(
        "min_count",
        "Least count",
        "number",
        5,
        "Words that occur less often than this are left out.",
        minimum=1,
        maximum=1000,
        step=1,
    ),
    Param(
        "negative",
        "Negatives",
        "number",
        5,
        "Random words that each guess is told apart from.",
        minimum=1,
        maximum=30,
        step=1,
    ),
    Param(
        "epochs",
        "Epochs",
        "number",
        5,
        "How often the text is read.",
        minimum=1,
        maximum=200,
        step=1,
    ),
    Param(
        "rate",
        "Learning rate",
        "number",
        0.025,
        "How far the first steps go; later ones go less and less far.",
        minimum=0.0001,
        maximum=1.0,
        step=0.005,
    ),
)


@dataclass(frozen=True)
class CorpusTrainer(TrainerSpec):
    """A trainer that learns a vocabulary from running text, by gensim."""

    learned_arrays: ClassVar[tuple[str, ...]] = ("words",)
    """What is kept of a training across restarts; the words themselves are in the text."""

    def fit(
        self,
        collection: Collection,
        params: Params,
        *,
        corpus: Corpus | None = None,
        seed: int = 0,
        on_frame: Frame | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Fitted:
        """Train on the corpus and look the collection's words up.

        The vectors depend on the corpus, the parameters and the seed, not on the words asked for,
        so that another list of words is answered by the same training, after a restart too.
        """
        if corpus is None:
            raise InputError(f"{self.label} needs text to learn from; give a corpus.")
        settings = ",".join(f"{name}={value}" for name, value in params.items())
        mark = digest_of(self.name, str(self.version), corpus.fingerprint, settings, str(seed))
        space = f"{self.name}:{mark.hex()[:16]}"

        def learn() -> WordVectors:
            model = None if is_watched else self._recalled(corpus, params, mark)
            if model is None:
                model = self._train(corpus, params, seed, watcher, progress, cancel)
                store.keep_learned(self._arrays(model), *_marked(mark, model.words))
            return model

        # Who watches wants to see it learned, whatever is kept.
        is_watched = isinstance(on_frame, Watcher)
        watcher = None if on_frame is None else _watched(on_frame, collection, self, corpus, params)
        model = learn() if is_watched else _TRAINED.get(space, learn)
        encoded = model.embed(collection.payloads)
        return Fitted(encoded, space, transform=model.embed, model=model)

    def _recalled(self, corpus: Corpus, params: Params, mark: bytes) -> WordVectors | None:
        """Return what was learned of the very same before, or None where it is not kept."""
        words = corpus.vocabulary(int(params["min_count"]))
        arrays = store.learned(self.learned_arrays, *_marked(mark, words))
        return None if arrays is None else self._model(words, arrays, params)

    def _train(
        self,
        corpus: Corpus,
        params: Params,
        seed: int,
        on_frame: Frame | None,
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> WordVectors:
        """Learn; `on_frame` is given the vectors of the whole vocabulary, where it can be seen."""
        raise NotImplementedError

    def _arrays(self, model: Any) -> dict[str, NDArray[np.float32]]:
        """Return the numbers of a training, by the names in `learned_arrays`."""
        return {"words": model.matrix}

    def _model(
        self, words: list[str], arrays: Mapping[str, NDArray[np.float32]], params: Params
    ) -> WordVectors:
        """Make a training's model again from its words and numbers."""
        raise NotImplementedError


def _watched(
    on_frame: Frame, collection: Collection, trainer: CorpusTrainer, corpus: Corpus, params: Params
) -> Frame | None:
    """Return an ``on_frame`` that is given the whole vocabulary and hands on the items' rows.

    Items that are not in the text have no row before the training has ended: they are left out.
    """
    import numpy as np

    words = corpus.vocabulary(int(params["min_count"]))
    places = WordVectors(trainer.label, words, np.zeros((len(words), 1), np.float32)).positions(
        [str(payload.load()).strip() for payload in collection.payloads]
    )
    return of_rows(on_frame, places[places >= 0])


def _marked(mark: bytes, words: Sequence[str]) -> tuple[bytes, str, bytes]:
    """Return all that a training hangs on; its words too, so that none gets another's vector."""
    return mark, metadata.version("gensim"), digest_of("\0".join(words))


def gensim_settings(params: Params, seed: int) -> Mapping[str, object]:
    """Return the keywords both trainers share.

    One worker: with more, the order in which sentences are learned, and so the vectors, would
    change from run to run.
    """
    return {
        "vector_size": params["vector_size"],
        "window": params["window"],
        "min_count": params["min_count"],
        "negative": params["negative"],
        "epochs": params["epochs"],
        "alpha": params["rate"],
        "sg": int(params["sg"] == "skip-gram"),
        "workers": 1,
        "seed": seed,
    }


def learn(
    model: object, corpus: Corpus, params: Params, progress: Progress | None, cancel: Cancel | None
) -> None:
    """Build the vocabulary and train, asking between sentences whether to stop."""
    reader = _Reader(corpus, int(params["epochs"]), progress, cancel)
    model.build_vocab(corpus_iterable=corpus)  # type: ignore[attr-defined]
    if not len(model.wv):  # type: ignore[attr-defined]
        raise _too_rare(corpus, params)
    model.train(  # type: ignore[attr-defined]
        corpus_iterable=reader,
        total_examples=len(corpus.sentences),
        epochs=params["epochs"],
    )
    if reader.stopped:
        raise Cancelled


def _too_rare(corpus: Corpus, params: Params) -> InputError:
    return InputError(
        f"No word occurs {params['min_count']} times or more in {corpus.name} "
        f"({corpus.n_words:,} words); lower the least count or give more text."
    )


class _Reader:
    """Hands gensim the sentences, reports how far it is, and runs dry when asked to stop."""

    def __init__(
        self, corpus: Corpus, epochs: int, progress: Progress | None, cancel: Cancel | None
    ) -> None:
        self._corpus = corpus
        self._epochs = epochs
        self._progress = progress
        self._cancel = cancel
        self._epoch = 0
        self.stopped = False

    def __iter__(self):  # type: ignore[no-untyped-def]  # gensim takes any iterable
        n = len(self._corpus.sentences)
        self._epoch += 1
        for at, sentence in enumerate(self._corpus):
            # An exception here would end gensim's reading thread and leave its workers waiting.
            if self._cancel is not None and at % 200 == 0 and self._cancel():
                self.stopped = True
            if self.stopped:
                return
            if self._progress is not None and at % 2_000 == 0:
                what = f"epoch {self._epoch} of {self._epochs}"
                self._progress((self._epoch - 1) * n + at, self._epochs * n, what)
            yield sentence


@dataclass(frozen=True)
class Word2VecTrainer(CorpusTrainer):
    """Word2Vec with negative sampling."""

    version: ClassVar[int] = 2

    def _train(
        self,
        corpus: Corpus,
        params: Params,
        seed: int,
        on_frame: Frame | None,
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> WordVectors:
        if params["sg"] == "skip-gram":
            return self._skipgram(corpus, params, seed, on_frame, progress, cancel)
        if not params["negative"]:
            raise InputError(
                "CBOW got 0 negatives; it needs 1 or more. Skip-gram learns without, to show what "
                "they are for."
            )
        from gensim.models import Word2Vec

        model = Word2Vec(**gensim_settings(params, seed))
        learn(model, corpus, params, progress, cancel)
        return self._model(model.wv.index_to_key, {"words": model.wv.vectors.copy()}, params)

    def _skipgram(
        self,
        corpus: Corpus,
        params: Params,
        seed: int,
        on_frame: Frame | None,
        progress: Progress | None,
        cancel: Cancel | None,
    ) -> WordVectors:
        from embedding_core import skipgram
        from embedding_core.sentence_walks import SentenceWalks

        words, epochs = corpus.vocabulary(int(params["min_count"])), int(params["epochs"])
        if not words:
            raise _too_rare(corpus, params)
        text = SentenceWalks(corpus, words, seed=seed, epochs=epochs)
        n = len(corpus.sentences)

        def told(done: int, total: int, what: str = "") -> None:
            if progress is not None:
                read = done * n * epochs // max(1, total)
                progress(read, n * epochs, what.replace("round", "epoch"))

        model = skipgram.learn(
            lambda: text.blocks(cancel),
            text.counts,
            dim=int(params["vector_size"]),
            window=int(params["window"]),
            negative=int(params["negative"]),
            epochs=epochs,
            seed=seed,
            rate=float(params["rate"]),
            shares=False,
            per_epoch=text.per_epoch,
            on_frame=on_frame,
            progress=told,
        )
        return self._model(words, {"words": model.vectors}, params)

    def _model(
        self, words: list[str], arrays: Mapping[str, NDArray[np.float32]], params: Params
    ) -> WordVectors:
        remedy = (
            "Lower the least count, give text that uses the word, or use FastText, which builds "
            "words from their parts."
        )
        return WordVectors("this Word2Vec", words, arrays["words"], remedy=remedy)


SPECS = (
    Word2VecTrainer(
        name="word2vec",
        label="Word2Vec, trained here",
        modality="text",
        unit="word",
        about=(
            "Learns word vectors from your text by telling true neighbours from random words "
            "(skip-gram or CBOW with negative sampling)."
        ),
        source=(
            "Mikolov, Sutskever, Chen, Corrado and Dean, 2013; skip-gram by this project's engine, "
            "CBOW by gensim"
        ),
        licence="MIT (skip-gram); LGPL 2.1 (gensim)",
        params=tuple(
            replace(
                param,
                minimum=0,
                help=f"{param.help} With none, nothing keeps vectors apart.",
            )
            if param.name == "negative"
            else param
            for param in PARAMS
        ),
        needs_corpus=True,
    ),
)
