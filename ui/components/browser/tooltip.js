/** What the pointer is on, as plain text. */
import { element } from "./dom.js";

const MARGIN = 6;
const GAP = 14; // from the point

export class Tooltip {
  constructor() {
    this.element = element("div", { class: "ex-tip", hidden: true, "aria-hidden": "true" });
  }

  /** Show a heading, an optional coloured line, rows of name and text, and pictures beside them; if it can, clear of places. */
  show({ heading, colour, line, rows = [], pictures = [] }, x, y, places = []) {
    const swatch = colour ? element("i", { class: "ex-dot" }) : null;
    if (swatch) swatch.style.background = colour;
    const shown = pictures.filter(Boolean);
    const text = element(
      "div",
      { class: "ex-tip-text" },
      element("div", { class: "ex-tip-heading", dir: "auto" }, heading),
      ...(line ? [element("div", { class: "ex-tip-line" }, swatch, element("span", { dir: "auto" }, line))] : []),
      ...rows.map(([name, text]) =>
        element("div", { class: "ex-tip-row" }, element("span", { dir: "auto" }, name), element("span", { dir: "auto" }, text)),
      ),
    );
    this.element.classList.toggle("ex-tip-pictured", shown.length > 0);
    this.element.replaceChildren(...shown, text);
    this.element.hidden = false;
    this.#place(x, y, places);
  }

  hide() {
    this.element.hidden = true;
  }

  /** Beside the point, on the side with room that covers the fewest places, and never outside the stage. */
  #place(x, y, places) {
    const { offsetWidth: width, offsetHeight: height, parentElement: stage } = this.element;
    const sides = (at, size, room) => {
      const [after, before] = [at + GAP, at - GAP - size];
      const found = [after, before].filter((start) => start >= MARGIN && start + size <= room - MARGIN);
      return found.length ? found : [Math.max(MARGIN, Math.min(after, room - size - MARGIN))];
    };
    const tops = sides(y, height, stage.clientHeight);
    const corners = tops.flatMap((top) => sides(x, width, stage.clientWidth).map((left) => ({ left, top })));
    const covered = ({ left, top }) => places.filter(([px, py]) => px > left && px < left + width && py > top && py < top + height).length;
    const best = corners.reduce((a, b) => (covered(b) < covered(a) ? b : a));
    this.element.style.left = `${best.left}px`;
    this.element.style.top = `${best.top}px`;
  }
}
