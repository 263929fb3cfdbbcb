/**
 * The selection of one drawing, which both the person and the app may change.
 *
 * The app speaks by a new token; until then the person's own selection stands. A message that was
 * written before the app knew of the person's last selection (`known` is older than `revision`) is
 * out of date, and so never overwrites it. What the person last selected here is not sent back:
 * the app then says null.
 */
import { decodeIndices, encodeIndices } from "./indices.js";

const remembered = new Map(); // key -> { items, revision, indices }; outlives a remount

export class Selection {
  constructor(key) {
    this.key = key;
    this.revision = 0;
    this.indices = [];
    this.own = []; // what was last selected here by hand
    this.members = new Set();
  }

  /** Take what the app says. Returns whether the selection changed. */
  hear({ token, known, selected }, items) {
    if (items !== this.items) this.#start(items);
    if (token === this.token) return false;
    this.token = token;
    if (known < this.revision) return false;
    return this.#set(selected === null ? this.own : decodeIndices(selected));
  }

  /** Take what the person did, and send it. */
  choose(indices, send, more = {}) {
    this.#set(indices);
    this.own = indices;
    this.revision = Math.max(Date.now(), this.revision + 1);
    remembered.set(this.key, { items: this.items, revision: this.revision, indices: this.indices });
    send("selection", {
      revision: this.revision,
      items: this.items,
      indices: encodeIndices(this.indices),
      ...more,
    });
  }

  /** Take what was selected in a linked drawing, until the app says what is selected here. */
  borrow(indices) {
    return this.#set(indices);
  }

  has(index) {
    return this.members.has(index);
  }

  #start(items) {
    const before = remembered.get(this.key);
    this.items = items;
    this.token = undefined;
    this.revision = before?.items === items ? before.revision : 0;
    this.own = before?.items === items ? before.indices : [];
    this.#set(this.own);
  }

  #set(indices) {
    const changed = indices.length !== this.indices.length || indices.some((index, i) => index !== this.indices[i]);
    this.indices = indices;
    this.members = new Set(indices);
    return changed;
  }
}
