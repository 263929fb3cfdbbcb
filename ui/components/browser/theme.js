/** Streamlit's theme, as it is at the element, and arithmetic with colours. */

const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Read the theme's colours and font at an element. */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(`--st-${name}`).trim() || fallback;
  const background = read("background-color", "#ffffff");
  const text = read("text-color", "#1c1e2b");
  return {
    background,
    text,
    primary: read("primary-color", "#4a4bc4"),
    surface: read("secondary-background-color", "#f3f4f8"),
    font: read("font", "sans-serif"),
    muted: mix(text, background, 0.66),
    border: mix(text, background, 0.18),
    faint: mix(text, background, 0.09),
    grey: mix(text, background, 0.3),
    neutral: mix(read("primary-color", "#4a4bc4"), mix(text, background, 0.55), 0.25),
    dark: luminance(background) < 0.4,
  };
}

/** Return [r, g, b] of any CSS colour. */
export function rgb(colour) {
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = "#888";
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Return `share` of one colour in another. */
export function mix(colour, other, share) {
  const [a, b] = [rgb(colour), rgb(other)];
  return hex(a.map((channel, i) => channel * share + b[i] * (1 - share)));
}

export function hex(channels) {
  return "#" + channels.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("");
}

function luminance(colour) {
  const [r, g, b] = rgb(colour);
  return (0.299 * r + 0.587 * g + 0.114 * b) / 255;
}

/** Return black or white, whichever has more contrast (WCAG 2) on a colour. */
export function inkOn(colour) {
  const lightness = brightness(colour);
  const [onDark, onLight] = [1.05 / (lightness + 0.05), (lightness + 0.05) / (brightness(DARK) + 0.05)];
  return onDark > onLight ? "#ffffff" : DARK;
}

/** Relative luminance by WCAG 2. */
function brightness(colour) {
  const [r, g, b] = rgb(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const DARK = "#000000"; // with it, one of the two always has a contrast of 4.5 or more
const VIRIDIS = [
  "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
  "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
];
const DIVERGING = [
  "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
  "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f",
];
const spaced = (colours) => colours.map((colour, i) => [i / (colours.length - 1), colour]);

export const SEQUENTIAL = spaced(VIRIDIS);
export const DIVERGING_SCALE = spaced(DIVERGING);

/** Return `count` colours, evenly taken from a scale of [place, colour] stops. */
export function sampleScale(stops, count) {
  const known = stops.map(([place, colour]) => [place, rgb(colour)]);
  return Array.from({ length: count }, (_, i) => hex(colourAt(known, i / (count - 1))));
}

function colourAt(stops, place) {
  const after = stops.findIndex(([at]) => at >= place);
  if (after <= 0) return stops.at(after === 0 ? 0 : -1)[1];
  const [[from, a], [to, b]] = [stops[after - 1], stops[after]];
  const share = (place - from) / (to - from || 1);
  return a.map((channel, i) => channel + (b[i] - channel) * share);
}
