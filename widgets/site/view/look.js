// Light or dark: as the system has it, or as the reader last chose here. Views follow JupyterLab's own switch. And what
// is too wide for its place can be scrolled by keys.

(() => {
  const kept = (/** @type {() => string | null | void} */ use) => {
    try {
      return use();
    } catch {
      return null; // some browsers keep nothing for pages from a disk
    }
  };
  const isDark = (kept(() => localStorage.getItem("tapedeck-look")) ?? system()) === "dark";
  show(isDark);
  const scrollable = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.closest(".tapedeck")) continue; // a view sees to itself
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  addEventListener("DOMContentLoaded", () => {
    for (const element of document.querySelectorAll("main :is(pre, table, .rich)")) scrollable.observe(element);
    const button = document.getElementById("look");
    button?.setAttribute("aria-pressed", String(isDark));
    button?.addEventListener("click", () => {
      const dark = document.body.dataset.jpThemeLight !== "false";
      show(dark);
      button.setAttribute("aria-pressed", String(dark));
      kept(() => localStorage.setItem("tapedeck-look", dark ? "dark" : "light"));
    });
  });

  function system() {
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  /** @param {boolean} dark */
  function show(dark) {
    document.body.dataset.jpThemeLight = String(!dark);
  }
})();
