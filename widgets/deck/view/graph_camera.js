// Where one looks at the graph from: a place of the graph (x, y) is seen at x * scale + left, y * scale + top. Nothing here
// draws; a camera is never changed, each function returns a new one.

/** @typedef {import("./graph_layout.js").Bounds} Bounds */
/** @typedef {import("./graph_layout.js").Point} Point */
/** @typedef {{ left: number, top: number, scale: number }} Camera */
/** @typedef {{ width: number, height: number }} Size */

export const LARGEST = 3;
const NATURAL = 1.15; // a small graph is not blown up beyond that when it is fitted
export const LEGIBLE = 0.85; // letters have 10.2 pixels, and so can be read, from here on
const EDGE = 4; // pixels kept free round a graph that is fitted
const KEPT = 40; // pixels of the graph that stay in sight, however far it is dragged

/**
 * Return the camera that sees all of some bounds, in the middle.
 *
 * @param {Bounds} bounds
 * @param {Size} size of the view
 * @returns {Camera}
 */
export function fitted(bounds, size) {
  const scale = Math.min(NATURAL, fitScale(bounds, size));
  return centered({ x: bounds.left + bounds.width / 2, y: bounds.top + bounds.height / 2 }, scale, size);
}

/** @param {Bounds} bounds @param {Size} size */
function fitScale({ width, height }, size) {
  const room = (/** @type {number} */ all) => Math.max(1, all - 2 * EDGE);
  return Math.max(1e-6, Math.min(room(size.width) / width, room(size.height) / height));
}

/**
 * Return the camera that a graph is opened with: all of it, if its letters can be read then; else a legible part, which
 * begins where the graph does.
 *
 * @param {Bounds} bounds
 * @param {Size} size
 */
export function opened(bounds, size) {
  const all = fitted(bounds, size);
  if (all.scale >= LEGIBLE) return all;
  const middle = bounds.top + bounds.height / 2;
  const left = Math.max(EDGE, (size.width - bounds.width * LEGIBLE) / 2);
  return { left: left - bounds.left * LEGIBLE, top: size.height / 2 - middle * LEGIBLE, scale: LEGIBLE };
}

/** @param {Point} point @param {number} scale @param {Size} size @returns {Camera} */
export function centered({ x, y }, scale, { width, height }) {
  return { left: width / 2 - x * scale, top: height / 2 - y * scale, scale };
}

/**
 * Return the camera after zooming: what is seen at a point of the view stays there.
 *
 * @param {Camera} camera
 * @param {number} factor
 * @param {Point} point of the view
 * @param {Bounds} bounds
 * @param {Size} size
 * @returns {Camera}
 */
export function zoomed(camera, factor, { x, y }, bounds, size) {
  const least = Math.min(LEGIBLE, fitScale(bounds, size));
  const scale = Math.min(LARGEST, Math.max(least, camera.scale * factor));
  const ratio = scale / camera.scale;
  return { left: x - (x - camera.left) * ratio, top: y - (y - camera.top) * ratio, scale };
}

/**
 * Return the camera after a drag; some of the graph stays in sight.
 *
 * @param {Camera} camera
 * @param {number} right
 * @param {number} down
 * @param {Bounds} bounds
 * @param {Size} size
 * @returns {Camera}
 */
export function moved({ left, top, scale }, right, down, bounds, size) {
  const [least, most] = [-(bounds.left + bounds.width) * scale + KEPT, size.width - bounds.left * scale - KEPT];
  const [highest, lowest] = [-(bounds.top + bounds.height) * scale + KEPT, size.height - bounds.top * scale - KEPT];
  return {
    left: Math.max(least, Math.min(most, left + right)),
    top: Math.max(highest, Math.min(lowest, top + down)),
    scale,
  };
}

/**
 * Return the part of the graph that is in sight.
 *
 * @param {Camera} camera
 * @param {Size} size
 * @param {number} [margin] beyond the view, as a part of it
 * @returns {Bounds}
 */
export function inSight({ left, top, scale }, { width, height }, margin = 0) {
  return {
    left: (-left - width * margin) / scale,
    top: (-top - height * margin) / scale,
    width: (width * (1 + 2 * margin)) / scale,
    height: (height * (1 + 2 * margin)) / scale,
  };
}

/**
 * Return the camera that sees some bounds: this very one, if they are in sight already; else with them in the middle of the
 * direction in which they were out of sight, but for what lies beyond the end of the graph.
 *
 * @param {Camera} camera
 * @param {Bounds} bounds
 * @param {Bounds} all of the graph
 * @param {Size} size
 * @returns {Camera}
 */
export function following(camera, bounds, all, size) {
  const { scale } = camera;
  const [across, down] = [
    { shift: camera.left, start: bounds.left, length: bounds.width, first: all.left, last: all.left + all.width },
    { shift: camera.top, start: bounds.top, length: bounds.height, first: all.top, last: all.top + all.height },
  ];
  const left = followed(across, scale, size.width);
  const top = followed(down, scale, size.height);
  return left === camera.left && top === camera.top ? camera : { left, top, scale };
}

/**
 * @param {{ shift: number, start: number, length: number, first: number, last: number }} places
 * @param {number} scale
 * @param {number} room
 */
function followed({ shift, start, length, first, last }, scale, room) {
  const [from, to] = [start * scale + shift, (start + length) * scale + shift];
  if (from >= -0.5 && to <= room + 0.5) return shift;
  const middle = room / 2 - (start + length / 2) * scale;
  const [most, least] = [EDGE - first * scale, room - EDGE - last * scale];
  return least > most ? (least + most) / 2 : Math.max(least, Math.min(most, middle));
}

/**
 * Return a camera on the way from one to another.
 *
 * @param {Camera} from
 * @param {Camera} to
 * @param {number} part of the time, from 0 to 1
 * @returns {Camera}
 */
export function between(from, to, part) {
  const eased = 1 - (1 - part) ** 3;
  const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * eased;
  return { left: mix(from.left, to.left), top: mix(from.top, to.top), scale: mix(from.scale, to.scale) };
}

/**
 * Return the box round some boxes; undefined round none.
 *
 * @param {Bounds[]} boxes
 * @returns {Bounds | undefined}
 */
export function around(boxes) {
  if (!boxes.length) return undefined;
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}
