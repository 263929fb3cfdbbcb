/**
 * One picture, large: what its regions add painted over it, boxes on it, and one that is drawn.
 *
 * Two pictures with the same link answer each other: while a region of one is pointed at, the other
 * shows how like it each of its own is.
 */
import { Chooser } from "./chooser.js";
import { Frame } from "./frame.js";
import { showNothing, showScale } from "./legend.js";
import { joinLink } from "./links.js";
import { paintBox, paintHeat } from "./overlay_paint.js";
import { numbersIn } from "./text.js";
import { DIVERGING_SCALE, sampleScale } from "./theme.js";

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const MARGIN = 6;
const NUDGE = 0.02; // of the picture, by an arrow key
const LEAST = 0.01; // a smaller box is a click
const CRISP = 3; // enlarged more than so much, pixels stay squares

export class OverlayView extends Chooser {
  constructor(parent, { height }) {
    const frame = new Frame(parent, height, "Opening the picture");
    super(frame.root);
    this.frame = frame;
    frame.root.classList.add("ex-overlay");
    this.link = joinLink();
    this.region = null; // pointed at, here
    this.asked = null; // pointed at, in the other picture
    const listen = (type, act) => frame.stage.addEventListener(type, act);
    listen("pointerdown", (event) => this.#down(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#up(event));
    listen("pointerleave", () => this.#point(null));
    listen("blur", () => this.#point(null));
    listen("keydown", (event) => this.#key(event));
    this.resizing = new ResizeObserver(() => this.message && this.#paint());
    this.resizing.observe(frame.stage);
  }

  needs({ picture, heat, matches }) {
    return [picture, heat, matches];
  }

  async show(message, [picture, heat, matches], { isLate }) {
    if (picture !== this.sent) this.image = await createImageBitmap(new Blob([picture.data]));
    Object.assign(this, { sent: picture, heat, matches });
    if (!isLate && !this.from) this.box = message.drawn;
    this.colours = sampleScale(DIVERGING_SCALE, 65);
    this.frame.root.classList.toggle("ex-draws", message.draws);
    this.frame.root.classList.toggle("ex-heated", Boolean(heat));
    this.#relink(message);
    this.#legend();
    this.frame.describe(message.summary);
    this.frame.tell("");
    this.#paint();
  }

  tell(text) {
    this.frame.tell(text);
  }

  #relink({ link }) {
    if (link === this.linked) return;
    this.link.leave?.();
    this.linked = link;
    this.link = joinLink(link ?? undefined, { mark: (region) => this.#ask(region), select() {} });
  }

  /** The other picture points at one of its regions. */
  #ask(region) {
    this.asked = region;
    this.#legend();
    this.#paint();
  }

  #legend() {
    const { heat, message } = this;
    if (!heat) return showNothing(this.frame);
    const range = this.asked === null ? message.range : message.matchRange;
    const title = this.asked === null ? message.title : message.matchTitle;
    this.format = numbersIn(range);
    return showScale(this.frame, this.colours, range, title, this.format.short);
  }

  // --- painting ----------------------------------------------------------------------------

  /** Where the picture is on the stage: as large as it fits. */
  get #place() {
    const { width, height } = this.frame;
    const room = [width - 2 * MARGIN, height - 2 * MARGIN];
    const scale = Math.min(room[0] / this.image.width, room[1] / this.image.height);
    const size = [this.image.width * scale, this.image.height * scale];
    return { x: (width - size[0]) / 2, y: (height - size[1]) / 2, width: size[0], height: size[1], scale };
  }

  /** Return a part of the picture, given in shares of it, in pixels of the stage. */
  #onStage([left, top, right, bottom]) {
    const { x, y, width, height } = this.#place;
    return [x + left * width, y + top * height, (right - left) * width, (bottom - top) * height];
  }

  #paint() {
    if (!this.image || !this.frame.isSeen) return;
    const { message, heat, theme } = this;
    const context = this.frame.clearMarks();
    const { x, y, width, height, scale } = this.#place;
    const ratio = globalThis.devicePixelRatio || 1;
    context.imageSmoothingEnabled = scale * ratio < CRISP;
    context.imageSmoothingQuality = "high";
    // Under colours that mean something, the picture's own step back.
    if (heat) context.filter = "saturate(.3)";
    context.drawImage(this.image, x, y, width, height);
    context.filter = "none";
    this.#veil(context, [x, y, width, height]);
    if (heat) {
      const [values, range] = this.#shown();
      paintHeat(context, values, heat, this.#onStage(message.seen), range, this.colours);
      if (this.region !== null) paintBox(context, this.#regionBox(this.region), theme, 1.5);
    }
    message.boxes.forEach((box) => paintBox(context, this.#onStage(box), theme, 2));
    if (this.box) paintBox(context, this.#onStage(this.box), theme, 2.5, true);
  }

  /** What each region adds; or, while the other picture points, how like the pointed one it is. */
  #shown() {
    const { heat, matches, message, asked } = this;
    if (asked === null || !matches) return [heat.values, message.range];
    const n = heat.rows * heat.columns;
    // Rows are the left picture's regions, and columns the right one's.
    const values = Float32Array.from({ length: n }, (_, i) => matches.values[message.isLeft ? i * matches.columns + asked : asked * matches.columns + i]);
    return [values, message.matchRange];
  }

  /** What the model does not look at lies under a veil. */
  #veil(context, whole) {
    const { message, theme } = this;
    const [left, top, right, bottom] = message.seen;
    if (left <= 0 && top <= 0 && right >= 1 && bottom >= 1) return;
    const seen = this.#onStage(message.seen);
    context.save();
    context.beginPath();
    context.rect(...whole);
    context.rect(...seen);
    context.clip("evenodd");
    context.globalAlpha = 0.7;
    context.fillStyle = theme.background;
    context.fillRect(...whole);
    context.restore();
  }

  #regionBox(region) {
    const { rows, columns } = this.heat;
    const [x, y, width, height] = this.#onStage(this.message.seen);
    const [w, h] = [width / columns, height / rows];
    return [x + (region % columns) * w, y + Math.floor(region / columns) * h, w, h];
  }

  // --- pointing ----------------------------------------------------------------------------

  #point(region) {
    if (region === this.region) return;
    this.region = region;
    this.link.mark(region);
    const { tooltip } = this.frame;
    if (region === null) tooltip.hide();
    else {
      const [x, y, width, height] = this.#regionBox(region);
      tooltip.show(this.#describe(region), x + width / 2, y + height / 2);
    }
    this.#paint();
  }

  #describe(region) {
    const value = this.heat.values[region];
    return { heading: `${value > 0 ? "+" : ""}${this.format.long(value)}`, line: value < 0 ? this.message.against : this.message.for };
  }

  #regionAt(x, y) {
    if (!this.heat) return null;
    const { rows, columns } = this.heat;
    const [left, top, width, height] = this.#onStage(this.message.seen);
    const [column, row] = [Math.floor(((x - left) / width) * columns), Math.floor(((y - top) / height) * rows)];
    return column < 0 || row < 0 || column >= columns || row >= rows ? null : row * columns + column;
  }

  // --- drawing a box -----------------------------------------------------------------------

  #at(event) {
    const stage = this.frame.stage.getBoundingClientRect();
    const { x, y, width, height } = this.#place;
    const shares = [(event.clientX - stage.left - x) / width, (event.clientY - stage.top - y) / height];
    return shares.map((share) => Math.min(1, Math.max(0, share)));
  }

  #down(event) {
    if (event.button !== 0 || !this.message?.draws) return;
    event.preventDefault();
    this.frame.stage.focus({ preventScroll: true });
    this.frame.stage.setPointerCapture(event.pointerId);
    this.from = this.#at(event);
  }

  #move(event) {
    if (!this.image || !this.message) return;
    if (this.from) {
      const to = this.#at(event);
      const [xs, ys] = [0, 1].map((axis) => [this.from[axis], to[axis]].sort((a, b) => a - b));
      this.stretched = [xs[0], ys[0], xs[1], ys[1]];
      this.#preview(this.stretched);
      return;
    }
    const stage = this.frame.stage.getBoundingClientRect();
    this.#point(this.#regionAt(event.clientX - stage.left, event.clientY - stage.top));
  }

  #preview(box) {
    const before = this.box;
    this.box = box;
    this.#paint();
    this.box = before;
  }

  #up() {
    const box = this.stretched;
    this.from = this.stretched = undefined;
    if (box && box[2] - box[0] >= LEAST && box[3] - box[1] >= LEAST) this.#draw(box);
    else if (this.image) this.#paint();
  }

  #draw(box) {
    this.box = box;
    this.#paint();
    this.frame.say(`Box from ${box.map((share) => `${Math.round(100 * share)}%`).join(", ")}: left, top, right, bottom.`);
    this.choose({ box });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !ARROWS[event.key] || !this.image) return;
    event.preventDefault();
    const [right, down] = ARROWS[event.key];
    if (this.message.draws) this.#nudge(right, down, event.shiftKey);
    else if (this.heat) this.#walk(right, down);
  }

  /** Arrow keys move the box; with Shift, its lower right corner. */
  #nudge(right, down, isCorner) {
    const [left, top, end, bottom] = this.box ?? [0.35, 0.35, 0.65, 0.65];
    const move = (low, high, step) => {
      if (isCorner) return [low, Math.min(1, Math.max(low + 2 * LEAST, high + step))];
      const kept = Math.min(1 - high, Math.max(-low, step));
      return [low + kept, high + kept];
    };
    const [x, y] = [move(left, end, right * NUDGE), move(top, bottom, down * NUDGE)];
    this.box = [x[0], y[0], x[1], y[1]];
    this.#paint();
    clearTimeout(this.nudged);
    this.nudged = setTimeout(() => this.#draw(this.box), 350);
  }

  #walk(right, down) {
    const { rows, columns } = this.heat;
    const region = this.region ?? 0;
    const column = Math.min(columns - 1, Math.max(0, (region % columns) + (this.region === null ? 0 : right)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(region / columns) + (this.region === null ? 0 : down)));
    this.#point(row * columns + column);
    const { heading, line } = this.#describe(this.region);
    this.frame.say(`Row ${row + 1}, column ${column + 1}: ${heading}, ${line}`);
  }

  destroy() {
    clearTimeout(this.nudged);
    this.resizing.disconnect();
    this.link.leave?.();
    this.frame.destroy();
    super.destroy();
  }
}
