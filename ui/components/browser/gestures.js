/**
 * Pointer and wheel on a stage, told as what they mean: point, leave, click, outline, scroll.
 *
 * In "move" mode Plotly pans and turns; in "box" and "lasso" mode the stage draws an outline and
 * Plotly hears nothing.
 */
const STILL = 4; // pixels a hand moves while it clicks

export class Gestures {
  /** `on`: { modeAt(x, y), point(x, y), leave(), click(x, y, event), outline(corners, done, event), hint() } */
  constructor(stage, on) {
    Object.assign(this, { stage, on, mode: "move", controller: new AbortController() });
    const { signal } = this.controller;
    const listen = (target, type, act, more) => target.addEventListener(type, act, { signal, ...more });
    listen(stage, "pointermove", (event) => this.#move(event));
    listen(stage, "pointerleave", () => this.#leave());
    listen(stage, "pointerdown", (event) => this.#down(event), { capture: true });
    // Plotly covers the page while it drags, so the end of a gesture is heard at the window.
    listen(window, "pointerup", (event) => this.#up(event), { capture: true });
    listen(window, "pointermove", (event) => this.#stretch(event), { capture: true });
    listen(stage, "mousedown", (event) => this.#keepFromPlotly(event), { capture: true });
    listen(stage, "wheel", (event) => this.#wheel(event), { capture: true, passive: true });
  }

  destroy() {
    this.controller.abort();
    cancelAnimationFrame(this.frame);
  }

  #at(event) {
    const box = this.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #isOurs(event) {
    return !event.target.closest?.(".ex-badge");
  }

  /** At most one answer per frame. */
  #move(event) {
    if (this.start || !this.#isOurs(event)) return this.#leave();
    const place = this.#at(event);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.on.point(...place));
    return undefined;
  }

  #leave() {
    cancelAnimationFrame(this.frame);
    this.on.leave();
  }

  #down(event) {
    if (event.button !== 0 || !this.#isOurs(event)) return;
    this.stage.focus({ preventScroll: true });
    this.start = this.#at(event);
    this.corners = [this.start];
    this.gesture = this.on.modeAt(...this.start) ?? this.mode;
    if (this.gesture !== "move") this.stage.setPointerCapture(event.pointerId);
  }

  #stretch(event) {
    if (!this.start || this.gesture === "move") return;
    this.corners.push(this.#at(event));
    if (this.#hasMoved(event)) this.on.outline(this.#outline(), false, event);
  }

  #up(event) {
    if (!this.start) return;
    const moved = this.#hasMoved(event);
    const [x, y] = this.start;
    if (!moved) this.on.click(x, y, event);
    else if (this.gesture !== "move") this.on.outline(this.#outline(), true, event);
    this.start = undefined;
  }

  #hasMoved(event) {
    const [x, y] = this.#at(event);
    return Math.hypot(x - this.start[0], y - this.start[1]) > STILL || this.corners.length > 12;
  }

  #outline() {
    if (this.gesture === "lasso") return this.corners;
    const [[x0, y0], [x1, y1]] = [this.start, this.corners.at(-1)];
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }

  #keepFromPlotly(event) {
    if (this.start && this.gesture !== "move") event.stopPropagation();
  }

  /** The page scrolls unless the map was clicked or Ctrl is held: a map is no trap for the wheel. */
  #wheel(event) {
    if (event.ctrlKey || event.metaKey || this.stage.contains(document.activeElement)) return;
    event.stopPropagation();
    this.on.hint();
  }
}
