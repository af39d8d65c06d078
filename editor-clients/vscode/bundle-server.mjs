// Builds the wheel of the language server into `dist/server`, so that the extension brings the server that fits it.
// Python is that of the variable HTTPLS_PYTHON, else `python3`; it needs `pip`.
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";

const folder = "dist/server";
rmSync(folder, { recursive: true, force: true });
const python = process.env.HTTPLS_PYTHON ?? "python3";
execFileSync(python, ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, "../.."], { stdio: "inherit" });
const wheels = readdirSync(folder).filter((name) => name.endsWith(".whl"));
if (wheels.length !== 1) {
  throw new Error(`one wheel was expected in ${folder}, not ${wheels.length}`);
}
console.log(`${folder}/${wheels[0]}`);
