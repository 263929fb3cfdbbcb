/** Text a person brought, made safe and short; numbers as people write them. */

/** Escape text for Plotly and for SVG: Plotly reads <b>, <br>, <a> and entities in any title. */
export function escapeMarkup(text) {
  return String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
}

/** Keep Plotly from reading tags where it reads no entities: in space. */
export function brokenMarkup(text) {
  return String(text).replace(/</g, "<\u200b");
}

/** Shorten by whole characters, so that an emoji is never cut in half. */
export function shorten(text, length = 32) {
  const flat = String(text).replace(/\s+/g, " ").trim();
  if (flat.length <= length) return flat;
  const signs = splitCharacters(flat);
  return signs.length <= length ? flat : `${signs.slice(0, length - 1).join("").trimEnd()}…`;
}

const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : undefined;

/** Return what a reader sees as characters. */
export const splitCharacters = (text) =>
  segmenter ? Array.from(segmenter.segment(text.slice(0, 400)), (part) => part.segment) : Array.from(text);

/** Three significant digits, thousands separated. */
export function number(value) {
  if (!Number.isFinite(value)) return "no value";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(2).replace("-", "−");
  const text = size >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/**
 * How the numbers of a range are written, all with as many decimals: `short` for cells and scales,
 * `long` where there is room. Similarities are written .78, −.12 and 1.
 */
export function numbersIn([low, high]) {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (largest <= 1.0005) return { short: share(2), long: share(3) };
  if (largest < 0.01 || largest >= 1e5) return { short: number, long: number };
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(largest)));
  return { short: fixed(decimals), long: fixed(decimals + 1) };
}

const share = (decimals) => (value) =>
  fixed(decimals)(value).replace(/^(−?)0\./, "$1.").replace(/^(−?1)\.0+$/, "$1");

const fixed = (decimals) => (value) => {
  if (!Number.isFinite(value)) return "no value";
  const [minimumFractionDigits, maximumFractionDigits] = [decimals, decimals];
  const text = value.toLocaleString("en-US", { minimumFractionDigits, maximumFractionDigits });
  return /[1-9]/.test(text) ? text.replace("-", "−") : "0";
};

export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
