/** What the pointer is on, as plain text. */
import { element } from "./dom.js";

const MARGIN = 6;

export class Tooltip {
  constructor() {
    this.element = element("div", { class: "ex-tip", hidden: true, "aria-hidden": "true" });
  }

  /** Show a heading, an optional coloured line, and rows of name and text. */
  show({ heading, colour, line, rows = [] }, x, y) {
    const swatch = colour ? element("i", { class: "ex-dot" }) : null;
    if (swatch) swatch.style.background = colour;
    this.element.replaceChildren(
      element("div", { class: "ex-tip-heading", dir: "auto" }, heading),
      ...(line ? [element("div", { class: "ex-tip-line" }, swatch, element("span", { dir: "auto" }, line))] : []),
      ...rows.map(([name, text]) =>
        element("div", { class: "ex-tip-row" }, element("span", { dir: "auto" }, name), element("span", { dir: "auto" }, text)),
      ),
    );
    this.element.hidden = false;
    this.#place(x, y);
  }

  hide() {
    this.element.hidden = true;
  }

  /** Beside the point, on the side with room, and never outside the stage. */
  #place(x, y) {
    const { offsetWidth: width, offsetHeight: height, parentElement: stage } = this.element;
    const left = x + 14 + width < stage.clientWidth ? x + 14 : x - 14 - width;
    const top = y + 14 + height < stage.clientHeight ? y + 14 : y - 14 - height;
    const clamp = (value, size, room) => Math.max(MARGIN, Math.min(value, room - size - MARGIN));
    this.element.style.left = `${clamp(left, width, stage.clientWidth)}px`;
    this.element.style.top = `${clamp(top, height, stage.clientHeight)}px`;
  }
}
