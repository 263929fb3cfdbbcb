/**
 * A text that outlives the tab: kept by this browser alone, and sent back when the app asks for it.
 *
 * Asked (`text` is null) it answers once, with what is kept or with nothing; told a text, it keeps
 * that. It never keeps anything before it was asked, so that nothing older is written over unread.
 */
export class KeeperView {
  constructor() {
    this.asked = false;
  }

  update({ place, items, text }, send) {
    if (text !== null) keep(place, text);
    else if (!this.asked) {
      this.asked = true;
      send("selection", { revision: Date.now(), items, text: read(place) });
    }
  }

  destroy() {}
}

// A browser may be told to keep nothing for this page; then it is as if nothing had been kept.
function keep(place, text) {
  try {
    localStorage.setItem(place, text);
  } catch {
    return;
  }
}

function read(place) {
  try {
    return localStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}
