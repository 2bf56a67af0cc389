// How many letters of room a text takes: a Chinese one is as wide as two others.

export function lettersOf(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
}
