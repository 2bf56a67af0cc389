// Build each view to one script and one style in static/: a view is a script of the same name as the style beside it.

import { readdirSync } from "node:fs";
import { build } from "esbuild";

const things = readdirSync(".", { withFileTypes: true }).filter((entry) => entry.isDirectory());
const views = things.flatMap(({ name }) => entriesOf(`${name}/view`));

/**
 * Return the scripts of a folder that have a style of their own name, each with that style.
 *
 * @param {string} folder
 */
function entriesOf(folder) {
  /** @type {string[]} */
  let names = [];
  try {
    names = readdirSync(folder);
  } catch {
    return []; // a thing without a view
  }
  const styled = names.filter((name) => name.endsWith(".js") && names.includes(name.replace(/js$/, "css")));
  return styled.flatMap((name) => [`${folder}/${name}`, `${folder}/${name.replace(/js$/, "css")}`]);
}

await build({
  entryPoints: views,
  entryNames: "[name]",
  outdir: process.env.TAPEDECK_STATIC ?? "static",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "info",
});
