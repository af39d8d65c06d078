import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { type IRawGrammar, INITIAL, parseRawGrammar, Registry } from "vscode-textmate";

const ROOT = path.join(__dirname, "../..");

/** Stands for the grammars of other languages, which come with the editor. */
const other = (scopeName: string): IRawGrammar =>
  parseRawGrammar(
    JSON.stringify({ scopeName, patterns: [{ begin: '"', end: '"', name: "string.quoted" }, { match: "\\S", name: `of.${scopeName}` }] }),
    "other.json",
  );

const registry = new Registry({
  onigLib: loadWASM(readFileSync(path.join(ROOT, "node_modules/vscode-oniguruma/release/onig.wasm")).buffer as ArrayBuffer).then(
    () => ({ createOnigScanner, createOnigString }),
  ),
  loadGrammar: async (scope) => {
    const file = { "source.http": "http", "source.http-response": "http-response" }[scope];
    if (file === undefined) {
      return other(scope);
    }
    const name = path.join(ROOT, "syntaxes", `${file}.tmLanguage.json`);
    return parseRawGrammar(readFileSync(name, "utf8"), name);
  },
});

/** Returns the scopes of the first occurrence of each word. */
async function scopes(text: string, words: string[], language = "source.http"): Promise<string[]> {
  const grammar = await registry.loadGrammar(language);
  assert.ok(grammar);
  const found = new Map<string, string>();
  let state = INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const word of words) {
      const at = line.indexOf(word);
      const token = tokens.find((one) => one.startIndex <= at && at < one.endIndex);
      if (token && !found.has(word)) {
        found.set(word, token.scopes.join(" "));
      }
    }
  }
  return words.map((word) => found.get(word) ?? "");
}

test("request line, header field and variable", async () => {
  const text = "@base = http://a\n### list\nGET {{base2}}/things HTTP/1.1\nAccept: application/json\n";
  const [variable, title, method, reference, target, version, name, value] = await scopes(text, [
    "base", "list", "GET", "base2", "/things", "HTTP/1.1", "Accept", "application",
  ]);
  assert.match(variable ?? "", /variable\.other/);
  assert.match(title ?? "", /entity\.name\.section/);
  assert.match(method ?? "", /keyword\.control/);
  assert.match(reference ?? "", /meta\.template\.http variable\.other/);
  assert.match(target ?? "", /string\.unquoted\.target/);
  assert.match(version ?? "", /constant\.language\.version/);
  assert.match(name ?? "", /entity\.name\.tag/);
  assert.match(value ?? "", /string\.unquoted\.value/);
});

test("a URL without a method is a request line", async () => {
  const [url] = await scopes("https://example.com/a\n", ["example"]);
  assert.match(url ?? "", /string\.unquoted\.target/);
});

test("directives differ from comments", async () => {
  const [directive, comment] = await scopes("# @auth basic\n// words\n", ["@auth", "words"]);
  assert.match(directive ?? "", /keyword\.other\.directive/);
  assert.match(comment ?? "", /comment\.line/);
});

test("a body in JSON is JSON, with templates in its strings, and ends at a script", async () => {
  const text = 'POST http://a\nA: b\n\n{\n  "name": "{{word}}"\n}\n\n> {%\n  client.log();\n%}\n### next\nGET http://b\n';
  const [json, template, script, next] = await scopes(text, ["name", "word", "client", "next"]);
  assert.match(json ?? "", /meta\.embedded\.block\.json/);
  assert.match(template ?? "", /meta\.template\.http variable/);
  assert.match(script ?? "", /meta\.embedded\.block\.javascript/);
  assert.doesNotMatch(script ?? "", /json/);
  assert.match(next ?? "", /entity\.name\.section/);
});

test("JSON that is never closed ends at the next request", async () => {
  const [next] = await scopes('POST http://a\n\n{"a": "\n### next\n', ["next"]);
  assert.match(next ?? "", /entity\.name\.section/);
});

test("bodies in XML and GraphQL, files, assertions, an example", async () => {
  const xml = await scopes("PUT http://a\n\n<thing>\n", ["thing"]);
  assert.match(xml[0] ?? "", /meta\.embedded\.block\.xml/);
  const graphql = await scopes('GRAPHQL http://a\n\nquery {\n  things\n}\n\n{"first": 1}\n', ["things", "first"]);
  assert.match(graphql[0] ?? "", /meta\.embedded\.block\.graphql/);
  assert.match(graphql[1] ?? "", /meta\.embedded\.block\.json/);
  const rest = await scopes("POST http://a\n\n< ./data.bin\n?? status == 200\nHTTP/1.1 404 Not Found\n", ["data.bin", "==", "404"]);
  assert.match(rest[0] ?? "", /string\.unquoted\.path/);
  assert.match(rest[1] ?? "", /keyword\.operator\.comparison/);
  assert.match(rest[2] ?? "", /markup\.deleted/);
});

test("a response: status, header field, body", async () => {
  const text = '### one\n# GET http://a/\n# does not hold: status == 201\nHTTP/1.1 200 OK\nServer: x\n\n{"a": 1}\n';
  const found = await scopes(text, ["GET", "does not", "200", "Server", "a\""], "source.http-response");
  const wanted = [/keyword\.control/, /markup\.deleted/, /markup\.inserted/, /entity\.name\.tag/, /embedded\.block\.json/];
  for (const [number, one] of wanted.entries()) {
    assert.match(found[number] ?? "", one);
  }
});
