// Search on the landing page: every word that is typed must be somewhere in a passage.

(() => {
  const field = /** @type {HTMLInputElement} */ (document.getElementById("search"));
  const list = /** @type {HTMLElement} */ (document.getElementById("found"));
  /** @type {{ page: string, title: string, heading: string, words: string }[]} */
  const passages = /** @type {any} */ (globalThis).tapedeckWords ?? [];
  const MOST = 12;
  const AROUND = 60; // letters before and after the first word that was found

  field.form?.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (/** @type {string} */ text) => words.every((word) => text.includes(word));
    const found = words.length
      ? passages.filter((one) => fits(`${one.title} ${one.heading} ${one.words}`.toLowerCase())).slice(0, MOST)
      : [];
    list.replaceChildren(...found.map((one) => entry(one, words[0])));
    if (words.length && !found.length) list.append(element("li", list.dataset.nothing ?? ""));
  });

  /** @param {(typeof passages)[0]} passage @param {string} word */
  function entry(passage, word) {
    const item = element("li");
    const link = Object.assign(document.createElement("a"), { href: passage.page });
    link.textContent = passage.heading === passage.title ? passage.title : `${passage.title}: ${passage.heading}`;
    const at = Math.max(0, passage.words.toLowerCase().indexOf(word) - AROUND);
    item.append(link, element("p", `${at ? "…" : ""}${passage.words.slice(at, at + 2 * AROUND + word.length)}…`));
    return item;
  }

  /** @param {string} tag @param {string} [text] */
  function element(tag, text = "") {
    return Object.assign(document.createElement(tag), { textContent: text });
  }
})();
