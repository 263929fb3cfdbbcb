/** A contact sheet: pictures in rows, or in one strip, with boxes on them; a click chooses one. */
import { Chooser } from "./chooser.js";
import { element } from "./dom.js";
import { openPictures } from "./pictures.js";

const GAP = 6;
const PAD = 3;
const LINE = 18; // of a caption
const MOST = 1.5; // times the size that was asked for
const AROUND = 2; // rows, or pictures of a strip, that are made ahead of scrolling

export class SheetView extends Chooser {
  constructor(parent) {
    super(element("div", { class: "ex-view ex-sheet", role: "group" }));
    this.space = element("div", { class: "ex-sheet-space" });
    this.scroll = element("div", { class: "ex-sheet-scroll" }, this.space);
    this.root.append(this.scroll);
    parent.append(this.root);
    this.tiles = new Map(); // place -> element
    this.scroll.addEventListener("scroll", () => this.#fill());
    this.resizing = new ResizeObserver(() => this.#lay());
    this.resizing.observe(this.scroll);
    this.root.addEventListener("keydown", (event) => this.#key(event));
  }

  needs({ tiles }) {
    return [tiles];
  }

  async show(message, [tiles], { isOther, isLate }) {
    const pictures = await openPictures(message.pictures);
    if (!isLate) this.chosen = message.chosen;
    this.root.setAttribute("aria-label", message.summary);
    this.root.classList.toggle("ex-strip", message.strip);
    const isNew = pictures.image !== this.pictures?.image || tiles !== this.sent;
    Object.assign(this, { pictures, sent: tiles });
    if (isNew) {
      this.starts = startsOf(tiles.counts);
      this.space.replaceChildren();
      this.tiles.clear();
      if (isOther) this.scroll.scrollTo(0, 0);
    }
    this.isHidden ||= isNew || isOther; // the chosen picture may lie outside of what is in view
    this.#lay();
  }

  /** Pixels of a picture's longer side: what was asked for in a strip, in rows as much as fills them. */
  get #size() {
    return this.message.strip ? this.message.size : this.fitted;
  }

  /** How wide and high a tile is with its captions. */
  get #step() {
    const lines = this.message.strip ? 0 : this.message.lines;
    return [this.#size + 2 * PAD + GAP, this.#size + 2 * PAD + lines * LINE + GAP];
  }

  #lay() {
    if (!this.sent || !this.scroll.clientWidth) return;
    const n = this.sent.titles.length;
    this.columns = this.message.strip ? n : this.#fitColumns();
    const [across, down] = this.#step;
    const rows = Math.ceil(n / this.columns);
    this.space.style.width = this.message.strip ? `${n * across}px` : "";
    this.space.style.height = `${rows * down - GAP}px`;
    if (this.isHidden) this.#reveal();
    this.#fill();
    this.tiles.forEach((tile, at) => this.#put(tile, at));
  }

  /** Fill the width with as many pictures of the size that was asked for as there is room for. */
  #fitColumns() {
    const room = this.scroll.clientWidth + GAP;
    const columns = Math.max(1, Math.floor(room / (this.message.size + 2 * PAD + GAP)));
    const fitted = Math.min(MOST * this.message.size, Math.floor(room / columns) - GAP - 2 * PAD);
    if (fitted !== this.fitted) {
      this.fitted = fitted;
      this.space.replaceChildren();
      this.tiles.clear();
    }
    return columns;
  }

  /** Make the tiles that are in view, and let go of those that are far from it. */
  #fill() {
    const [across, down] = this.#step;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.scroll;
    const n = this.sent?.titles.length ?? 0;
    const [low, high] = this.message.strip
      ? [Math.floor(scrollLeft / across) - AROUND, Math.ceil((scrollLeft + clientWidth) / across) + AROUND]
      : [(Math.floor(scrollTop / down) - AROUND) * this.columns, (Math.ceil((scrollTop + clientHeight) / down) + AROUND) * this.columns];
    const [first, last] = [Math.max(0, low), Math.min(n, high)];
    for (const [at, tile] of this.tiles) {
      if (at >= first && at < last) continue;
      if (tile === document.activeElement) continue;
      tile.remove();
      this.tiles.delete(at);
    }
    for (let at = first; at < last; at++) if (!this.tiles.has(at)) this.#make(at);
    this.tiles.forEach((tile, at) => tile.setAttribute("aria-pressed", String(at === this.chosen)));
  }

  #make(at) {
    const { titles, notes, cells } = this.sent;
    const [title, note] = [titles[at], notes[at]];
    const captions = [title, note].slice(0, this.message.strip ? 0 : this.message.lines);
    const tile = element(
      "button",
      { type: "button", class: "ex-shot", title: note ? `${title}: ${note}` : title, "aria-label": note ? `${title}, ${note}` : title, onclick: () => this.#pick(at) },
      this.#shot(cells[at], at),
      ...captions.map((text, i) => element("span", { class: i ? "ex-shot-note" : "ex-shot-title", dir: "auto" }, text || "\u00a0")),
    );
    this.tiles.set(at, tile);
    this.#put(tile, at);
    this.space.append(tile);
  }

  #shot(cell, at) {
    const place = element("span", { class: "ex-shot-place" });
    place.style.width = place.style.height = `${this.#size}px`;
    const canvas = this.pictures.element(cell, this.#size);
    if (!canvas) {
      place.append(element("span", { class: "ex-shot-empty" }, "no picture"));
      return place;
    }
    const shot = element("span", { class: "ex-shot-frame" }, canvas);
    for (let box = this.starts[at]; box < this.starts[at + 1]; box++) shot.append(boxOn(this.sent.boxes.subarray(4 * box, 4 * box + 4)));
    place.append(shot);
    return place;
  }

  #put(tile, at) {
    const [across, down] = this.#step;
    const [column, row] = [at % this.columns, Math.floor(at / this.columns)];
    Object.assign(tile.style, { left: `${column * across}px`, top: `${row * down}px`, width: `${across - GAP}px`, height: `${down - GAP}px` });
  }

  #pick(at) {
    this.chosen = at;
    this.tiles.forEach((tile, other) => tile.setAttribute("aria-pressed", String(other === at)));
    this.choose({ chosen: at });
  }

  /** Bring the chosen picture into view. */
  #reveal() {
    this.isHidden = false;
    if (!(this.chosen >= 0)) return;
    const [across, down] = this.#step;
    if (this.message.strip) this.scroll.scrollLeft = this.chosen * across - (this.scroll.clientWidth - across) / 2;
    else this.scroll.scrollTop = Math.floor(this.chosen / this.columns) * down - (this.scroll.clientHeight - down) / 2;
  }

  /** Arrow keys walk from picture to picture; Enter and Space are the button's own. */
  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }[event.key];
    const here = [...this.tiles].find(([, tile]) => tile === document.activeElement)?.[0];
    if (!step || here === undefined || (this.message.strip && Math.abs(step) > 1)) return;
    event.preventDefault();
    const next = here + step;
    if (next < 0 || next >= this.sent.titles.length) return;
    if (!this.tiles.has(next)) this.#make(next);
    this.tiles.get(next).focus();
  }

  destroy() {
    this.resizing.disconnect();
    super.destroy();
  }
}

/** Return where the boxes of each tile begin among all. */
function startsOf(counts) {
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, at) => (starts[at + 1] = starts[at] + count));
  return starts;
}

function boxOn([left, top, right, bottom]) {
  const made = element("i", { class: "ex-shot-box" });
  const sides = { left, top, width: right - left, height: bottom - top };
  for (const [side, share] of Object.entries(sides)) made.style[side] = `${100 * share}%`;
  return made;
}
