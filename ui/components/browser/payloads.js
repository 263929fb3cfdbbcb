/** Arrays and text sent by the server, kept by id for as long as a mount holds them. */

const kept = new Map(); // id -> { payload, holders }
const held = new Map(); // mount element -> id
const waiting = new Map(); // id -> resolvers
const decoder = new TextDecoder();

/** Keep the payload of a mount, and let go of the one it brought before. */
export function holdPayload(holder, bytes) {
  const header = readHeader(bytes);
  if (held.get(holder) === header.id) return;
  const entry = kept.get(header.id) ?? { payload: unpack(bytes, header), holders: new Set() };
  entry.holders.add(holder);
  kept.set(header.id, entry);
  releasePayload(holder);
  held.set(holder, header.id);
  waiting.get(header.id)?.forEach((resolve) => resolve(entry.payload));
  waiting.delete(header.id);
}

export function releasePayload(holder) {
  const id = held.get(holder);
  held.delete(holder);
  const entry = kept.get(id);
  entry?.holders.delete(holder);
  if (entry?.holders.size === 0) kept.delete(id);
}

/** Resolve to a payload, now or when it arrives. */
export function payload(id) {
  if (kept.has(id)) return Promise.resolve(kept.get(id).payload);
  return new Promise((resolve) => {
    waiting.set(id, [...(waiting.get(id) ?? []), resolve]);
  });
}

function readHeader(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = decoder.decode(bytes.subarray(4, 4 + length));
  const [identity, facts] = text.split("\n");
  return { ...JSON.parse(identity), ...JSON.parse(facts), end: 4 + length };
}

function unpack(bytes, { id, meta, buffers, end }) {
  // Copied once: typed arrays need an aligned start, and the message can then be let go.
  const body = bytes.slice(end).buffer;
  const named = buffers.map(({ name, type, at, bytes: length }) => [name, read(body, type, at, length)]);
  return { id, ...meta, ...Object.fromEntries(named) };
}

function read(body, type, at, length) {
  switch (type) {
    case "float32": return new Float32Array(body, at, length / 4);
    case "uint32": return new Uint32Array(body, at, length / 4);
    case "uint16": return new Uint16Array(body, at, length / 2);
    case "uint8": return new Uint8Array(body, at, length);
    default: return JSON.parse(decoder.decode(new Uint8Array(body, at, length)));
  }
}
