"""The page as a browser reads it: everything inside, nothing fetched, no text run."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import embedding_core as ec
from embedding_core.errors import InputError, UnknownNameError


class Page(HTMLParser):
    """What a browser would read: elements, and text outside of scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self._quiet, self.links = [], [], False, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._quiet = tag in ("script", "style")
        self.links += [value for name, value in attrs if name in ("src", "href", "srcset")]

    def handle_endtag(self, tag):
        self._quiet = False

    def handle_data(self, data):
        if not self._quiet:
            self.text.append(data)


def test_page_carries_everything_and_fetches_nothing(royalty):
    collection, embedding, projection = royalty
    html = ec.figures.map_html(embedding, projection, collection=collection, color="group")
    page = Page(html)
    assert page.links == []
    assert "link" not in page.tags
    head = html.split("</head>")[0]
    assert "default-src 'none'" in head
    assert "http:" not in head
    assert "https:" not in head
    assert "plotly.js v" in html
    told = " ".join(page.text)
    trust = ec.quality(embedding, projection)
    assert f"keeps {trust.neighbor_recall:.0%} of true neighbours" in told
    assert "Royalty and kinship" in told
    assert "GloVe 6B" in told
    assert "PCA" in told
    assert page.tags.count("tr") == len(embedding) + 1
    for id_ in embedding.ids:
        assert id_ in page.text


def test_nothing_in_a_page_is_taken_for_html(collection_of, embedding_of):
    ids = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "$plotly", "d"]
    items = collection_of(ids, **{"<i>c</i>": ["</table>", "<!--", "u\u2028v", "w"]})
    embedding = embedding_of(ids)
    projection = ec.project(embedding, "pca")
    usual = Page(
        ec.figures.map_html(
            embedding_of(list("abcd")), ec.project(embedding_of(list("abcd")), "pca")
        )
    )
    page = Page(
        ec.figures.map_html(
            embedding, projection, collection=items, color="<i>c</i>", title="<b>t</b>"
        )
    )
    assert page.tags.count("script") == usual.tags.count("script") == 2
    assert {"img", "i", "b"}.isdisjoint(page.tags)
    for text in [*ids, "<i>c</i>", "<b>t</b>", "</table>"]:
        assert text in page.text


def test_long_tables_are_cut_and_say_so(embedding_of):
    embedding = embedding_of([f"i{i}" for i in range(1_200)], dim=3)
    page = Page(ec.figures.map_html(embedding, ec.project(embedding, "pca")))
    assert page.tags.count("tr") == 1_001
    assert "the first 1,000 of 1,200" in " ".join(page.text)


def test_write_html_is_whole_or_not_there(royalty, tmp_path, monkeypatch):
    collection, embedding, projection = royalty
    target = tmp_path / "map.html"
    assert ec.figures.write_html(target, embedding, projection, collection=collection) == target
    before = target.read_text(encoding="utf-8")
    target.chmod(0o640)
    with pytest.raises(UnknownNameError):
        ec.figures.write_html(target, embedding, projection, collection=collection, color="no")
    assert target.read_text(encoding="utf-8") == before
    ec.figures.write_html(target, embedding, projection)
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    for wrong in ("map.png", "no/map.html", ""):
        with pytest.raises(InputError):
            ec.figures.write_html(tmp_path / wrong, embedding, projection)
