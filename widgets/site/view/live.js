// What makes a page of a site live: it unpacks its views, asks for predictions, and keeps locked what waits for them.

/**
 * A view as `live_outputs.py` leaves it.
 *
 * @typedef {object} ViewFacts
 * @property {string} bundle the name of its script
 * @property {[name: string, message: string][]} waits the predictions that it waits for, and what it says meanwhile
 * @property {{ open?: string }} lock
 * @property {{ text: string, bytes: Record<string, { data: string, words: boolean }> }} packed
 * @property {string} [prediction] of a form: the prediction's name
 * @property {string} [notNumber] of a form: what is said of what is no number
 */
/** @typedef {Record<string, any>} Standing as `prediction.js` reads it */
/**
 * What happened, and what is said of each answer.
 *
 * @typedef {object} OutcomeFacts
 * @property {string} name
 * @property {string} form the facts of its form, JSON
 * @property {string} wait what is said before there is a prediction
 * @property {"number" | "choice" | "sketch" | "order"} kind
 * @property {[relative: number, absolute: number]} close
 * @property {number | null} [number]
 * @property {Standing} right
 * @property {[value: any, standing: Standing][]} [cases]
 * @property {Standing} [other]
 * @property {number} [tolerance]
 * @property {string} [furthest]
 */

(async () => {
  const page = document.querySelector("main")?.dataset.page ?? "";
  const packedScripts = /** @type {any} */ (globalThis).tapedeckViews;
  /** @type {Map<string, Promise<any>>} */
  const scripts = new Map();
  /** @type {Map<string, any>} what was predicted, by name */
  const predicted = new Map();
  /** @type {(() => void)[]} what looks again after a prediction */
  const onPrediction = [];

  for (const element of document.querySelectorAll(".live")) {
    const facts = JSON.parse(element.querySelector("script")?.textContent ?? "{}");
    element.replaceChildren();
    if (element.matches(".live-view")) await showView(/** @type {HTMLElement} */ (element), facts);
    else await showOutcome(/** @type {HTMLElement} */ (element), facts);
  }
  document.body.dataset.live = "true";

  /** @param {HTMLElement} el @param {ViewFacts} facts */
  async function showView(el, facts) {
    const state = JSON.parse(new TextDecoder().decode(await inflated(facts.packed.text)));
    for (const [name, packed] of Object.entries(facts.packed.bytes)) state[name] = new DataView(await numbers(packed));
    const model = createModel(state);
    if (facts.prediction) ask(model, facts);
    else if (facts.waits.length) lock(model, facts);
    (await scriptOf(facts.bundle)).render({ model, el });
  }

  /** @param {ReturnType<typeof createModel>} model @param {ViewFacts} facts */
  function lock(model, facts) {
    const waitsFor = () => facts.waits.find(([name]) => !predicted.has(name)) ?? ["", ""];
    const [name, message] = waitsFor();
    model.set("lock", { name, ...facts.lock, ...(name && { name }) });
    model.set("locked", message);
    onPrediction.push(() => {
      if (!model.get("locked")) return;
      const [name, message] = waitsFor();
      model.set("lock", name ? { ...model.get("lock"), name } : {});
      model.set("locked", message);
    });
  }

  /**
   * Let a form take a prediction, as the kernel would.
   *
   * @param {ReturnType<typeof createModel>} model @param {ViewFacts} facts
   */
  function ask(model, { prediction = "", notNumber = "" }) {
    const { kind } = JSON.parse(model.get("facts"));
    const show = () =>
      model.set("standing", JSON.stringify({ committed: true, ...standingOf(predicted.get(prediction)) }));
    model.set("alive", true);
    model.save_changes = () => {
      const [value, number] = model.get("asked").value ?? [];
      if (number === undefined || number <= model.get("answered")) return;
      const isNumber = kind !== "number" || (String(value).trim() !== "" && Number.isFinite(asNumber(value)));
      model.set("problem", isNumber ? "" : notNumber.replace("{text}", `'${value}'`));
      model.set("answered", number);
      if (isNumber) commit(prediction, kind === "number" ? asNumber(value) : value);
    };
    onPrediction.push(() => predicted.has(prediction) && show());
    const before = kept(() => localStorage.getItem(`tapedeck ${page} ${prediction}`));
    if (before) predicted.set(prediction, JSON.parse(before));
    if (predicted.has(prediction)) show();
  }

  /** @param {string} name @param {any} value */
  function commit(name, value) {
    predicted.set(name, value);
    kept(() => localStorage.setItem(`tapedeck ${page} ${name}`, JSON.stringify(value)));
    for (const look of onPrediction) look();
  }

  /** @param {HTMLElement} el @param {OutcomeFacts} facts */
  async function showOutcome(el, facts) {
    const { render } = await scriptOf("prediction");
    let isShown = false;
    const look = () => {
      if (!predicted.has(facts.name)) el.textContent = facts.wait;
      if (isShown || !predicted.has(facts.name)) return;
      isShown = true;
      el.textContent = "";
      const standing = JSON.stringify(compared(facts, predicted.get(facts.name)));
      render({
        model: createModel({ facts: facts.form, standing, asked: {}, answered: 0, alive: true, problem: "" }),
        el,
      });
    };
    onPrediction.push(look);
    look();
  }

  /** @param {string} bundle */
  function scriptOf(bundle) {
    const script = scripts.get(bundle) ?? loaded(bundle);
    scripts.set(bundle, script);
    return script;
  }

  /** @param {string} bundle */
  async function loaded(bundle) {
    const text = new TextDecoder().decode(await inflated(packedScripts[bundle]));
    return (await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`)).default;
  }

  /** @template T @param {() => T} use */
  function kept(use) {
    try {
      return use();
    } catch {
      return null; // some browsers keep nothing for pages from a disk
    }
  }

  /** @param {Record<string, any>} state */
  function createModel(state) {
    /** @type {Record<string, Set<() => void>>} */
    const heard = {};
    return {
      get: (/** @type {string} */ key) => state[key],
      set: (/** @type {string} */ key, /** @type {any} */ value) => {
        if (state[key] === value) return;
        state[key] = value;
        for (const tell of heard[`change:${key}`] ?? []) tell();
      },
      on: (/** @type {string} */ event, /** @type {() => void} */ tell) => {
        heard[event] ??= new Set();
        heard[event].add(tell);
      },
      off: (/** @type {string} */ event, /** @type {() => void} */ tell) => heard[event]?.delete(tell),
      save_changes: () => {},
    };
  }

  /** @param {OutcomeFacts} facts @param {any} value @returns {Standing} */
  function compared(facts, value) {
    const own = standingOf(value);
    if (facts.kind === "sketch") return { ...facts.right, ...own, ...sketchBeside(facts, value) };
    const isSame = (/** @type {any} */ other) =>
      facts.kind === "number" ? other !== null && isClose(value, other, facts.close) : String(value) === String(other);
    const right = facts.kind === "number" ? facts.number : facts.right.value.split(" → ");
    const isRight = facts.kind === "choice" ? value === facts.right.value : isSame(right);
    const found = isRight ? facts.right : (facts.cases?.find(([known]) => isSame(known))?.[1] ?? facts.other);
    return { ...found, ...own };
  }

  /** @param {OutcomeFacts} facts @param {[number, number][]} sketched */
  function sketchBeside({ right, tolerance = 0, furthest = "" }, sketched) {
    /** @type {[number, number | null][]} */
    const curve = right.curve;
    const ys = curve.flatMap(([, y]) => (y === null ? [] : [y]));
    const height = Math.max(...ys) - Math.min(...ys) || 1;
    const gaps = sketched.flatMap(([x, y]) => {
      const due = heightAt(curve, x);
      return due === null ? [] : [{ x, gap: Math.abs(y - due) }];
    });
    const agrees = gaps.length > 0 && gaps.every(({ gap }) => gap <= tolerance * height);
    const most = gaps.reduce((one, other) => (other.gap > one.gap ? other : one), gaps[0]);
    const gap = most ? furthest.replace("{x}", shortNumber(most.x)).replace("{gap}", shortNumber(most.gap, 2)) : "";
    return { agrees, gap };
  }

  /** @param {[number, number | null][]} curve @param {number} x @returns {number | null} */
  function heightAt(curve, x) {
    const after = curve.findIndex(([at]) => at >= x);
    if (after < 0) return null;
    const [x1, y1] = curve[after];
    if (x1 === x || after === 0) return x1 === x ? y1 : null;
    const [x0, y0] = curve[after - 1];
    return y0 === null || y1 === null ? null : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  }

  /** @param {any} value @returns {Standing} what is said of a value that nothing is known of yet */
  function standingOf(value) {
    if (typeof value === "number") return { value: shortNumber(value) };
    if (!Array.isArray(value)) return { value };
    if (!Array.isArray(value[0])) return { value: value.join(" → ") };
    return { value: value.map(([x, y]) => `(${shortNumber(x)}, ${shortNumber(y)})`).join(", "), points: value };
  }

  /** @param {any} text */
  function asNumber(text) {
    return Number(String(text).trim().replace("\u2212", "-"));
  }

  /** @param {number} number @param {number} digits */
  function shortNumber(number, digits = 4) {
    const text = String(Number(number.toPrecision(digits)));
    return /[.e]/.test(text) ? text : `${text}.0`;
  }

  /** @param {number} a @param {number} b @param {[number, number]} close */
  function isClose(a, b, [relative, absolute]) {
    return Math.abs(a - b) <= absolute + relative * Math.abs(b);
  }

  /**
   * Undo what `packed_numbers` did: gather the bytes of each number, and add up the differences.
   *
   * @param {{ data: string, words: boolean }} packed
   */
  async function numbers({ data, words }) {
    const bytes = await inflated(data);
    if (!words) return bytes;
    const planes = new Uint8Array(bytes);
    const count = planes.length / 4;
    const view = new DataView(new ArrayBuffer(planes.length));
    for (let i = 0, sum = 0; i < count; i++) {
      const [a, b, c, d] = [planes[i], planes[count + i], planes[2 * count + i], planes[3 * count + i]];
      sum = (sum + (a | (b << 8) | (c << 16) | (d << 24))) >>> 0;
      view.setUint32(4 * i, sum, true);
    }
    return view.buffer;
  }

  /** @param {string} text deflated, in base64 */
  function inflated(text) {
    const letters = atob(text);
    const bytes = new Uint8Array(letters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i); // Uint8Array.from is thirty times slower
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  }
})();
