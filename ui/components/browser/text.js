/** Text a person brought, made safe and short; numbers as people write them. */

/** Escape text for Plotly and for SVG: Plotly reads <b>, <br>, <a> and entities in any title. */
export function escapeMarkup(text) {
  return String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}

/** Shorten by whole characters, so that an emoji is never cut in half. */
export function shorten(text, length = 32) {
  const flat = String(text).replace(/\s+/g, " ").trim();
  if (flat.length <= length) return flat;
  const signs = splitCharacters(flat);
  return signs.length <= length ? flat : `${signs.slice(0, length - 1).join("").trimEnd()}…`;
}

const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : undefined;
const splitCharacters = (text) =>
  segmenter ? Array.from(segmenter.segment(text.slice(0, 400)), (part) => part.segment) : Array.from(text);

/** Three significant digits, thousands separated. */
export function number(value) {
  if (!Number.isFinite(value)) return "no value";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(2).replace("-", "−");
  const text = size >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/** A similarity: .784, −.12, 1. */
export function similarity(value) {
  if (!Number.isFinite(value)) return "no value";
  if (Math.abs(value) >= 1.0005) return number(value);
  return value.toFixed(3).replace(/^(-?)0\./, "$1.").replace(/^(-?)1\.000$/, "$11").replace(/^-?\.000$/, "0").replace("-", "−");
}

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
