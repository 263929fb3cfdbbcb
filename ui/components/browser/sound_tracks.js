/** A sound as pictures over time: how far it swings, how loud each band is, its coefficients. */
import { number } from "./text.js";
import { DIVERGING_SCALE, SEQUENTIAL, rgb, sampleScale } from "./theme.js";

export const LEFT = 44; // pixels of an axis' numbers
export const RIGHT = 6;
export const TOP = 20; // of a title
export const FOOT = 20; // of the numbers below
export const FOOTLESS = 4;
const APART = 15; // the least between two numbers upright, and ten times that lying
const FREQUENCIES = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];

const colours = (stops) => sampleScale(stops, 256).map(rgb);

/** Return the tracks that a payload has pictures for. */
export function tracksOf(sound) {
  const tracks = [];
  if (sound.low?.length) tracks.push(new Wave(sound));
  if (sound.mel?.length) tracks.push(new Mel(sound));
  if (sound.mfcc?.length) tracks.push(new Coefficients(sound));
  return tracks;
}

class Track {
  constructor(sound) {
    this.sound = sound;
  }

  /** Where the picture is on a canvas of so many pixels. */
  static place(width, height, footed) {
    return { x: LEFT, y: TOP, width: Math.max(1, width - LEFT - RIGHT), height: Math.max(1, height - TOP - (footed ? FOOT : FOOTLESS)) };
  }

  draw(context, width, height, theme, footed) {
    const place = Track.place(width, height, footed);
    context.clearRect(0, 0, width, height);
    context.font = `12px ${theme.font}`;
    this.paint(context, place, theme);
    context.fillStyle = theme.text;
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.fillText(this.title, place.x, TOP - 7, place.width);
    context.fillStyle = theme.muted;
    this.#upright(context, place);
    if (footed) this.#lying(context, place);
  }

  #upright(context, place) {
    context.textAlign = "right";
    context.textBaseline = "middle";
    let last = Infinity;
    for (const [text, share] of this.ticks(place.height)) {
      const y = place.y + (1 - share) * place.height;
      if (share < 0 || share > 1 || last - y < APART) continue;
      context.fillText(text, place.x - 6, Math.min(place.y + place.height - 4, Math.max(place.y + 4, y)));
      last = y;
    }
  }

  #lying(context, place) {
    const { start, seconds } = this.sound;
    const step = niceStep(seconds, Math.max(2, place.width / (10 * APART)));
    context.textAlign = "center";
    context.textBaseline = "top";
    const y = place.y + place.height + 5;
    for (let at = Math.ceil(start / step) * step; at <= start + seconds * 1.0001; at += step) {
      const x = place.x + ((at - start) / seconds) * place.width;
      const text = `${number(Number(at.toFixed(6)))} s`;
      const half = context.measureText(text).width / 2;
      context.fillText(text, Math.min(place.x + place.width - half, Math.max(place.x + half, x)), y);
    }
  }
}

class Wave extends Track {
  constructor(sound) {
    super(sound);
    this.title = "Waveform";
    this.peak = Math.max(1e-6, ...sound.low.map(Math.abs), ...sound.high.map(Math.abs));
  }

  ticks() {
    const text = number(Number(this.peak.toPrecision(2)));
    return [[`−${text}`, 0], ["0", 0.5], [text, 1]];
  }

  paint(context, { x, y, width, height }, theme) {
    const { low, high } = this.sound;
    const onto = (value) => y + (0.5 - value / this.peak / 2) * height;
    context.fillStyle = theme.faint;
    context.fillRect(x, y + height / 2 - 0.5, width, 1);
    context.fillStyle = theme.primary;
    const step = width / low.length;
    for (let i = 0; i < low.length; i++) {
      const [top, bottom] = [onto(high[i]), onto(low[i])];
      context.fillRect(x + i * step, top, Math.max(0.6, step), Math.max(0.8, bottom - top));
    }
  }

  read(time, share) {
    const { low, high } = this.sound;
    const at = Math.min(low.length - 1, Math.max(0, Math.floor(share * low.length)));
    return `${number(low[at])} to ${number(high[at])}`;
  }
}

/** A grid of bytes: rows from below, columns are frames. */
class Grid extends Track {
  constructor(sound, { bytes, rows, range, scale, low }) {
    super(sound);
    Object.assign(this, { bytes, rows, range, low });
    this.frames = bytes.length / rows;
    this.image = this.#image(colours(scale));
  }

  #image(ramp) {
    const { bytes, rows, frames } = this;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [frames, rows];
    const context = canvas.getContext("2d");
    const image = context.createImageData(frames, rows);
    for (let row = 0; row < rows; row++) {
      for (let frame = 0; frame < frames; frame++) {
        const colour = ramp[bytes[row * frames + frame]];
        image.data.set([...colour, 255], 4 * ((rows - 1 - row) * frames + frame));
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  paint(context, { x, y, width, height }) {
    context.imageSmoothingEnabled = false;
    // A frame is heard around its middle: the first one begins half a hop before the sound.
    const { span, start, seconds } = this.sound;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    const from = x + ((this.sound.first - span / 2 - start) / seconds) * width;
    context.drawImage(this.image, from, y, ((span * this.frames) / seconds) * width, height);
    context.restore();
  }

  valueAt(time, row) {
    const { first, span } = this.sound;
    const frame = Math.min(this.frames - 1, Math.max(0, Math.round((time - first) / span)));
    const [low, high] = this.range;
    return low + (this.bytes[row * this.frames + frame] / 255) * (high - low);
  }

  rowAt(upright) {
    return Math.min(this.rows - 1, Math.max(0, Math.floor(upright * this.rows)));
  }
}

class Mel extends Grid {
  constructor(sound) {
    super(sound, { bytes: sound.mel, rows: sound.hertz.length, range: sound.melRange, scale: SEQUENTIAL });
    const [low, high] = this.range.map((value) => number(Math.round(value)));
    this.title = `Mel spectrogram, ${low} to ${high} dB`;
  }

  ticks() {
    const { hertz } = this.sound;
    return FREQUENCIES.map((frequency) => {
      const above = hertz.findIndex((middle) => middle >= frequency);
      if (above < 1) return ["", -1];
      const [a, b] = [hertz[above - 1], hertz[above]];
      const row = above - 1 + (frequency - a) / (b - a);
      return [frequency >= 1_000 ? `${frequency / 1_000} kHz` : `${frequency} Hz`, (row + 0.5) / this.rows];
    });
  }

  read(time, share, upright) {
    const row = this.rowAt(upright);
    return `around ${number(this.sound.hertz[row])} Hz: ${number(this.valueAt(time, row))} dB`;
  }
}

class Coefficients extends Grid {
  constructor(sound) {
    super(sound, { bytes: sound.mfcc, rows: sound.coefficients, range: sound.mfccRange, scale: DIVERGING_SCALE });
    const most = number(this.range[1]);
    this.title = `MFCC 1 to ${this.rows}, −${most} to ${most}`;
  }

  ticks() {
    return Array.from({ length: this.rows }, (_, row) => [String(row + 1), (row + 0.5) / this.rows]);
  }

  read(time, share, upright) {
    const row = this.rowAt(upright);
    return `coefficient ${row + 1}: ${number(this.valueAt(time, row))}`;
  }
}

/** Return a step of 1, 2 or 5 that divides a length into about so many parts. */
function niceStep(length, parts) {
  const rough = length / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= rough);
}
