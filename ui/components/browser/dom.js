/** Elements made by hand: text only ever becomes text. */

/** Make an element: `element("button", { class: "x", onclick: f }, "text", child)`. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make a 16 x 16 icon from path data of our own. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  const stroke = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  stroke.setAttribute("d", path);
  svg.append(stroke);
  return svg;
}
