"""The Recommend page: what it says is what the core computes of the data in view."""

from __future__ import annotations

import re

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.offline import judge
from embedding_core.recommend import place_user, recommend

PAGE = "pages/recommend.py"
MODEL = "matrix-factorization"
RNG = np.random.default_rng(0)
TIMED = "userId,movieId,rating,timestamp\n" + "\n".join(
    f"{user},{movie},{1 + (user + movie) % 5},{1_000_000 + 977 * user + movie}"
    for user in range(1, 13)
    for movie in range(1, 16)
    if (user + 2 * movie) % 5
)
MOVIES = "movieId,title,genres\n" + "\n".join(
    f"{movie},Film *{movie}* (19{50 + movie}),{'Drama|War' if movie % 2 else 'Comedy'}"
    for movie in range(1, 16)
)


@pytest.fixture(scope="module")
def tastes():
    collection = ec.SAMPLES["tastes"].read()
    return collection, ec.embed(collection, MODEL)


def brought(page, *files, **link):
    shown = page(PAGE, data="uploaded", map="pca", **link)
    uploader = shown.file_uploader[0]
    for name, text in files:
        uploader.upload(name, text if isinstance(text, bytes) else text.encode())
    return shown.run()


def html_of(shown):
    return "\n".join(part.proto.body for part in shown.get("html"))


def numbers_of(shown):
    """The numbers of the bars that sum to a score."""
    found = re.findall(r"<(?:em|b)>([^<]*)</(?:em|b)>", html_of(shown))
    return [float(text.replace("−", "-").replace(",", "")) for text in found]


def test_it_calls_the_built_in_ratings_synthetic(page):
    shown = page(PAGE, map="pca")
    assert not shown.errors
    assert "Synthetic: 300 invented users" in shown.text
    assert "explicit feedback" in shown.text
    assert "nearest to each other" in shown.headline


@pytest.mark.parametrize(("show", "n"), [("item", 160), ("user", 300)])
def test_items_or_users_alone_are_on_the_map(page, show, n):
    shown = page(PAGE, map="pca", show=show)
    assert shown.headline.startswith(f"Of {n} items")
    assert len(re.findall(r"user \d", shown.headline)) == (2 if show == "user" else 0)


def test_what_is_recommended_and_why(page, tastes):
    shown = page(PAGE, ask="offer", user="user 7")
    best = recommend(*tastes, "user 7", 10, reasons=2)
    reason = best[0].because[0]
    assert shown.headline == (
        f"To user 7, {best[0].id} is recommended first: a rating of {best[0].score:.2f} is "
        f"expected, mostly for {reason.id}, which they rated {reason.value:g}"
    )
    table = shown.dataframe[0].value
    assert table["Item"].tolist() == [one.id for one in best]
    assert table["Expected"].to_numpy() == pytest.approx([one.score for one in best])
    *parts, total = numbers_of(shown)
    assert total == pytest.approx(best[0].score, abs=0.006)
    assert sum(parts) == pytest.approx(total, abs=0.005 * (len(parts) + 1))
    assert shown.link["user"] == "user 7"


def test_those_alike_come_with_what_they_share(page, tastes):
    shown = page(PAGE, ask="offer", user="user 7", item="comedy 3")
    collection, embedding = tastes
    rated = np.zeros((300, 160), dtype=bool)
    rated[collection.context.users, collection.context.items] = True
    users, items = (frame.value for frame in shown.dataframe[1:3])
    unit = embedding.vectors / np.linalg.norm(embedding.vectors, axis=1, keepdims=True)
    nearest = 300 + np.argsort(-(unit[300:] @ unit[collection.positions["comedy 3"]]))[1:9]
    assert items["Item"].tolist() == [collection.ids[at] for at in nearest]
    for frame, name, one, matrix in (
        (users, "User", 6, rated),
        (items, "Item", collection.positions["comedy 3"] - 300, rated.T),
    ):
        before = 0 if name == "User" else 300
        places = [collection.positions[id_] - before for id_ in frame[name]]
        shared = [int((matrix[one] & matrix[place]).sum()) for place in places]
        column = next(column for column in frame.columns if column.startswith("Shared"))
        assert frame[column].astype(int).tolist() == shared


def test_a_new_user_is_placed_by_what_they_rate(page, tastes):
    shown = page(PAGE, ask="new", map="pca")
    assert shown.headline == "Rate one item, and you appear among 300 users"
    most = np.bincount(tastes[0].context.items).argmax()
    first = tastes[0].ids[300 + most]
    buttons = [group for group in shown.get("button_group") if first in str(group.proto.label)]
    buttons[0].set_value(5.0)
    shown.run()
    you = place_user(*tastes, {first: 5.0})
    best = recommend(*tastes, you, 8, reasons=2)
    assert shown.headline == f"After 1 rating, {best[0].id} is what you should like most"
    assert shown.dataframe[0].value["Item"].tolist() == [one.id for one in best]
    assert shown.link["rated"] == f"5 {first}"


def test_a_link_brings_ratings_and_tells_what_it_cannot(page, tastes):
    shown = page(PAGE, ask="new", map="pca", rated="4 comedy 3")
    you = place_user(*tastes, {"comedy 3": 4.0})
    assert recommend(*tastes, you, 1)[0].id in shown.headline
    shown = page(PAGE, ask="new", map="pca", rated="4 no such film")
    assert "there is no such item here" in shown.text
    shown = page(PAGE, ask="new", map="pca", rated="much comedy 3")
    assert "takes a number, a blank and an item" in shown.text
    shown = page(PAGE, ask="new", map="pca", rated="nan comedy 3")
    assert "takes a number, a blank and an item" in shown.text


def test_taken_as_use_items_are_liked_not_rated(page):
    link = {f"{MODEL}.feedback": "implicit"}
    shown = page(PAGE, ask="new", map="pca", rated="1 comedy 3", **link)
    assert "implicit feedback" in shown.text
    assert shown.headline.startswith("After 1 like, comedy")
    assert "Fit" in shown.dataframe[0].value


def test_the_offline_test_is_that_of_the_core(page, tastes):
    shown = page(PAGE, ask="judge", k="5", hidden="30")
    found = judge(tastes[0], k=5, share=0.3)
    ndcg = found.measures[-1]
    assert f"{ndcg.value:.3f}".lstrip("0") in shown.headline
    assert f"{ndcg.popular:.3f}".lstrip("0") in shown.headline
    assert "Split by time" in shown.text
    assert f"latest {found.n_hidden:,} of" in shown.text
    assert "standard error" in shown.text


def test_how_well_known_tastes_are_found_is_computed(page, tastes):
    collection, embedding = tastes
    shown = page(PAGE, ask="judge")
    unit = embedding.vectors[300:] / np.linalg.norm(embedding.vectors[300:], axis=1)[:, None]
    near = (unit @ unit.T - 2 * np.eye(160)).argmax(axis=1)
    truth = collection.table["taste"].to_numpy()[300:]
    value = (truth == truth[near]).mean()
    assert f"<em>{value:.0%}</em>" in html_of(shown)


def test_movielens_opens_with_its_titles(page):
    shown = brought(page, ("ratings.csv", TIMED), ("movies.csv", MOVIES), ask="offer")
    assert not shown.errors
    assert "user 1" in shown.headline
    assert "Film *" in shown.headline
    assert all(title.startswith("Film *") for title in shown.dataframe[0].value["Item"])


def test_other_columns_are_chosen(page):
    rows = [f"{RNG.random():.2f},b{i % 5},a{i % 7},{i % 3}" for i in range(30)]
    shown = brought(page, ("a.csv", "x,book name,who,n\n" + "\n".join(rows)))
    shown.toggle(key="recommend:own-columns").set_value(True)
    shown.run()
    shown.selectbox(key="recommend:users").set_value("who")
    shown.run()
    shown.selectbox(key="recommend:items").set_value("book name")
    shown.run()
    shown.selectbox(key="recommend:values").set_value("n")
    shown.run()
    assert not shown.errors
    assert "from 0 to 2" in shown.text
    assert shown.headline.startswith("Of 12 items")


def test_ratings_without_a_number_are_use(page):
    rows = [f"ann{i % 6},song{(i * i) % 11}" for i in range(60)]
    shown = brought(page, ("plays.csv", "user,song\n" + "\n".join(rows)), ask="new")
    assert "implicit feedback" in shown.text
    assert shown.headline.startswith("Like one item")
    shown = brought(page, ("plays.csv", "user,song\n" + "\n".join(rows)), ask="judge")
    assert "No times are known" in shown.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user,item,rating\n", "no rows"),
        ("only\none\n", "one column"),
        ("user,item,rating\nann,1,good\nbob,2,bad\n", "columns swapped"),
        ("user,item,rating\nann,dune,nan\nbob,emma,\n", "no numbers"),
    ],
)
def test_bad_files_are_told_in_a_sentence(page, text, said):
    shown = brought(page, ("a.csv", text))
    assert len(shown.errors) == 1
    assert said in shown.errors[0]


@pytest.mark.parametrize("ask", ["offer", "new", "judge"])
def test_one_user_only_is_no_failure(page, ask):
    shown = brought(page, ("a.csv", "user,item,rating\nann,dune,5\nann,emma,3\n"), ask=ask)
    assert ask == "judge" or not shown.errors
    assert "one user only" in "\n".join([shown.text, *shown.errors]) or ask == "judge"


def test_one_bad_rating_loses_no_other(page):
    shown = brought(page, ("ratings.csv", f"{TIMED}\n3,4,nan,1\n"), ask="offer")
    assert not shown.errors
    assert "1 rating was left out, without a number" in shown.text


def test_an_unknown_user_in_a_link_is_told(page):
    shown = page(PAGE, ask="offer", user="nobody")
    assert len(shown.errors) == 1
    assert "nobody" in shown.errors[0]
