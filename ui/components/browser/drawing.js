/** What map and heatmap share: their life from the first message to the last, links, gestures. */
import { Frame } from "./frame.js";
import { Gestures } from "./gestures.js";
import { decodeIndices } from "./indices.js";
import { joinLink, placesOf } from "./links.js";
import { payload } from "./payloads.js";
import { hasPlotly, loadPlotly } from "./plotly.js";
import { Selection } from "./selection.js";
import { readTheme } from "./theme.js";

/**
 * A subclass answers: `needs(message)` (ids of payloads, or nothing where there is none),
 * `show(message, ...payloads)`, `resize()`, `pointAt`, `pointAway`, `click`, `drawOutline`,
 * `mark(items)`, `showSelected()`, `keys(event)`; and if something
 * of it takes a while, `hurry()`; and if something can be seen before plotly.js is there,
 * `preview(message, ...payloads)`.
 */
export class Drawing {
  constructor(parent, { key, height }, note) {
    this.frame = new Frame(parent, height, note);
    this.selection = new Selection(key);
    this.pointed = [];
    this.turn = 0;
    this.ready = 0; // the last turn that had all it needs
    this.busy = Promise.resolve(); // one change is drawn after the other
    this.link = joinLink();
    this.gestures = new Gestures(this.frame.stage, {
      modeAt: (x, y) => this.modeAt?.(x, y),
      point: (x, y) => this.pointAt(x, y),
      leave: () => this.pointAway(),
      click: (x, y, event) => this.click(x, y, event),
      outline: (corners, done, event) => this.drawOutline(corners, done, event),
      hint: () => this.frame.hint(),
    });
    this.frame.stage.addEventListener("keydown", (event) => this.#key(event));
    this.frame.stage.addEventListener("blur", () => this.pointAway());
    this.resizing = new ResizeObserver(() => {
      cancelAnimationFrame(this.resizeFrame);
      this.resizeFrame = requestAnimationFrame(() => this.#next(() => this.message && this.resize()));
    });
    this.resizing.observe(this.frame.stage);
  }

  async update(message, send) {
    this.send = send;
    const turn = ++this.turn;
    this.frame.root.style.height = `${message.height}px`;
    await this.#guard(async () => {
      // A later message has overtaken this one, or the drawing has gone. What is shown as it goes on
      // is overtaken only by what is ready to be drawn: else it would not be seen before its end.
      const isLate = () => this.isGone || (message.run ? this.ready > turn : turn !== this.turn);
      const parts = await Promise.all(this.needs(message).map((id) => id && payload(id)));
      if (isLate()) return;
      this.ready = turn;
      if (this.preview && !hasPlotly()) {
        await this.#next(() => {
          Object.assign(this, { message, theme: readTheme(this.frame.root) });
          this.preview(message, ...parts);
        });
      }
      const Plotly = await loadPlotly();
      if (isLate()) return;
      this.hurry?.();
      await this.#next(async () => {
        if (isLate()) return;
        Object.assign(this, { message, Plotly, theme: readTheme(this.frame.root) });
        this.#relink(message);
        await this.show(message, ...parts);
      });
    });
  }

  #next(act) {
    this.busy = this.busy.then(() => this.#guard(act));
    return this.busy;
  }

  async #guard(act) {
    try {
      await act();
    } catch (error) {
      console.error(error);
      this.shown = undefined; // the next message draws anew
      this.frame.tell(error.message);
    }
  }

  #relink({ link: name, places }) {
    if (places !== this.placesText) {
      this.placesText = places;
      this.places = places ? placesOf(decodeIndices(places)) : undefined;
    }
    if (name === this.linkName) return;
    this.link.leave?.();
    this.linkName = name;
    this.link = joinLink(name, {
      places: () => this.places,
      mark: (items) => this.mark(items),
      select: (items) => this.selection.borrow(items) && this.showSelected(),
    });
  }

  #key(event) {
    if (event.target !== this.frame.stage || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.message && this.keys(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  destroy() {
    this.turn++;
    this.isGone = true;
    cancelAnimationFrame(this.resizeFrame);
    this.resizing.disconnect();
    this.gestures.destroy();
    this.link.leave?.();
    this.frame.destroy();
  }
}
