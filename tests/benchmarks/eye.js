// Marks, in Chromium's own trace, what the user did and when a picture's content has changed: what is drawn with DOM or
// SVG, on a canvas, or is an image. The trace then tells when the frame with that content was presented.

(() => {
  let [acted, changed] = [0, 0]; // when, in the page's milliseconds
  let seen = () => {};

  function mark(name) {
    performance.mark(name);
    changed = performance.now();
    seen();
  }

  // Watch all that is inside the elements of a selector, and what the user does anywhere.
  function open(selector) {
    const places = [...document.querySelectorAll(selector)];
    const isImage = places.some((place) => place.querySelector("img"));
    const observer = new MutationObserver((mutations) => {
      const changes = mutations.filter(isChange);
      if (isImage) changes.flatMap(newImages).forEach(markLoaded);
      else if (changes.length > 0) mark("eye:change");
    });
    const all = { subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true };
    for (const place of places) observer.observe(place, all);
    const draws = CanvasRenderingContext2D.prototype;
    const { drawImage } = draws;
    draws.drawImage = function (...what) {
      drawImage.apply(this, what);
      if (places.some((place) => place.contains(this.canvas))) mark("eye:change");
    };
    for (const type of ["keydown", "pointermove"]) addEventListener(type, note, true);
  }

  function note(event) {
    performance.mark(`eye:${event.type}`, { startTime: event.timeStamp });
    acted = event.timeStamp;
  }

  // An attribute that is set to what it was is none.
  function isChange({ type, target, attributeName, oldValue }) {
    return type !== "attributes" || target.getAttribute(attributeName) !== oldValue;
  }

  function newImages({ type, target, addedNodes }) {
    if (type === "attributes") return target.matches("img") ? [target] : [];
    const added = [...addedNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE);
    return added.flatMap((node) => (node.matches("img") ? [node] : [...node.querySelectorAll("img")]));
  }

  // A new image is nothing to look at before it has loaded.
  function markLoaded(image) {
    if (image.complete) mark("eye:change");
    else image.addEventListener("load", () => mark("eye:change"), { once: true });
  }

  // Mark when the first element of a selector is in the page.
  function awaits(selector) {
    const observer = new MutationObserver(() => {
      if (!document.querySelector(selector)) return;
      mark("eye:change");
      observer.disconnect();
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true });
    addEventListener("keydown", note, true);
  }

  // Wait until something has changed since the last event, and nothing for `still` milliseconds after it.
  function settled(still, patience) {
    return new Promise((resolve) => {
      const end = () => {
        seen = () => {};
        clearTimeout(late);
        clearTimeout(timer);
        resolve();
      };
      const late = setTimeout(end, patience);
      let timer;
      seen = () => {
        clearTimeout(timer);
        timer = setTimeout(end, still);
      };
      if (changed > acted) seen();
    });
  }

  globalThis.eye = { open, awaits, settled };
})();
