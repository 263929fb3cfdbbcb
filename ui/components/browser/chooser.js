/**
 * What parts without Plotly share: their life from message to message, and a choice that goes back.
 *
 * A subclass answers: `root`, `needs(message)` (ids of payloads, or nothing where there is none) and
 * `show(message, ...payloads)`; and `destroy()` where there is more to let go of than its root.
 */
import { payload } from "./payloads.js";
import { readTheme } from "./theme.js";

const STYLE = new URL("./chooser.css", import.meta.url).href;

export class Chooser {
  constructor(root) {
    this.root = root;
    this.turn = 0;
    this.revision = 0;
    loadStyle();
  }

  async update(message, send) {
    this.send = send;
    const turn = ++this.turn;
    this.root.style.height = `${message.height}px`;
    try {
      const parts = await Promise.all(this.needs(message).map((id) => id && payload(id)));
      if (turn !== this.turn) return; // a later message has overtaken this one
      const isOther = message.items !== this.message?.items;
      // Written before the app knew of the last choice made here: that choice stands.
      const isLate = !isOther && message.known < this.revision;
      this.message = message;
      this.theme = readTheme(this.root);
      await this.show(message, parts, { isOther, isLate });
      this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
    } catch (error) {
      console.error(error);
      this.tell?.(error.message);
    }
  }

  /** Send what a person chose. */
  choose(content) {
    this.revision = Math.max(Date.now(), this.revision + 1);
    this.send("selection", { revision: this.revision, items: this.message.items, ...content });
  }

  destroy() {
    this.turn++;
    this.root.remove();
  }
}

/** Fetch the rules that only these parts need, once. */
function loadStyle() {
  if (document.head.querySelector(`link[href="${STYLE}"]`)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = STYLE;
  document.head.append(link);
}
