/** Small pictures of items, all in one that the app sent: decoded once, and cut where they are painted. */
import { payload } from "./payloads.js";

const SMALLEST = 20; // pixels of a cell: no smaller copy is of use
const decoded = new WeakMap(); // payload -> promise of its copies

/** Fetch pictures that the app sent, and which of them each item has (item i has picture i where nothing is said). */
export async function openPictures(id, cellsId) {
  const [sent, named] = await Promise.all([payload(id), cellsId && payload(cellsId)]);
  if (!decoded.has(sent)) decoded.set(sent, copiesOf(sent));
  return new Pictures(sent, await decoded.get(sent), named?.cells);
}

/** Return { image, edge } of the whole and of copies half as large, a quarter, ...: a browser shrinks well by two at most. */
async function copiesOf({ data, edge }) {
  const whole = await createImageBitmap(new Blob([data], { type: "image/webp" }));
  const copies = [{ image: whole, edge }];
  for (let side = edge / 2; side >= SMALLEST && Number.isInteger(side); side /= 2) {
    const { image } = copies.at(-1);
    const size = { resizeWidth: (whole.width * side) / edge, resizeHeight: (whole.height * side) / edge };
    copies.push({ image: await createImageBitmap(image, { ...size, resizeQuality: "high" }), edge: side });
  }
  return copies;
}

class Pictures {
  constructor({ columns, edge, n, boxes, crisp }, copies, cells) {
    Object.assign(this, { columns, edge, n, boxes, crisp, copies, cells });
    [this.widths, this.heights] = [new Float32Array(n), new Float32Array(n)]; // the longer side being 1
    for (let cell = 0; cell < n; cell++) {
      const [width, height] = [boxes[4 * cell + 2] - boxes[4 * cell], boxes[4 * cell + 3] - boxes[4 * cell + 1]];
      const longer = Math.max(width, height, 1);
      [this.widths[cell], this.heights[cell]] = [width / longer, height / longer];
    }
  }

  #cell(item) {
    return this.cells ? this.cells[item] : item;
  }

  /** Whether an item has a picture: what could not be read has none. */
  has(item) {
    const cell = this.#cell(item);
    return cell < this.n && this.boxes[4 * cell + 2] > 0;
  }

  /** Return the width and height of an item's picture whose longer side is `size`. */
  fit(item, size) {
    const cell = this.#cell(item);
    return [this.widths[cell] * size, this.heights[cell] * size];
  }

  /** Return the pixels of an item's picture as it was sent: [width, height]. */
  pixels(item) {
    const at = 4 * this.#cell(item);
    return [this.boxes[at + 2] - this.boxes[at], this.boxes[at + 3] - this.boxes[at + 1]];
  }

  /** Draw an item's picture into a box. */
  draw(context, item, [x, y, width, height]) {
    const cell = this.#cell(item);
    const longer = Math.max(width, height) * context.getTransform().a;
    const longest = Math.max(...this.pixels(item));
    const { image, edge } = this.copies.findLast((copy) => (longest * copy.edge) / this.edge >= longer) ?? this.copies[0];
    const scale = edge / this.edge;
    const at = 4 * cell;
    const left = (cell % this.columns) * edge + this.boxes[at] * scale;
    const top = Math.floor(cell / this.columns) * edge + this.boxes[at + 1] * scale;
    const [w, h] = this.pixels(item);
    context.imageSmoothingEnabled = !(this.crisp && longer > longest);
    context.drawImage(image, left, top, w * scale, h * scale, x, y, width, height);
  }

  /** Return an item's picture as an element, its longer side `size` pixels; nothing where there is none. */
  element(item, size) {
    if (!this.has(item)) return null;
    const ratio = globalThis.devicePixelRatio || 1;
    const [width, height] = this.fit(item, size).map((side) => Math.max(1, Math.round(side)));
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: width * ratio, height: height * ratio, className: "ex-picture" });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    this.draw(canvas.getContext("2d"), item, [0, 0, canvas.width, canvas.height]);
    return canvas;
  }
}
