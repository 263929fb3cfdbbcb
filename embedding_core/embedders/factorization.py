"""Matrix factorization: users and items in one space, whose products are ratings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import digest_of
from embedding_core.errors import Cancelled
from embedding_core.models import Encoded, Fitted, TrainerSpec
from embedding_core.params import Param
from embedding_core.ratings import Ratings, ratings_of
from embedding_core.watching import Watcher, of_rows, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.corpus import Corpus
    from embedding_core.factors import Factors, Rule
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.params import Params

_NOTHING = "has no rating, so nothing could be learned of it; its vector is zero"


@dataclass(frozen=True)
class MatrixFactorization(TrainerSpec):
    """Alternating least squares, of ratings or of what was only used or liked."""

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
        """Learn from all ratings; return the vectors of the collection's users and items.

        Raises
        ------
        InputError
            If the collection has no ratings.
        """
        from embedding_core.factors import factorize, objective

        ratings = ratings_of(collection)
        places = np.array(
            [
                payload.load() + (ratings.n_users if payload.role == "item" else 0)  # type: ignore[attr-defined]
                for payload in collection.payloads
            ],
            dtype=np.intp,
        )
        rounds = int(params["rounds"])
        watcher = of_rows(on_frame, places)

        def watched(factors: Factors, step: str) -> None:
            if watcher is not None:
                loss = objective(ratings, factors) if isinstance(watcher, Watcher) else None
                show(watcher, _vectors(factors), loss, step=step)

        def told(done: int, factors: Factors) -> None:
            if cancel is not None and cancel():
                raise Cancelled
            if progress is not None:
                progress(done, rounds, f"round {done} of {rounds}")
            watched(factors, f"round {done}")

        factors = factorize(
            ratings,
            rule_of(ratings, params),
            dim=int(params["dim"]),
            rounds=rounds,
            seed=seed,
            told=told,
        )
        watched(factors, "the end")
        rated = np.zeros(ratings.n_users + ratings.n_items, dtype=np.bool_)
        rated[ratings.users] = True
        rated[ratings.n_users + ratings.items] = True
        notes = dict.fromkeys(np.flatnonzero(~rated[places]).tolist(), _NOTHING)
        settings = ",".join(f"{name}={value}" for name, value in params.items())
        mark = digest_of(self.name, str(self.version), collection.fingerprint, settings, str(seed))
        encoded = Encoded(_vectors(factors)[places], notes=notes)
        return Fitted(encoded, f"{self.name}:{mark.hex()[:16]}", model=factors)


def rule_of(ratings: Ratings, params: Params) -> Rule:
    """Return how ratings are taken under some settings."""
    from embedding_core.factors import Rule

    feedback = params["feedback"]
    implicit = ratings.is_implicit if feedback == "auto" else feedback == "implicit"
    return Rule(implicit, float(params["penalty"]), float(params["confidence"]))


def _vectors(factors: Factors) -> NDArray[np.float32]:
    return np.concatenate([factors.users, factors.items]).astype(np.float32)


SPECS = (
    MatrixFactorization(
        name="matrix-factorization",
        label="Matrix factorization",
        modality="ratings",
        unit="",
        about=(
            "Gives every user and every item a vector, so that their dot product is how far a "
            "rating lies above what both usually get."
        ),
        source=(
            "Koren, Bell and Volinsky, 2009; for what was only used, Hu, Koren and Volinsky, 2008; "
            "engine of this project on NumPy"
        ),
        licence="MIT",
        params=(
            Param(
                "feedback",
                "Ratings say",
                "choice",
                "auto",
                "How much something was liked, or only that it was used; by the data, where all "
                "ratings are the same.",
                choices=("auto", "explicit", "implicit"),
                labels=("By the data", "How much", "Only that"),
            ),
            Param(
                "dim",
                "Dimensions",
                "number",
                16,
                "Length of each vector: more can tell more tastes apart and need more ratings.",
                minimum=1,
                maximum=256,
                step=4,
            ),
            Param(
                "penalty",
                "Penalty",
                "number",
                0.1,
                "Keeps vectors short: large where there are few ratings for each. Where ratings "
                "say only that something was used it is best tried larger, such as 50.",
                minimum=0.0001,
                maximum=100.0,
                step=0.05,
            ),
            Param(
                "confidence",
                "Confidence",
                "number",
                2.0,
                "How much surer a use is than no use; only where ratings say that something was "
                "used.",
                minimum=0.1,
                maximum=1_000.0,
                step=5.0,
            ),
            Param(
                "rounds",
                "Rounds",
                "number",
                15,
                "How often users, then items are solved for.",
                minimum=1,
                maximum=200,
                step=5,
            ),
        ),
    ),
)
