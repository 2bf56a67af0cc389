// An update as an arrow from x to the exact x − update, and from there a dotted line to the float that it rounds to.

import { setAttribute, setText, svg } from "../../common/view/dom.js";
import { lettersOf } from "../../common/view/letters.js";
import { shareText } from "./telling.js";

const HEAD = 7; // pixels of the arrow's head
const SEEN = 2; // pixels; a shorter arrow is only its caption
const FAR = 10_000; // half ticks that nobody counts
const LETTER = 7.4; // pixels, about

export function createArrow(kind, height, line) {
  const shaft = svg("path", { class: "scope-shaft" });
  const head = svg("path", { class: "scope-head" });
  const rounding = svg("path", { class: "scope-rounding" });
  const lands = svg("circle", { class: "scope-lands", cy: line, r: 9 });
  const caption = svg("text", { class: "scope-caption", y: height - 9 });
  const element = svg("g", { class: `scope-arrow ${kind}` }, shaft, rounding, lands, head, caption);

  // `texts` are captions: { near, far, hidden }, as long as the arrow is.
  function draw(row, texts, scale, width) {
    if (!Number.isFinite(row.update)) return hide();
    setAttribute(element, "display", "inline");
    const [start, exact, next] = [0, -row.update, row.next - row.x].map(scale);
    const end = Math.max(2, Math.min(width - 2, exact));
    const way = Math.sign(end - start) || 1;
    const isSeen = Math.abs(end - start) >= SEEN;
    const back = Math.min(HEAD, Math.abs(end - start));
    setAttribute(shaft, "d", isSeen ? `M${start} ${height}H${end}` : "");
    setAttribute(head, "d", isSeen ? `M${end} ${height}l${-way * back} ${-back * 0.6}v${back * 1.2}z` : "");
    const isInside = end === exact && isSeen && Number.isFinite(next);
    setAttribute(rounding, "d", isInside ? `M${exact} ${height}V${line - 26}L${next} ${line - 10}` : "");
    setAttribute(lands, "cx", String(Number.isFinite(next) ? Math.max(-99, Math.min(width + 99, next)) : -99));
    setAttribute(lands, "r", isSeen ? "9" : "0");
    setText(caption, told(row, texts, isSeen));
    placeCaption(start, width);
  }

  // The caption begins at x, or so far before it that it ends within the picture.
  function placeCaption(start, width) {
    const last = width - lettersOf(caption.textContent) * LETTER;
    setAttribute(caption, "x", String(Math.max(0, Math.min(start, last))));
  }

  function hide() {
    setAttribute(element, "display", "none");
  }

  return { element, draw, hide };
}

function told(row, { near, far, hidden }, isSeen) {
  if (row.share >= FAR) return far;
  return (isSeen || row.update === 0 ? near : hidden).replace("{share}", shareText(row.share, row.dtype));
}
