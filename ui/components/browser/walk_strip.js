/** A walk as a line of names: what training reads as a sentence, with the window around one place. */
import { element } from "./dom.js";
import { shorten } from "./text.js";

export class Strip {
  /** `go(at)` is called with a place that was clicked. */
  constructor(go) {
    this.go = go;
    this.root = element("div", { class: "ex-walk-strip", role: "group", "aria-label": "The walk as training reads it" });
  }

  fill({ path, names, window }) {
    this.window = window;
    this.places = Array.from(path, (node, at) =>
      element("button", { type: "button", class: "ex-walk-place", dir: "auto", tabindex: -1, title: `${names[node]}, step ${at}`, onclick: () => this.go(at) }, shorten(names[node], 18)),
    );
    this.root.replaceChildren(...this.places);
  }

  /** Show where the walk is, and who is within the window of it so far. */
  mark(at) {
    this.places.forEach((place, i) => {
      place.classList.toggle("ex-center", i === at);
      place.classList.toggle("ex-context", i < at && i >= at - this.window);
      place.classList.toggle("ex-ahead", i > at);
    });
    const here = this.places[at];
    this.root.scrollLeft = here.offsetLeft - 0.7 * this.root.clientWidth;
  }
}
