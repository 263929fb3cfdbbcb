/** A clock that counts in the browser: the page does not run again for it. */
import { Chooser } from "./chooser.js";
import { element } from "./dom.js";

export class TimerView extends Chooser {
  constructor(parent) {
    super(element("div", { class: "ex-view ex-timer", role: "timer" }));
    this.time = element("span", { class: "ex-timer-time" });
    this.rest = element("span", { class: "ex-timer-rest" });
    this.root.append(this.time, this.rest);
    parent.append(this.root);
    this.ticking = setInterval(() => this.#tick(), 250);
  }

  needs() {
    return [];
  }

  show({ elapsed, minutes, summary }, _, { isOther }) {
    // Another run of the page for the same question goes on counting.
    if (isOther) this.begun = performance.now() - 1000 * elapsed;
    this.limit = 60 * minutes;
    this.root.setAttribute("aria-label", summary);
    this.#tick();
  }

  #tick() {
    if (this.begun === undefined) return;
    const seconds = Math.floor((performance.now() - this.begun) / 1000);
    const left = this.limit - seconds;
    this.time.textContent = clock(seconds);
    this.rest.textContent = left >= 0 ? `of ${clock(this.limit)}` : `${clock(-left)} over`;
    this.root.classList.toggle("ex-timer-over", left < 0);
  }

  destroy() {
    clearInterval(this.ticking);
    super.destroy();
  }
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
