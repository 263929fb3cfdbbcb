/** A row of small tools. */
import { element, icon } from "./dom.js";

const ICONS = {
  move: "M8 1.5v13M1.5 8h13M6 3.5l2-2 2 2M6 12.5l2 2 2-2M3.5 6l-2 2 2 2M12.5 6l2 2-2 2",
  box: "M2.5 5v-2.5H5M11 2.5h2.5V5M13.5 11v2.5H11M5 13.5H2.5V11M7 2.5h2M7 13.5h2M2.5 7v2M13.5 7v2",
  lasso: "M5.2 11.2C3 10.600 1.700 9.200 1.700 7.200c0-2.900 2.800-5 6.300-5s6.300 2.100 6.300 5-2.800 5-6.300 5M5.200 11.200a1.600 1.600 0 1 0 2.800 1.200M6.500 13.700c0 1-1 1.500-2 1.300",
  closer: "M8 3.500v9M3.500 8h9",
  further: "M3.500 8h9",
  play: "M4.500 2.800v10.400L13 8z",
  pause: "M5.500 3v10M10.500 3v10",
  reset: "M2.500 8.500 8 3l5.500 5.500M4.200 7.500v5.500h7.600V7.500",
};

/**
 * Fill a drawing's toolbar. `tools`: { name, title, act, text?, pressed? }, or null for a gap.
 * Returns the buttons by name.
 */
export function fillToolbar(frame, tools) {
  const buttons = {};
  frame.tools.replaceChildren(
    ...tools.map((tool) => {
      if (!tool) return element("span", { class: "ex-gap" });
      buttons[tool.name] = toolButton(tool);
      return buttons[tool.name];
    }),
  );
  return buttons;
}

/** Give a tool another picture and name. */
export function setIcon(button, name, title) {
  button.replaceChildren(icon(ICONS[name]));
  button.title = title;
  button.setAttribute("aria-label", title);
}

export function toolButton({ name, title, act, text, pressed }) {
  return element(
    "button",
    { type: "button", class: text ? "ex-tool ex-tool-text" : "ex-tool", title, "aria-label": title, "aria-pressed": pressed, onclick: act },
    text ?? icon(ICONS[name]),
  );
}
