"""Find this: against every window tried one by one, and things hidden where we know."""

from __future__ import annotations

import numpy as np
import pytest

from embedding_core import spotting
from embedding_core.errors import Cancelled, EmptyCollectionError, InputError, TooLargeError
from embedding_core.models import Grids
from embedding_core.spotting import keep_regions, known_regions, picture_regions, sightings

DIM = 8


class Looker:
    """Pictures are their own grids."""

    pools_by_mean = True

    def __init__(self, box=(0, 0, 1, 1)):
        self.box = box
        self.batches = []

    def grid_steps(self, payloads, edge=None, *, whole=False):
        """In batches of 16, the last first: order is the model's own."""
        assert whole
        for start in reversed(range(0, len(payloads), 16)):
            part = payloads[start : start + 16]
            self.batches.append((len(part), edge))
            yield range(start, start + len(part)), self.grids(part, edge)

    def grids(self, payloads, edge=None, *, whole=False):
        missing = {i: "it is torn." for i, grid in enumerate(payloads) if np.isnan(grid).any()}
        vectors = np.nan_to_num(np.stack(payloads)).astype(np.float32)
        boxes = np.array([self.box] * len(payloads), dtype=np.float32)
        return Grids(vectors, boxes, missing)


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def noise(rng, n, rows=5, columns=5):
    return [rng.normal(2, 1, size=(rows, columns, DIM)) for _ in range(n)]


def brute(grids, row, box):
    """Return the score of every window by its definition, {(picture, top, left, bottom, right)}."""
    stack = np.stack(grids)
    stack = stack - stack.mean(axis=(0, 1, 2))
    rows, columns = stack.shape[1:3]
    left, top, right, bottom = box
    weights = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            high = min((r + 1) / rows, bottom) - max(r / rows, top)
            wide = min((c + 1) / columns, right) - max(c / columns, left)
            weights[r, c] = max(high, 0) * max(wide, 0)
    query = (stack[row] * weights[..., None]).sum(axis=(0, 1))
    found = {}
    for picture in range(len(stack)):
        for r0 in range(rows):
            for r1 in range(r0 + 1, rows + 1):
                for c0 in range(columns):
                    for c1 in range(c0 + 1, columns + 1):
                        if max(r1 - r0, c1 - c0) > 4 * min(r1 - r0, c1 - c0):
                            continue
                        mean = stack[picture, r0:r1, c0:c1].mean(axis=(0, 1))
                        cosine = mean @ query / np.linalg.norm(mean) / np.linalg.norm(query)
                        found[picture, r0, c0, r1, c1] = cosine
    return found


@pytest.mark.parametrize("box", [(0.2, 0.4, 0.6, 0.8), (0.13, 0.0, 0.55, 0.31)])
def test_every_window_scores_as_by_its_definition(rng, box):
    grids = noise(rng, 4)
    regions = picture_regions(Looker(), grids)
    scores = regions.scores(regions.inside(2, box))
    expected = brute(grids, 2, box)
    assert np.isfinite(scores).sum() == len(expected)
    for picture in range(4):
        for i, (r0, r1) in enumerate(regions.spans[0].tolist()):
            for j, (c0, c1) in enumerate(regions.spans[1].tolist()):
                known = expected.get((picture, r0, c0, r1, c1))
                if known is None:
                    assert np.isnan(scores[picture, i, j])
                else:
                    assert scores[picture, i, j] == pytest.approx(known, abs=5e-3)


def test_the_best_place_is_the_best_of_all_windows(rng):
    grids = noise(rng, 5)
    expected = brute(grids, 0, (0.2, 0.2, 0.6, 0.6))
    found = sightings(picture_regions(Looker(), grids), 0, (0.2, 0.2, 0.6, 0.6))
    assert {each.row for each in found} == set(range(5))
    for picture in range(5):
        best = max(
            value
            for (row, top, left, bottom, right), value in expected.items()
            # The box is 2 by 2 regions: things may be four times smaller or larger.
            if row == picture and 1 <= (bottom - top) * (right - left) <= 16
        )
        mine = max(each.score for each in found if each.row == picture)
        assert mine == pytest.approx(best, abs=5e-3)


def hidden(rng, thing, places, n=6, side=7):
    grids = noise(rng, n, side, side)
    for picture, top, left in places:
        high, wide = thing.shape[:2]
        grids[picture][top : top + high, left : left + wide] = thing
    return grids


def test_a_thing_is_found_where_it_was_hidden(rng):
    thing = rng.normal(2, 3, size=(2, 3, DIM))
    grids = hidden(rng, thing, [(0, 1, 2), (3, 4, 1), (5, 0, 4)])
    found = sightings(picture_regions(Looker(), grids), 0, (2 / 7, 1 / 7, 5 / 7, 3 / 7))
    assert [each.row for each in found[:3]] != [0, 0, 0]
    assert {each.row for each in found[:3]} == {0, 3, 5}
    places = {each.row: each.box for each in found[:3]}
    assert places[3] == pytest.approx((1 / 7, 4 / 7, 4 / 7, 6 / 7))
    assert places[5] == pytest.approx((4 / 7, 0, 1, 2 / 7))
    assert all(each.score > 0.999 for each in found[:3])
    assert found[3].score < 0.95
    assert [each.score for each in found] == sorted((e.score for e in found), reverse=True)


def test_two_in_one_picture_are_two(rng):
    thing = rng.normal(2, 3, size=(2, 2, DIM))
    grids = hidden(rng, thing, [(0, 0, 0), (1, 0, 0), (1, 5, 5)])
    found = sightings(picture_regions(Looker(), grids), 0, (0, 0, 2 / 7, 2 / 7))
    best = sorted((each for each in found if each.row == 1 and each.score > 0.999), key=str)
    corners = sorted(each.box[:2] for each in best)
    assert corners == [pytest.approx((0, 0)), pytest.approx((5 / 7, 5 / 7))]


@pytest.mark.parametrize(
    ("box", "least", "most"),
    [((0, 0, 0.5, 0.5), 3, 36), ((0, 0, 1, 1), 9, 36), ((0, 0, 0.05, 0.05), 1, 4)],
)
def test_what_is_found_is_about_as_large_as_what_was_marked(rng, box, least, most):
    regions = picture_regions(Looker(), noise(rng, 30, 6, 6))
    sizes = [
        36 * (each.box[2] - each.box[0]) * (each.box[3] - each.box[1])
        for each in sightings(regions, 0, box, within=0, limit=200)
    ]
    assert min(sizes) >= least - 1e-3
    assert max(sizes) <= most + 1e-3
    assert len({round(size) for size in sizes}) > 1


def shared(a, b):
    """Return the share of the smaller box that both have."""
    wide = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    high = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return wide * high / min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))


def test_places_of_one_picture_do_not_overlap_much(rng):
    regions = picture_regions(Looker(), noise(rng, 3, 6, 6))
    found = sightings(regions, 1, (0, 0, 0.5, 0.5), within=0)
    for picture in range(3):
        boxes = [each.box for each in found if each.row == picture]
        assert len(boxes) == 3
        for i, box in enumerate(boxes):
            assert all(shared(box, other) <= 0.3 + 1e-6 for other in boxes[i + 1 :])


def test_further_places_are_nearly_as_good_as_the_best(rng):
    regions = picture_regions(Looker(), noise(rng, 12, 6, 6))
    every = sightings(regions, 1, (0, 0, 0.5, 0.5), within=0, limit=100)
    found = sightings(regions, 1, (0, 0, 0.5, 0.5), within=0.8, limit=100)
    assert 12 < len(found) < len(every)
    for picture in range(12):
        scores = [each.score for each in found if each.row == picture]
        assert min(scores) >= 0.8 * max(scores)
        kept = [e.score for e in every if e.row == picture and e.score >= 0.8 * max(scores)]
        assert scores == kept


def test_limits_are_kept(rng):
    regions = picture_regions(Looker(), noise(rng, 10))
    assert len(sightings(regions, 0, (0, 0, 1, 1), limit=7)) == 7
    found = sightings(regions, 0, (0, 0, 1, 1), per_picture=1)
    assert sorted(each.row for each in found) == list(range(10))


def test_places_are_of_the_picture_and_not_of_what_the_model_sees(rng):
    """A model that looks at the middle: boxes in and out are of the whole picture."""
    thing = rng.normal(2, 3, size=(2, 2, DIM))
    grids = hidden(rng, thing, [(0, 0, 0), (2, 5, 3)])
    regions = picture_regions(Looker(box=(0.2, 0, 0.9, 1)), grids)
    found = sightings(regions, 0, (0.2, 0, 0.4, 2 / 7))
    place = next(each.box for each in found if each.row == 2)
    assert place == pytest.approx((0.5, 5 / 7, 0.7, 1), abs=1e-6)
    with pytest.raises(InputError, match="20% to 90% of the width"):
        sightings(regions, 0, (0, 0, 0.15, 1))
    with pytest.raises(InputError, match="The box is empty"):
        sightings(regions, 0, (0.5, 0.5, 0.5, 0.8))


def test_large_grids_are_searched_by_fewer_lengths(rng):
    regions = picture_regions(Looker(), noise(rng, 2, 16, 12))
    lengths = [sorted(set(np.diff(span, axis=1)[:, 0].tolist())) for span in regions.spans]
    assert lengths[0][:8] == list(range(1, 9))
    assert lengths[0][-1] == 16
    assert lengths[1][-1] == 12
    assert len(lengths[0]) < 16
    best = sightings(regions, 0, (0, 0, 0.5, 0.5), limit=1)[0]
    assert best.row == 0
    assert best.box == pytest.approx((0, 0, 0.5, 0.5))


def test_how_large_the_numbers_are_does_not_matter(rng):
    grids = noise(rng, 3)
    found = sightings(picture_regions(Looker(), grids), 0, (0, 0, 0.4, 0.4))
    for factor in (1e6, 1e-6):
        other = picture_regions(Looker(), [factor * grid for grid in grids])
        scores = [each.score for each in sightings(other, 0, (0, 0, 0.4, 0.4))]
        assert scores == pytest.approx([each.score for each in found], abs=2e-3)


def test_an_unreadable_picture_is_left_out(rng):
    grids = noise(rng, 4)
    grids[1][0, 0, 0] = np.nan
    regions = picture_regions(Looker(), grids)
    assert regions.missing == {1: "it is torn."}
    assert {each.row for each in sightings(regions, 0, (0, 0, 0.5, 0.5))} == {0, 2, 3}
    with pytest.raises(InputError, match="it is torn"):
        sightings(regions, 1, (0, 0, 0.5, 0.5))
    grids[0][:] = grids[2][:] = grids[3][:] = np.nan
    with pytest.raises(EmptyCollectionError, match="None of the 4 pictures"):
        picture_regions(Looker(), grids)


def test_pictures_that_are_all_alike_hold_nothing_to_find():
    regions = picture_regions(Looker(), [np.full((3, 3, DIM), 0.7)] * 3)
    with pytest.raises(InputError, match="mark something else"):
        sightings(regions, 0, (0, 0, 0.5, 0.5))


def test_batches_progress_and_stop(rng):
    grids, told = noise(rng, 40), []
    model = Looker()
    picture_regions(model, grids, edge=448, progress=lambda *step: told.append(step))
    assert model.batches == [(8, 448), (16, 448), (16, 448)]
    assert told[:3] == [(done, 40, "pictures looked at") for done in (8, 24, 40)]
    with pytest.raises(Cancelled):
        picture_regions(model, grids, cancel=lambda: len(model.batches) > 4)
    assert len(model.batches) == 5


def test_too_many_regions_are_refused_before_they_are_made(rng, monkeypatch):
    monkeypatch.setenv("EMBEDDING_MAX_REGIONS_MB", "1")
    model = Looker()
    with pytest.raises(TooLargeError, match="EMBEDDING_MAX_REGIONS_MB"):
        picture_regions(model, noise(rng, 3_000, 5, 5))
    assert len(model.batches) == 1


def test_regions_are_kept_within_bounds(rng, monkeypatch):
    regions = picture_regions(Looker(), noise(rng, 4))
    monkeypatch.setattr(spotting, "_KEPT", spotting.ByteLRU(2 * regions.nbytes + 10))
    for name in "abc":
        keep_regions((name,), regions)
    assert known_regions(("a",)) is None
    assert known_regions(("c",)) is regions


def test_a_model_without_regions_is_told():
    with pytest.raises(InputError, match="its regions none"):
        picture_regions(object(), [])
