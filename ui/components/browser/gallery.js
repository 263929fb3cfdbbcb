/** Pictures of items side by side, each with a line of text; a click chooses one. */
import { element } from "./dom.js";
import { openPictures } from "./pictures.js";
import { Selection } from "./selection.js";

export class GalleryView {
  constructor(parent, { key }) {
    this.selection = new Selection(key);
    this.root = element("div", { class: "ex-gallery", role: "group" });
    parent.append(this.root);
  }

  /** `message`: { pictures, tiles, size, describes }; `tiles` are { cells, text, more, title, dashed } each. */
  async update(message, send) {
    this.selection.hear(message, message.items);
    this.send = send;
    this.root.setAttribute("aria-label", message.describes);
    const shown = JSON.stringify([message.pictures, message.tiles, message.size]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.#lay(message); // with empty places, so that nothing jumps when the pictures come
    const pictures = await openPictures(message.pictures);
    if (shown !== this.shown) return; // another message has overtaken this one
    this.#lay(message, pictures);
    this.root.dataset.drawn = String(message.tiles.length);
  }

  #lay({ tiles, size, isClickable }, pictures) {
    this.root.style.setProperty("--ex-tile", `${size}px`);
    this.root.replaceChildren(...tiles.map((tile, i) => this.#tile(tile, i, size, isClickable, pictures)));
  }

  #tile({ cells, text, more, title, dashed }, i, size, isClickable, pictures) {
    const frames = cells.map((cell) => element("span", { class: "ex-tile-place" }, pictures?.element(cell, size)));
    const parts = [
      element("span", { class: "ex-tile-pictures" }, ...frames),
      element("span", { class: "ex-tile-text", dir: "auto" }, text),
      more ? element("span", { class: "ex-tile-more", dir: "auto" }, more) : null,
    ];
    const classes = `ex-tile${dashed ? " ex-tile-dashed" : ""}`;
    if (!isClickable) return element("div", { class: classes, title }, ...parts);
    return element("button", { type: "button", class: classes, title, onclick: () => this.selection.choose([i], this.send) }, ...parts);
  }

  destroy() {
    this.shown = undefined;
    this.root.remove();
  }
}
