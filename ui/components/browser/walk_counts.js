/** What a walk comes by: which pairs its window makes, and how often nodes are visited by many walks. */

export const NONE = 0xffffffff; // a node that is not drawn, or behind the end of a walk

export class WalkCounts {
  /** `walk` is the payload: a path, and `count` walks of `length` places each. */
  constructor(walk) {
    this.walk = walk;
    this.#startAnew();
  }

  #startAnew() {
    this.counted = 0;
    this.visits = new Uint32Array(this.walk.names.length);
    this.met = new Map();
  }

  /** Return how often the path came to each node up to a place. */
  visitsUntil(at) {
    const visits = new Uint32Array(this.walk.names.length);
    for (let i = 0; i <= at; i++) visits[this.walk.path[i]]++;
    return visits;
  }

  /** Return the places of the path within the window before one, the nearest first. */
  contextsBefore(at) {
    const contexts = [];
    for (let i = at - 1; i >= Math.max(0, at - this.walk.window); i--) contexts.push(i);
    return contexts;
  }

  /** Return how many pairs of places within the window of each other the path has made. */
  pairsUntil(at) {
    let pairs = 0;
    for (let i = 0; i <= at; i++) pairs += Math.min(i, this.walk.window);
    return pairs;
  }

  /** Return how often the first walks came to each node. */
  visitsAfter(count) {
    this.#countTo(count);
    return this.visits;
  }

  /** Return the pairs that the first walks met most often: [a, b, how often]. */
  mostMet(count, most) {
    this.#countTo(count);
    const { names } = this.walk;
    const found = [...this.met].sort(([a, often], [b, more]) => more - often || a - b).slice(0, most);
    return found.map(([key, often]) => [Math.floor(key / names.length), key % names.length, often]);
  }

  #countTo(count) {
    if (count < this.counted) this.#startAnew();
    const { walks, length, window } = this.walk;
    for (; this.counted < count; this.counted++) {
      const places = walks.subarray(this.counted * length, (this.counted + 1) * length);
      for (let i = 0; i < length; i++) {
        if (places[i] === NONE) continue;
        this.visits[places[i]]++;
        for (let j = Math.max(0, i - window); j < i; j++) if (places[j] !== NONE) this.#meet(places[i], places[j]);
      }
    }
  }

  #meet(a, b) {
    const key = Math.min(a, b) * this.walk.names.length + Math.max(a, b);
    this.met.set(key, (this.met.get(key) ?? 0) + 1);
  }
}
