/** How large and how solid points are: fewer are larger, denser are fainter. */

const SMALLEST = { share: 0.55, pixels: 2.4 }; // diameter of the smallest, in that of points alike
const LARGEST = 2.2;

/**
 * Return { size, opacity, radii, radiusOf(i) }: `size` the diameter of points alike, `radii` null
 * for such. `sizes` are bytes: areas grow evenly with them.
 */
export function dotsOf(n, area, sizes) {
  const room = Math.min(1.15, Math.max(0.75, Math.sqrt(area / 480_000)));
  const size = Math.max(2.4, (14 - 2.5 * Math.log10(Math.max(n, 10))) * room);
  const opacity = Math.min(0.92, Math.max(0.4, 1.3 - 0.17 * Math.log10(Math.max(n, 10))));
  if (!sizes) return { size, opacity, radii: null, radiusOf: () => size / 2 };
  const ends = [Math.max(SMALLEST.pixels, size * SMALLEST.share) / 2, (size * LARGEST) / 2];
  const radius = (share) => Math.sqrt(ends[0] ** 2 + share * (ends[1] ** 2 - ends[0] ** 2));
  const radii = Float32Array.from(sizes, (byte) => radius(byte / 255));
  return { size, opacity, radii, ends, radiusOf: (i) => radii[i] };
}

/** Return how Plotly is told the sizes of some items: one number for all, or one of each in its own unit. */
export function sizing(size, radii, unit = 1, ownUnit = 1) {
  return (indices) => (radii ? Array.from(indices, (i) => (2 * radii[i]) / ownUnit) : size / unit);
}
