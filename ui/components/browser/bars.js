/** A few named numbers as bars, one of which is chosen. */
import { Chooser } from "./chooser.js";
import { element } from "./dom.js";

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export class BarsView extends Chooser {
  constructor(parent) {
    super(element("div", { class: "ex-view ex-bars", role: "radiogroup" }));
    this.root.addEventListener("keydown", (event) => this.#key(event));
    parent.append(this.root);
  }

  needs() {
    return [];
  }

  show({ bars, chosen, summary }, _, { isLate }) {
    if (!isLate) this.chosen = chosen;
    this.root.setAttribute("aria-label", summary);
    // The rows stay where they are the same, and with them the keyboard's place.
    const shown = JSON.stringify(bars);
    if (shown !== this.shown) {
      this.shown = shown;
      this.root.replaceChildren(...bars.map((bar, at) => this.#row(bar, at)));
    }
    this.#mark();
  }

  #row([name, share, number], at) {
    const bar = element("i");
    bar.style.width = `${100 * share}%`;
    return element(
      "button",
      { type: "button", class: "ex-bars-row", role: "radio", "aria-label": `${name}, ${number}`, onclick: () => this.#pick(at) },
      element("span", { class: "ex-bars-name", dir: "auto", title: name }, name),
      element("span", { class: "ex-bars-number" }, number),
      element("span", { class: "ex-bars-track", "aria-hidden": "true" }, bar),
    );
  }

  #mark() {
    [...this.root.children].forEach((row, at) => {
      row.setAttribute("aria-checked", String(at === this.chosen));
      row.disabled = this.message.chosen === null;
      row.tabIndex = at === (this.chosen ?? 0) ? 0 : -1;
    });
  }

  #pick(at) {
    this.chosen = at;
    this.#mark();
    this.choose({ chosen: at });
  }

  #key(event) {
    const step = STEPS[event.key];
    const rows = this.root.children;
    if (!step || this.message.chosen === null || !rows.length) return;
    event.preventDefault();
    const at = (this.chosen + step + rows.length) % rows.length;
    this.#pick(at);
    rows[at].focus();
  }
}
