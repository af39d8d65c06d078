// Formats the Lua files of the plug-in, or with --check tells which are not formatted. The options are those of
// editor-clients/neovim/stylua.toml. Run with the folder of node_modules in HTTPLS_REAL_NODE.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const stylua = createRequire(join(process.env.HTTPLS_REAL_NODE, '/'))('@johnnymorganz/stylua');
const [mode, ...folders] = process.argv.slice(2);

function* luaFiles(path) {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) yield* luaFiles(join(path, name));
  else if (path.endsWith('.lua')) yield path;
}

let wrong = 0;
for (const file of folders.flatMap((folder) => [...luaFiles(folder)])) {
  const config = stylua.Config.new();
  config.column_width = 120;
  config.indent_type = stylua.IndentType.Spaces;
  config.indent_width = 2;
  config.quote_style = stylua.QuoteStyle.AutoPreferSingle;
  const text = readFileSync(file, 'utf8');
  const formatted = stylua.formatCode(text, config, undefined, stylua.OutputVerification.Full);
  if (formatted === text) continue;
  wrong += 1;
  if (mode === '--check') console.log(`${file} is not formatted`);
  else writeFileSync(file, formatted);
}
process.exitCode = mode === '--check' && wrong ? 1 : 0;
