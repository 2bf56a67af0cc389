// The front end has no words of its own: the facts bring every text, keyed by its English form.

export function speaker(words) {
  return (text, blanks = {}) =>
    (words[text] || text).replace(/\{(\w+)\}/g, (blank, name) => (name in blanks ? String(blanks[name]) : blank));
}
