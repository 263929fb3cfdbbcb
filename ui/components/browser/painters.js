/** One set of strokes on a canvas or as SVG: what is on screen and what is exported are the same. */
import { escapeMarkup } from "./text.js";

const MANY = 400; // numbers, so 200 points: from here copies are stamped
const TOGETHER = 400; // numbers, so 100 lines in one path

export class CanvasPainter {
  constructor(context) {
    this.context = context;
  }

  line(x0, y0, x1, y1, { colour, width = 1, dash = [] }) {
    this.#stroke({ colour, width, dash }, (c) => {
      c.moveTo(x0, y0);
      c.lineTo(x1, y1);
    });
  }

  /** Many straight lines: `ends` is x, y, x, y of each, in a flat list. */
  segments(ends, { colour, width = 1, opacity = 1 }) {
    // One path of all would be slow, and as dark where a hundred cross as where one runs.
    for (let from = 0; from < ends.length; from += TOGETHER) {
      this.#stroke({ colour, width, opacity }, (c) => traceSegments(c, ends, from, Math.min(ends.length, from + TOGETHER)));
    }
  }

  /** Circles, `points` being pairs in a flat list; of one radius, or each of its own. */
  rings(points, radius, { colour, width = 2 }) {
    if (points.length > MANY && isOne(radius)) {
      this.#stamp(points, radius + width, (c) => {
        c.lineWidth = width;
        c.strokeStyle = colour;
        c.arc(0, 0, radius, 0, 2 * Math.PI);
        c.stroke();
      });
      return;
    }
    this.#stroke({ colour, width }, (c) => traceCircles(c, points, radius));
  }

  outline(corners, { colour, width = 1.5, dash = [], opacity = 1, fill, fillOpacity = 1 }) {
    this.#stroke({ colour, width, dash, opacity, fill, fillOpacity }, (c) => {
      corners.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
      c.closePath();
    });
  }

  dots(points, radius, { fill, opacity = 1 }) {
    const c = this.context;
    c.globalAlpha = opacity;
    if (points.length > MANY && isOne(radius)) {
      this.#stamp(points, radius + 1, (stamp) => {
        stamp.fillStyle = fill;
        stamp.arc(0, 0, radius, 0, 2 * Math.PI);
        stamp.fill();
      });
      c.globalAlpha = 1;
      return;
    }
    c.fillStyle = fill;
    c.beginPath();
    traceCircles(c, points, radius);
    c.fill();
    c.globalAlpha = 1;
  }

  /** Let what lies below fade into the ground. */
  veil([left, top, right, bottom], colour, opacity) {
    const c = this.context;
    c.globalAlpha = opacity;
    c.fillStyle = colour;
    c.fillRect(left, top, right - left, bottom - top);
    c.globalAlpha = 1;
  }

  /** An item's picture in a box, [x, y, width, height]. */
  picture(pictures, item, box, opacity = 1) {
    this.context.globalAlpha = opacity;
    pictures.draw(this.context, item, box);
    this.context.globalAlpha = 1;
  }

  bar(x, y, width, height, colours) {
    colours.forEach((colour, i) => {
      this.context.fillStyle = colour;
      this.context.fillRect(x + (i * width) / colours.length, y, width / colours.length + 0.5, height);
    });
  }

  text(text, x, y, { size, font, weight = 400, colour, anchor = "start", halo, haloWidth = 3.5, angle = 0 }) {
    const c = this.context;
    c.save();
    c.translate(x, y);
    c.rotate((angle * Math.PI) / 180);
    c.font = `${weight} ${size}px ${font}`;
    c.textAlign = { start: "left", middle: "center", end: "right" }[anchor];
    c.textBaseline = "middle";
    if (halo) {
      c.lineJoin = "round";
      c.lineWidth = haloWidth;
      c.strokeStyle = halo;
      c.strokeText(text, 0, 0);
    }
    c.fillStyle = colour;
    c.fillText(text, 0, 0);
    c.restore();
  }

  /** Paint what `act` paints, inside of [left, top, right, bottom] only. */
  clip([left, top, right, bottom], act) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(left, top, right - left, bottom - top);
    c.clip();
    act();
    c.restore();
  }

  /** Paint what `act` paints as one picture, of which the ground shines through evenly; in less detail, sooner. */
  faded(opacity, act, detail = 1) {
    const c = this.context;
    const layer = document.createElement("canvas");
    const { width, height } = c.canvas;
    Object.assign(layer, { width: Math.ceil(width * detail), height: Math.ceil(height * detail) });
    const pen = layer.getContext("2d");
    pen.setTransform(new DOMMatrix().scale(detail).multiply(c.getTransform()));
    act(new CanvasPainter(pen));
    c.save();
    c.resetTransform();
    c.globalAlpha = opacity;
    c.drawImage(layer, 0, 0, layer.width / detail, layer.height / detail);
    c.restore();
  }

  /** Draw a small picture once and copy it to every place: ten times faster than as many curves. */
  #stamp(points, reach, draw) {
    const c = this.context;
    const scale = c.getTransform().a;
    const stamp = document.createElement("canvas");
    stamp.width = stamp.height = Math.ceil(2 * reach * scale);
    const pen = stamp.getContext("2d");
    pen.scale(scale, scale);
    pen.translate(reach, reach);
    draw(pen);
    const size = stamp.width / scale;
    for (let i = 0; i < points.length; i += 2) c.drawImage(stamp, points[i] - reach, points[i + 1] - reach, size, size);
  }

  #stroke({ colour, width, dash = [], opacity = 1, fill, fillOpacity = 1 }, trace) {
    const c = this.context;
    c.beginPath();
    trace(c);
    if (fill) {
      c.globalAlpha = fillOpacity;
      c.fillStyle = fill;
      c.fill();
    }
    c.globalAlpha = opacity;
    c.setLineDash(dash);
    c.lineWidth = width;
    c.strokeStyle = colour;
    c.stroke();
    c.setLineDash([]);
    c.globalAlpha = 1;
  }
}

export class SvgPainter {
  constructor() {
    this.parts = [];
  }

  line(x0, y0, x1, y1, style) {
    this.#path(`M${at(x0, y0)}L${at(x1, y1)}`, style);
  }

  segments(ends, style) {
    const parts = [];
    for (let k = 0; k < ends.length; k += 4) parts.push(`M${at(ends[k], ends[k + 1])}L${at(ends[k + 2], ends[k + 3])}`);
    this.#path(parts.join(""), style);
  }

  rings(points, radius, style) {
    this.#path(circles(points, radius), { width: 2, ...style });
  }

  outline(corners, style) {
    this.#path(`M${corners.map(([x, y]) => at(x, y)).join("L")}Z`, { width: 1.5, ...style });
  }

  dots(points, radius, { fill, opacity = 1 }) {
    this.parts.push(`<path d="${circles(points, radius)}" fill="${escapeMarkup(fill)}" opacity="${opacity}"/>`);
  }

  veil([left, top, right, bottom], colour, opacity) {
    const size = `width="${right - left}" height="${bottom - top}"`;
    this.parts.push(`<rect x="${left}" y="${top}" ${size} fill="${escapeMarkup(colour)}" opacity="${opacity}"/>`);
  }

  picture(pictures, item, [x, y, width, height], opacity = 1) {
    const part = document.createElement("canvas");
    [part.width, part.height] = pictures.pixels(item);
    pictures.draw(part.getContext("2d"), item, [0, 0, part.width, part.height]);
    const size = `width="${width.toFixed(1)}" height="${height.toFixed(1)}"`;
    this.parts.push(`<image x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${size} opacity="${opacity}" preserveAspectRatio="none" href="${part.toDataURL()}"/>`);
  }

  bar(x, y, width, height, colours) {
    const step = width / colours.length;
    colours.forEach((colour, i) =>
      this.parts.push(`<rect x="${x + i * step}" y="${y}" width="${step + 0.5}" height="${height}" fill="${escapeMarkup(colour)}"/>`),
    );
  }

  text(text, x, y, { size, font, weight = 400, colour, anchor = "start", halo, haloWidth = 3.5, angle = 0 }) {
    const around = halo ? ` stroke="${escapeMarkup(halo)}" stroke-width="${haloWidth}" stroke-linejoin="round" paint-order="stroke"` : "";
    this.parts.push(
      `<text transform="translate(${at(x, y)}) rotate(${angle})" dominant-baseline="central" text-anchor="${anchor}" ` +
        `font-family="${escapeMarkup(font)}" font-size="${size}" font-weight="${weight}" ` +
        `fill="${escapeMarkup(colour)}"${around} ${asWide(text, `${weight} ${size}px ${font}`)}>${escapeMarkup(text)}</text>`,
    );
  }

  clip([left, top, right, bottom], act) {
    const size = `width="${right - left}" height="${bottom - top}"`;
    this.parts.push(`<svg x="${left}" y="${top}" ${size} viewBox="${left} ${top} ${right - left} ${bottom - top}">`);
    act();
    this.parts.push("</svg>");
  }

  faded(opacity, act) {
    this.parts.push(`<g opacity="${opacity}">`);
    act(this);
    this.parts.push("</g>");
  }

  #path(d, { colour, width = 1, dash = [], opacity = 1, fill = "none", fillOpacity = 1 }) {
    const solid = opacity === 1 && fillOpacity === 1 ? "" : ` stroke-opacity="${opacity}" fill-opacity="${fillOpacity}"`;
    this.parts.push(
      `<path d="${d}" fill="${escapeMarkup(fill)}"${solid} stroke="${escapeMarkup(colour)}" stroke-width="${width}" stroke-dasharray="${dash.join(" ")}"/>`,
    );
  }

  toString() {
    return this.parts.join("");
  }
}

const pen = document.createElement("canvas").getContext("2d");

/** As wide as here where the font is another: labels stay clear of each other. */
function asWide(text, font) {
  pen.font = font;
  const { width } = pen.measureText(text);
  return width ? `textLength="${width.toFixed(1)}" lengthAdjust="spacingAndGlyphs"` : "";
}

const at = (x, y) => `${x.toFixed(1)},${y.toFixed(1)}`;

const isOne = (radius) => typeof radius === "number";

function traceCircles(context, points, radius) {
  for (let i = 0; i < points.length; i += 2) {
    const r = isOne(radius) ? radius : radius[i / 2];
    context.moveTo(points[i] + r, points[i + 1]);
    context.arc(points[i], points[i + 1], r, 0, 2 * Math.PI);
  }
}

function traceSegments(context, ends, from, to) {
  for (let k = from; k < to; k += 4) {
    context.moveTo(ends[k], ends[k + 1]);
    context.lineTo(ends[k + 2], ends[k + 3]);
  }
}

function circles(points, radius) {
  let d = "";
  for (let i = 0; i < points.length; i += 2) {
    const r = isOne(radius) ? radius : Number(radius[i / 2].toFixed(2));
    d += `M${at(points[i] - r, points[i + 1])}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;
  }
  return d;
}
