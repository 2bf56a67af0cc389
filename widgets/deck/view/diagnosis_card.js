// What is wrong, as cards: the way that the gradient took, what, why, where, and the fix. They wait until the learner has come
// to the symptom, or asks.

import { html, KEEPS_KEYS, panel, setText } from "../../common/view/elements.js";
import { withCode } from "./deck_frame.js";
import { abridged, chainOf } from "./gradient_chain.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").DiagnosisFacts} DiagnosisFacts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */

const MOST_LINKS = 4; // of a chain that are shown

/**
 * @param {() => void} changed called when the learner opens or closes the cards
 * @param {(position: number) => void} goTo
 */
export function createDiagnosis(changed, goTo) {
  const button = html("button", { type: "button", class: "deck-ask", click: () => set("asked"), ...KEEPS_KEYS });
  const close = html("button", { type: "button", class: "deck-opener", click: shut, ...KEEPS_KEYS });
  const cards = html("div", { class: "deck-cards", role: "group", tabindex: "0", ...KEEPS_KEYS });
  const { element, head, name } = panel("deck-why", cards);
  head.append(close);
  element.setAttribute("aria-live", "polite");
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {"waiting" | "asked" | "closed"} */
  let mode = "waiting";
  let shown = "";

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, mode, shown] = [newFacts, newWord, "waiting", ""];
    setText(name, word("Why?"));
    setText(button, word("Why?"));
    setText(close, word("close"));
    cards.setAttribute("aria-label", word("Why?"));
    element.hidden = true;
    if (facts.diagnoses.some((one) => one.is_quiet)) setText(button, word("Why 0?"));
    button.hidden = facts.diagnoses.length === 0;
  }

  /** @param {typeof mode} to */
  function set(to) {
    mode = to;
    changed();
  }

  function shut() {
    set("closed");
    button.focus();
  }

  /** Go to a step on the way of the gradient; the cards stay. @param {number} position */
  function look(position) {
    mode = "asked";
    goTo(position);
  }

  /**
   * Show the cards of what has been seen so far; asked too early, all of them.
   *
   * @param {ViewState} state
   * @returns {DiagnosisFacts | undefined} the one whose place is to be marked in the code
   */
  function draw({ position }) {
    const { diagnoses, stops } = facts;
    const at = position > 0 ? stops[position - 1] : 0;
    const reached = diagnoses.filter((one) => one.at <= at);
    const isQuiet = reached.every((one) => one.is_quiet); // it does not push itself forward
    const isOpen = mode === "asked" || (mode === "waiting" && !isQuiet);
    const seen = isOpen ? (reached.length ? reached : diagnoses) : [];
    button.classList.toggle("is-away", isOpen || !(reached.length || diagnoses.some((one) => one.is_error)));
    element.hidden = !isOpen;
    button.classList.toggle("is-quiet", isQuiet && reached.length > 0);
    const key = seen.map((one) => diagnoses.indexOf(one)).join();
    if (isOpen && key !== shown) {
      shown = key;
      cards.replaceChildren(
        ...seen.flatMap((one) => [...createChain(one, facts, word, look), createCard(one, facts, word)]),
      );
    }
    return seen[0];
  }

  return { element, button, load, draw };
}

/**
 * The way from the target, at the right as in the graph, to a source, and where the gradient stops.
 *
 * @param {DiagnosisFacts} diagnosis
 * @param {Facts} facts
 * @param {Word} word
 * @param {(position: number) => void} look
 */
function createChain(diagnosis, facts, word, look) {
  const chain = chainOf(facts, diagnosis);
  if (!chain) return [];
  const { links, cut, isGap } = chain;
  const [target, source] = [links[0].name, links[links.length - 1].name];
  const { gradient } = links[cut];
  const says =
    { None: word("The gradient ends here") }[gradient] ??
    word("The gradient becomes {value} here", { value: gradient });
  const end = html(
    "li",
    { class: "deck-cut" },
    isGap ? word("No step leads from here to {name}", { name: source }) : says,
  );
  const items = abridged(chain, MOST_LINKS).flatMap((link, index, all) => {
    if (typeof link === "number") {
      const after = /** @type {import("./gradient_chain.js").Link} */ (all[index + 1]); // neither end is left out
      return [html("li", { class: `is-${after.arrival}`, title: word("{count} more", { count: link }) }, "⋯")];
    }
    const { name, maker, arrival, at } = link;
    const texts = [
      html("b", {}, name),
      html("span", {}, maker),
      html("span", { class: "deck-gradient" }, link.gradient),
    ];
    const button = html("button", { type: "button", title: name, click: () => look(at), ...KEEPS_KEYS }, ...texts);
    const item = html("li", { class: `is-${arrival}` }, button);
    return link === links[cut] ? [end, item] : [item];
  });
  return [
    html(
      "ol",
      { class: "deck-chain", "aria-label": word("From {target} back to {source}", { target, source }) },
      ...items,
    ),
  ];
}

/** @param {DiagnosisFacts} diagnosis @param {Facts} facts @param {Word} word */
function createCard({ seen, cause, repair, place, fix, lesson }, { listings }, word) {
  const where = place ? [word("line {line}", { line: place[1] }), " ", codeAt(listings[place[0]], place[1])] : [];
  const change = fix.length ? [html("div", { class: "deck-fix" }, ...fix.map(createChange))] : [];
  const rows = [
    ["What", withCode(seen)],
    ["Where", where],
    ["Why", withCode(cause)],
    ["Fix", [...withCode(repair), ...change, ...linkTo(lesson, word)]],
  ];
  return html(
    "dl",
    { class: "deck-card" },
    ...rows
      .filter(([, texts]) => texts.length > 0 && texts[0] !== "")
      .flatMap(([title, texts]) => [html("dt", {}, word(String(title))), html("dd", {}, ...texts)]),
  );
}

/** @param {import("./deck_facts.js").Listing} listing @param {number} line */
function codeAt({ first, lines }, line) {
  return html("code", {}, (lines[line - first] ?? "").trim());
}

/** @param {[mark: string, text: string]} line of a change to the code */
function createChange([mark, text]) {
  const kind = { "-": "deck-old", "+": "deck-new" }[mark] ?? "deck-same";
  return html("div", { class: kind }, html("span", {}, mark === "-" ? "−" : mark), html("code", {}, text));
}

/**
 * Return the link to a lesson: none where the page is that lesson. Without a Jupyter around, it is only named.
 *
 * @param {DiagnosisFacts["lesson"]} lesson
 * @param {Word} word
 */
function linkTo(lesson, word) {
  if (!lesson || decodeURIComponent(location.pathname).endsWith(`/${lesson.path.split("/").at(-1)}`)) return [];
  const text = word("More in {lesson}", { lesson: lesson.title });
  const address = lessonAddress(lesson.path, document.getElementById("jupyter-config-data")?.textContent ?? "");
  return [address ? html("a", { class: "deck-more", href: address, target: "_blank" }, text) : html("p", {}, text)];
}

/**
 * Return where a notebook opens in the Jupyter that a page belongs to; "" if it belongs to none.
 *
 * @param {string} path
 * @param {string} config the text of the page's settings: https://jupyterlab.readthedocs.io/en/stable/user/urls.html
 */
export function lessonAddress(path, config) {
  if (!config) return "";
  const { baseUrl = "/", appUrl = "/lab" } = JSON.parse(config);
  const base = baseUrl.replace(/\/$/, "");
  const app = /\/lab/.test(appUrl) ? "/lab/tree/" : "/notebooks/";
  return base + app + path.split("/").map(encodeURIComponent).join("/");
}
