"""The app in a real Chromium: servers, pages that fail on any error, waiting, screenshots.

Fixtures for tests
------------------
page            a Playwright page; the test fails on uncaught errors, on exceptions shown by
                Streamlit and on requests that leave this machine
open_page       the same, more than one or otherwise: ``open_page(color_scheme="dark", width=800)``
kept_page       one page that goes from test to test, watched all the same: loads in half the time;
                for tests that leave nothing behind in it but an address
server          the app, one server for the whole run: ``page.goto(server.at("words"))``
fresh_server    starts the app anew, cold, for this test: ``fresh_server()``
streamlit_server  serves any script, for the whole run: ``streamlit_server(path, env={...})``
show            opens the test app of maps: ``page = show("n=60&heat=12", drawings=2)``
visit           opens a page of the app and waits until it stands: ``page = visit("words?k=5")``
idle            waits until Streamlit is done: ``idle(page)``
screenshot      takes a picture into ``screenshots/``: ``screenshot(page, "words")``

Everything under this folder is marked ``browser`` and runs after all other tests: while Playwright
is there, no other event loop can run in this thread.
"""

from __future__ import annotations

import os
import re
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tools.browser import (
    HARMLESS,
    LOCAL_HOSTS,
    ROOT,
    SCREENSHOTS,
    Server,
    described,
    find_chromium,
    launch,
    streamlit,
    wait_until_idle,
)
from tools.drawings import wait_drawn

HERE = Path(__file__).parent
APP = ROOT / "app.py"
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
        for name, value in getattr(item, "funcargs", {}).items():
            if isinstance(value, Server):
                report.sections.append((f"What {name} said", value.said()))
    return report


@pytest.fixture(scope="session")
def chromium():
    """A Chromium for the whole run."""
    executable = find_chromium()
    if executable is None:
        missing = "no Chromium on this machine; install one or name it in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(f"Browser tests cannot run: {missing}.")
        pytest.skip(f"Browser tests were left out: {missing}.")
    with sync_playwright() as playwright:
        browser = launch(playwright, executable)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def embedding_home(tmp_path_factory):
    """The ``EMBEDDING_HOME`` of every server of this run; the person's own stays as it is."""
    return tmp_path_factory.mktemp("embedding-home")


@pytest.fixture(scope="session")
def streamlit_server(tmp_path_factory, embedding_home):
    """Serve a script: ``streamlit_server(path, env=None) -> Server``, ended with the run."""
    with ExitStack() as servers:

        def serve(script, env=None):
            folder = tmp_path_factory.mktemp("server")
            env = {"EMBEDDING_HOME": str(embedding_home), **(env or {})}
            return servers.enter_context(streamlit(script, folder, env))

        yield serve


@pytest.fixture(scope="session")
def server(streamlit_server):
    """The app, on one server for the whole run."""
    return streamlit_server(APP)


@pytest.fixture
def own_servers():
    """The servers of one test; ended after its pages, which would miss them otherwise."""
    with ExitStack() as servers:
        yield servers


@pytest.fixture
def fresh_server(own_servers, tmp_path_factory, embedding_home):
    """Start the app anew: ``fresh_server(env=None) -> Server`` that has seen no visitor yet."""

    def serve(env=None):
        env = {"EMBEDDING_HOME": str(embedding_home), **(env or {})}
        folder = tmp_path_factory.mktemp("fresh-server")
        return own_servers.enter_context(streamlit(APP, folder, env))

    return serve


@pytest.fixture
def watch(own_servers, request):
    """Watch pages: ``watch(page)``; any error on one of them fails the test.

    Expected errors are named by the marker ``allow_page_errors``.
    """
    pages, problems = [], []

    def watch(page):
        pages.append((page, _listen(page, problems.append)))
        return page

    yield watch

    failed = request.node.stash.get(FAILED, False)
    for count, (page, stop_listening) in enumerate(pages, 1):
        if page.is_closed():
            continue
        stop_listening()
        shown = page.get_by_test_id("stException").all_inner_texts()
        problems.extend(f"Streamlit shows an exception: {text}" for text in shown)
        if failed or problems:
            _picture(page, f"failed-{request.node.name}-{count}")

    expected = [
        pattern
        for marker in request.node.iter_markers("allow_page_errors")
        for pattern in marker.args
    ]
    left = [
        problem
        for problem in dict.fromkeys(problems)
        if not any(re.search(pattern, problem) for pattern in (*HARMLESS, *expected))
    ]
    if left:
        pytest.fail("The page had errors:\n" + "\n".join(left), pytrace=False)


@pytest.fixture
def open_page(chromium, contexts, watch):
    """Open watched pages.

    ``open_page(color_scheme="light", width=1400, height=900, **more)``; ``more`` goes to
    Playwright's ``new_context``.
    """

    def open_page(color_scheme="light", width=1400, height=900, **more):
        context = chromium.new_context(
            color_scheme=color_scheme, viewport={"width": width, "height": height}, **more
        )
        contexts.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return watch(page)

    return open_page


@pytest.fixture
def contexts(own_servers):
    """What is done to a test's pages after they were looked at; before their servers end."""
    with ExitStack() as contexts:
        yield contexts


@pytest.fixture(scope="session")
def lasting_pages(chromium):
    """The page behind ``kept_page``, if there is one yet."""
    return []


@pytest.fixture
def kept_page(chromium, contexts, lasting_pages, watch, request):
    """A watched page, light, 1400 x 900, in which other tests have been before."""

    def leave():
        if request.node.stash.get(FAILED, False):
            lasting_pages.pop().context.close()
        else:
            page.goto("about:blank")

    if not lasting_pages:
        lasting_pages.append(chromium.new_context().new_page())
    page = lasting_pages[0]
    contexts.callback(leave)
    page.set_default_timeout(30_000)
    page.set_viewport_size({"width": 1400, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.keyboard.up("Shift")
    page.mouse.move(0, 0)
    return watch(page)


@pytest.fixture
def page(open_page):
    """A watched page, light, 1400 x 900."""
    return open_page()


@pytest.fixture
def visit(kept_page, server):
    """Open a page of the app and wait until it stands: ``visit("words?k=5") -> page``."""

    def visit(path=""):
        kept_page.goto(server.at(path))
        wait_until_idle(kept_page)
        return kept_page

    return visit


@pytest.fixture(scope="session")
def maps(streamlit_server):
    """A server of ``apps/map_app.py``."""
    return streamlit_server(HERE / "apps" / "map_app.py")


@pytest.fixture
def show(maps, kept_page, open_page, idle):
    """Open the test app: ``show("n=60", height=1300)``; with a script, in a page of its own."""

    def show(query="", script="", *, drawings=1, height=900, **media):
        page = open_page() if script else kept_page
        page.set_viewport_size({"width": media.pop("width", 1400), "height": height})
        page.emulate_media(**media)
        if script:
            page.add_init_script(script)
        page.goto(maps.at(f"?{query}"))
        wait_drawn(page, drawings)
        idle(page)
        return page

    return show


@pytest.fixture
def idle():
    """Wait until Streamlit is done: ``idle(page, timeout=60)``."""
    return wait_until_idle


@pytest.fixture
def screenshot():
    """Take a picture: ``screenshot(page, "words") -> Path`` under ``screenshots/``."""
    return _picture


def _listen(page, tell):
    """Tell every error of a page, and every request that wants to leave this machine.

    Returns a function that ends it.
    """

    def on_console(message):
        if message.type == "error":
            tell(described(message))

    def on_request(request):
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL_HOSTS:
            tell(f"request to another machine: {request.url}")

    heard = {
        "console": on_console,
        "pageerror": lambda error: tell(f"uncaught: {error}"),
        "request": on_request,
    }
    for event, listener in heard.items():
        page.on(event, listener)

    def stop_listening():
        for event, listener in heard.items():
            page.remove_listener(event, listener)

    return stop_listening


def _picture(page, name):
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}.png"
    page.screenshot(path=path)
    return path
