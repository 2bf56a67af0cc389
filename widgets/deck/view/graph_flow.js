// Motion that explains: when a step forward is taken, a dot travels along each edge of its op, with the value into it, or with
// the gradient back. Nothing moves for those who asked for less motion.

import { svg } from "../../common/view/elements.js";

/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {ReturnType<typeof import("./graph_edge.js").createEdge>} Edge */

const MS = 700;
const MOST_DOTS = 12;

export function prefersLessMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export function createFlow() {
  let [last, frame] = [-1, 0];
  /** @type {SVGElement[]} */
  let dots = [];

  /**
   * @param {ViewState} state
   * @param {Edge[]} edges those that exist
   * @param {SVGElement} layer
   */
  function draw(state, edges, layer) {
    const isNext = state.position === last + 1;
    last = state.position;
    stop();
    const isBack = state.step?.kind === "pullback";
    if (!isNext || (!isBack && state.step?.kind !== "entry") || prefersLessMotion()) return;
    const kind = isBack ? "is-flowing" : "is-recording";
    const moving = edges.filter(({ element }) => element.classList.contains(kind)).slice(0, MOST_DOTS);
    if (moving.length) start(moving, isBack, layer);
  }

  /** @param {Edge[]} edges @param {boolean} isBack @param {SVGElement} layer */
  function start(edges, isBack, layer) {
    const paths = edges.map(({ wire }) => /** @type {SVGPathElement} */ (wire));
    const lengths = paths.map((path) => path.getTotalLength());
    dots = paths.map(() => svg("circle", { class: isBack ? "deck-dot is-back" : "deck-dot", r: 5 }));
    layer.append(...dots);
    const begin = performance.now();
    const move = (/** @type {number} */ now) => {
      const part = Math.min(1, Math.max(0, (now - begin) / MS));
      const eased = part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) ** 2;
      dots.forEach((dot, index) => {
        const { x, y } = paths[index].getPointAtLength(lengths[index] * (isBack ? 1 - eased : eased));
        dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      });
      if (part < 1) frame = requestAnimationFrame(move);
      else stop();
    };
    move(begin);
  }

  function stop() {
    cancelAnimationFrame(frame);
    for (const dot of dots) dot.remove();
    dots = [];
  }

  return { draw, stop };
}
