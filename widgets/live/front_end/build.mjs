// Build each view (a folder with a script and a style of its own name) to one script and one style in ../static.

import { existsSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const views = readdirSync(".").filter((name) => existsSync(`${name}/${name}.js`));

await build({
  entryPoints: views.flatMap((name) => [`${name}/${name}.js`, `${name}/${name}.css`]),
  entryNames: "[name]",
  outdir: process.env.TAPEDECK_STATIC ?? "../static",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "info",
});
