// A contestant's code, folded away until it is wanted.

import { html, setText, KEEPS_KEYS } from "../../common/view/dom.js";

export function createCode(name, code, word) {
  const copied = html("span", { class: "race-copied", role: "status" });
  const copy = html("button", { type: "button", class: "view-word", click: copyCode, ...KEEPS_KEYS }, word("Copy"));
  const summary = html("summary", { "aria-label": word("Code of {name}", { name }), ...KEEPS_KEYS }, word("Code"));

  async function copyCode() {
    try {
      await navigator.clipboard.writeText(code);
      setText(copied, word("Copied."));
    } catch {
      setText(copied, word("The browser does not allow copying."));
    }
  }

  const foot = html("div", { class: "race-copy" }, copy, copied);
  return html("details", { class: "race-code" }, summary, html("pre", {}, code), foot);
}
