/** What a training came to, moment by moment: curves with a cursor, and who is nearest to one item. */
import { Chooser } from "./chooser.js";
import { element } from "./dom.js";
import { joinMoments } from "./moments.js";

const CURVE = 62; // pixels
const ROW = 25;
const PAD = 4;

export class LedgerView extends Chooser {
  constructor(parent) {
    super(element("div", { class: "ex-view ex-ledger" }));
    this.moment = 0;
    parent.append(this.root);
    this.watch = new ResizeObserver(() => this.message && this.#draw());
    this.watch.observe(this.root);
  }

  needs({ ledger }) {
    return [ledger];
  }

  show({ link, summary }, [ledger]) {
    this.ledger = ledger;
    this.root.setAttribute("aria-label", summary);
    this.curves = ledger.curves.map((curve, at) => this.#curve(curve, ledger[`curve${at}`]));
    this.heading = element("div", { class: "ex-ledger-heading", dir: "auto" }, ledger.heading);
    this.list = element("div", { class: "ex-ledger-list", role: "list" });
    this.list.style.height = `${ledger.k * ROW}px`;
    this.rows = new Map();
    this.note = element("div", { class: "ex-ledger-note" });
    this.root.replaceChildren(...this.curves.map(({ box }) => box), this.heading, this.list, this.note);
    if (link !== this.link) {
      this.moments?.leave();
      this.link = link;
      this.moments = joinMoments(link, { be: (moment) => this.#be(moment) });
    }
    this.#draw();
  }

  #be(moment) {
    this.moment = moment;
    if (this.ledger) this.#draw();
  }

  #curve(curve, values) {
    const reading = element("b", { class: "ex-ledger-value" });
    const canvas = element("canvas", { class: "ex-ledger-curve", "aria-hidden": "true" });
    const seek = ({ clientX, buttons, type }) => {
      if (type === "pointermove" && !buttons) return;
      const { left, width } = canvas.getBoundingClientRect();
      const share = (clientX - left - PAD) / (width - 2 * PAD);
      this.moments.seek(Math.round(Math.min(1, Math.max(0, share)) * (this.ledger.count - 1)));
    };
    canvas.addEventListener("pointerdown", seek);
    canvas.addEventListener("pointermove", seek);
    const head = element("div", { class: "ex-ledger-head" }, element("span", {}, curve.name), reading);
    return { ...curve, values, reading, canvas, box: element("div", { title: curve.about }, head, canvas) };
  }

  #draw() {
    const frame = Math.min(Math.round(this.moment), this.ledger.count - 1);
    for (const curve of this.curves) {
      paintCurve(curve, frame, this.theme);
      curve.reading.textContent = said(curve.values, frame) + (curve.unit ? ` ${curve.unit}` : "");
    }
    this.#list(frame);
    const longer = this.ledger.longer?.[frame];
    this.note.textContent = longer ? `The step at this moment, drawn ${count(longer)} times as long as it is.` : "";
  }

  /** Rows keep their element while they are among the nearest, and slide to their new place. */
  #list(frame) {
    const { items, cosines, labels, k } = this.ledger;
    const seen = new Set();
    for (let rank = 0; rank < k; rank++) {
      const item = items[frame * k + rank];
      const cosine = cosines[frame * k + rank];
      seen.add(item);
      const row = this.rows.get(item) ?? this.#row(item, labels[item]);
      row.box.style.transform = `translateY(${rank * ROW}px)`;
      row.number.textContent = signed(cosine);
      row.bar.style.width = `${100 * Math.max(0, Math.min(1, cosine))}%`;
      row.box.style.opacity = "1";
    }
    for (const [item, { box }] of this.rows) {
      if (seen.has(item)) continue;
      box.remove();
      this.rows.delete(item);
    }
  }

  #row(item, label) {
    const [number, bar] = [element("span", { class: "ex-bars-number" }), element("i")];
    const box = element(
      "div",
      { class: "ex-ledger-row", role: "listitem" },
      element("span", { class: "ex-bars-name", dir: "auto", title: label }, label),
      element("span", { class: "ex-ledger-track", "aria-hidden": "true" }, bar),
      number,
    );
    this.list.append(box);
    const row = { box, number, bar };
    this.rows.set(item, row);
    return row;
  }

  destroy() {
    this.watch.disconnect();
    this.moments?.leave();
    super.destroy();
  }
}

function paintCurve({ canvas, values, low, high }, frame, theme) {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  if (!width) return;
  Object.assign(canvas, { width: width * ratio, height: CURVE * ratio });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const x = (i) => PAD + ((width - 2 * PAD) * i) / Math.max(1, values.length - 1);
  const y = (value) => CURVE - PAD - ((CURVE - 2 * PAD) * (value - low)) / (high - low || 1);
  pen.strokeStyle = theme.border;
  pen.strokeRect(0.5, 0.5, width - 1, CURVE - 1);
  const line = (last, colour, thick) => {
    pen.beginPath();
    let isOpen = false;
    for (let i = 0; i <= last; i++) {
      if (Number.isNaN(values[i])) continue;
      if (isOpen) pen.lineTo(x(i), y(values[i]));
      else pen.moveTo(x(i), y(values[i]));
      isOpen = true;
    }
    Object.assign(pen, { strokeStyle: colour, lineWidth: thick, lineJoin: "round" });
    pen.stroke();
  };
  line(values.length - 1, theme.grey, 1.5);
  line(frame, theme.primary, 2);
  pen.fillStyle = theme.border;
  pen.fillRect(x(frame) - 0.5, 1, 1, CURVE - 2);
  if (Number.isNaN(values[frame])) return;
  pen.fillStyle = theme.primary;
  pen.beginPath();
  pen.arc(x(frame), y(values[frame]), 3.5, 0, 2 * Math.PI);
  pen.fill();
}

const said = (values, frame) => (Number.isNaN(values[frame]) ? "–" : number(values[frame]));
const number = (value) => (value && Math.abs(value) < 0.001 ? "under 0.001" : Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)).replace("-", "−");
const count = (value) => Number(value.toPrecision(2)).toLocaleString("en");
const signed = (value) => value.toFixed(2).replace("-", "−");
