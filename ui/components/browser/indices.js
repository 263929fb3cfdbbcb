/** Item indices as base64 of little-endian uint32, the form in which they cross the wire. */

export function decodeIndices(text) {
  const bytes = Uint8Array.from(atob(text ?? ""), (sign) => sign.charCodeAt(0));
  return Array.from(new Uint32Array(bytes.buffer));
}

export function encodeIndices(indices) {
  const bytes = new Uint8Array(Uint32Array.from(indices).buffer);
  const parts = [];
  // In pieces: a spread of all bytes at once overflows the stack.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}
