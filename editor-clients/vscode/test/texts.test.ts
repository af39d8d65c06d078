import assert from "node:assert/strict";
import test from "node:test";
import { neighbourOf, showsLenses } from "../src/neighbours";
import { logEntry, shownBody, tabName } from "../src/response-text";
import { isWell, type Result, told, toldOfAll } from "../src/summary";

const TEXT = "### list\n# GET http://a/\n# 3 ms, 12 bytes\nHTTP/1.1 200 OK\nA: b\n\n{\n\n# no remark\n}\n";
const WELL: Result = {
  name: "list", line: 3, outcome: "sent", status: 200, milliseconds: 12.4, failures: [], assertions: [], document: "httpls-response:/1/response.http",
};

test("the body is what follows the first empty line of the response", () => {
  assert.equal(shownBody(TEXT), "{\n\n# no remark\n}");
});

test("a response without a body has an empty one", () => {
  assert.equal(shownBody("### a\n# refused\n"), "");
});

test("a tab is named after the request, without what a path may not hold", () => {
  assert.equal(tabName(TEXT), "Response list");
  assert.equal(tabName("### GET http://a/b?c=d#e\n"), "Response GET http a b c=d e");
  assert.equal(tabName(""), "Response");
});

test("an entry of the log has the time", () => {
  assert.match(logEntry(TEXT, new Date(2026, 0, 2, 3, 4, 5)), /^### 03:04:05 {2}list\n/);
});

test("what came of a request is said in a line", () => {
  assert.equal(told(WELL), "list: 200 in 12 ms");
  assert.equal(told({ ...WELL, name: null, outcome: "refused", status: null, failures: ["no token"] }), "line 3: refused. No token");
});

test("an assertion that does not hold is not well, and is named", () => {
  const result = { ...WELL, assertions: [{ name: "status == 201", holds: false }] };
  assert.equal(isWell(result), false);
  assert.match(told(result), /Does not hold: status == 201/);
  assert.equal(toldOfAll([WELL, result]), "2 requests, 1 not well");
});

test("one set of lenses: ours give way unless they are asked for", () => {
  assert.equal(neighbourOf((id) => id === "humao.rest-client")?.name, "REST Client");
  assert.equal(neighbourOf(() => false), undefined);
  assert.deepEqual(
    [showsLenses("auto", true), showsLenses("auto", false), showsLenses("always", true), showsLenses("never", false)],
    [false, true, true, false],
  );
});
