import assert from "node:assert/strict";
import test from "node:test";
import { fileName } from "../src/exchange";
import { laidOut } from "../src/view/layout";
import { duration, size } from "../src/view/units";

const text = (body: string, type: string): string => laidOut(body, type).map((one) => one.text).join("");

test("JSON is laid out; numbers and escapes stay as they were sent", () => {
  assert.equal(text('{"a":1.10,"b":[1e400,12345678901234567890,"\\u00e9"],"c":{},"d":[]}', "application/json"), [
    "{",
    '  "a": 1.10,',
    '  "b": [',
    "    1e400,",
    "    12345678901234567890,",
    '    "\\u00e9"',
    "  ],",
    '  "c": {},',
    '  "d": []',
    "}",
  ].join("\n"));
});

test("keys, texts, numbers and words of JSON are told apart", () => {
  const kinds = laidOut('{"a":"b","c":[1,true]}', "application/problem+json").filter((one) => one.kind !== "mark");
  assert.deepEqual(kinds.map((one) => `${one.text} ${one.kind}`), ['"a" key', '"b" string', '"c" key', "1 number", "true word"]);
});

for (const body of ['{"a":1', '{"a":1}}', '[1 2]', '{a:1}', '["a', "{1:2}", "nothing", ""]) {
  test(`what is no JSON stays as it is: ${body}`, () => {
    assert.equal(text(body, "application/json"), body);
  });
}

test("XML elements get lines of their own; an element with text keeps its blanks", () => {
  assert.equal(text('<?xml version="1.0"?><a x="1>0"><b>t <i>u</i> v</b><c/><d></d></a>', "application/xml"), [
    '<?xml version="1.0"?>',
    '<a x="1>0">',
    "  <b>t <i>u</i> v</b>",
    "  <c/>",
    "  <d></d>",
    "</a>",
  ].join("\n"));
});

test("XML whose tags do not match stays as it is", () => {
  assert.equal(text("<a><b></a>", "text/xml"), "<a><b></a>");
  assert.equal(text("<a>1 < 2</a>", "text/xml"), "<a>1 < 2</a>");
});

test("HTML and other texts stay as they are", () => {
  assert.deepEqual(laidOut("<p>a", "text/html"), [{ text: "<p>a", kind: "plain" }]);
  assert.deepEqual(laidOut('{"a":1}', "text/plain"), [{ text: '{"a":1}', kind: "plain" }]);
});

test("durations and sizes are written for people", () => {
  assert.deepEqual([0.0000204, 0.0021, 0.25, 1.5, 75].map(duration), ["20 µs", "2.1 ms", "250 ms", "1.50 s", "1 min 15 s"]);
  assert.deepEqual([0, 1, 999, 1500, 12_000_000].map(size), ["0 bytes", "1 byte", "999 bytes", "1.5 kB", "12 MB"]);
});

test("a file is named by the server, by the path, or by the type, never with a folder", () => {
  const named = (url: string, headers: Record<string, string>): string =>
    fileName({ url, response: { headers: Object.entries(headers).map(([name, value]) => ({ name, value })) } } as never);
  assert.equal(named("http://a/x", { "Content-Disposition": 'attachment; filename="../r.csv"' }), "r.csv");
  assert.equal(named("http://a/things/7?x=y", { "Content-Type": "application/json; charset=utf-8" }), "7.json");
  assert.equal(named("http://a/", { "Content-Type": "image/png" }), "response.png");
  assert.equal(named("http://a/data.bin", {}), "data.bin");
});
