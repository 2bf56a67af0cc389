// What is to be seen now: the traits, and the spot they point to.

import { isNegativeAt, printed } from "../../common/view/numbers.js";
import { nearest, spotAt } from "./facts.js";

const IS_NUMBER = 1;
const IS_NONE = 0;

export function shotOf(facts, model) {
  const asked = model.get("at");
  const spot = spotAt(facts, asked, model.get("point"));
  return {
    asked,
    spot,
    isSnapped: spot.x !== asked,
    position: nearest(facts.x, spot.x),
    step: Math.max(0, facts.h.indexOf(model.get("h"))),
    orders: model.get("orders"),
    tangent: model.get("tangent"),
    parabola: model.get("parabola"),
    compared: model.get("compared"),
    problem: model.get("problem") ?? "",
  };
}

// The x that the tape ran at, and its number of one order, as TensorFlow prints them.
export function placeText(facts, x) {
  return printed(facts.dtype === "float32" ? Math.fround(x) : x, facts.dtype);
}

export function tapeText(facts, spot, order) {
  if (spot.states[order] === IS_NUMBER) return numberText(facts, spot.tape(order));
  return spot.states[order] === IS_NONE ? "None" : "?";
}

export function numberText(facts, [numbers, index]) {
  return printed(numbers[index], facts.dtype, Number.isNaN(numbers[index]) && isNegativeAt(numbers, index));
}

// How far apart two numbers are, in two digits (words/curves.py is the twin).
export function apartText(distance) {
  if (!Number.isFinite(distance)) return Number.isNaN(distance) ? "?" : "inf";
  const rounded = Number(distance.toPrecision(2));
  if (rounded === 0 || (rounded >= 1e-3 && rounded < 1e4)) return String(rounded);
  return rounded.toExponential().replace("e+", "e");
}
