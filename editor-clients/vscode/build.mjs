// Bundles the extension and the page of the response view into `dist`; with `--tests`, the tests into `build`.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const node = { bundle: true, format: "cjs", platform: "node", target: "node20", logLevel: "warning" };
if (process.argv.includes("--tests")) {
  const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  await build({
    ...node,
    entryPoints: ["src/extension.ts", ...tests.map((name) => `test/${name}`)],
    outdir: "build",
    outbase: ".",
    external: ["vscode", "vscode-languageclient/node"],
    sourcemap: "inline",
  });
} else {
  await build({ ...node, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", external: ["vscode"], minify: true });
  await build({ entryPoints: ["src/view/response.ts"], outfile: "dist/response.js", bundle: true, format: "iife", target: "chrome120", minify: true, logLevel: "warning" });
}
