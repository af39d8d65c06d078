// Kulala's and Node.js' words for assertions, as members of `assert`, and httpyac's ready tests, as members of `test`.
(function (kit) {
  "use strict";
  const { assert, scope, shown, test } = kit;
  const { AssertionError } = kit.part("telling");

  function equal(one, other) {
    if (one === other) return true;
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
    return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
  }

  function sorted(value) {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    const copy = {};
    for (const key of Object.keys(value).sort()) copy[key] = sorted(value[key]);
    return copy;
  }

  function fails(message, fallback, expected, found) {
    throw new AssertionError(message === undefined ? fallback : shown(message), shown(expected), shown(found));
  }

  const at = (value, path) => path.split(".").reduce((inner, step) => (inner == null ? undefined : inner[step]), value);
  const response = () => (scope.response === undefined ? {} : scope.response);

  function extendTest() {
    const field = (name) => scope.response.headers.valueOf(name);
    test.status = (status) => test(`status is ${status}`, () => assert.same(scope.response.status, status));
    test.totalTime = (most) =>
      test(`takes at most ${most} ms`, () => scope.response.timings.total <= most || fails(undefined, "it takes longer", most, scope.response.timings.total));
    test.header = (name, value) => test(`field ${name} is ${value}`, () => assert.same(field(name), value));
    test.headerContains = (name, value) => test(`field ${name} holds ${value}`, () => assert.hasString(field(name), value));
    test.responseBody = (body) => test("body is as expected", () => assert.same(scope.response.parsedBody ?? scope.response.text, body));
    test.hasResponseBody = () => test("there is a body", () => assert.ok(scope.response.text));
    test.hasNoResponseBody = () => test("there is no body", () => assert.same(scope.response.text, ""));
  }

  function start() {
    extendTest();
    assert.true = (value, message) => value === true || fails(message, "it is not true", true, value);
    assert.false = (value, message) => value === false || fails(message, "it is not false", false, value);
    assert.isTrue = assert.true;
    assert.isFalse = assert.false;
    assert.same = (found, expected, message) =>
      equal(found, expected) || fails(message, "the values differ", expected, found);
    for (const name of ["equal", "equals", "strictEqual", "deepEqual"]) assert[name] = assert.same;
    assert.notEqual = (found, expected, message) =>
      !equal(found, expected) || fails(message, "the values are the same", `not ${shown(expected)}`, found);
    assert.ok = (value, message) => Boolean(value) || fails(message, "the assertion does not hold", true, value);
    assert.fail = (message) => fails(message, "the assertion does not hold");
    assert.exists = (value, message) => value != null || fails(message, "there is no value", "a value", value);
    assert.hasString = (text, piece, message) =>
      String(text).includes(piece) || fails(message, "the text does not hold the piece", piece, text);
    assert.include = (whole, piece, message) =>
      whole.includes(piece) || fails(message, "the piece is not in it", piece, whole);
    assert.includes = assert.include;
    assert.match = (text, pattern, message) =>
      pattern.test(text) || fails(message, "the text does not match", String(pattern), text);
    assert.responseHas = (key, expected, message) => {
      const found = at(response(), key);
      return equal(found, expected) || fails(message, `response.${key} differs`, expected, found);
    };
    assert.headersHas = (name, expected, message) => {
      const found = scope.response ? scope.response.headers.valueOf(name) : null;
      return equal(found, expected) || fails(message, `the header field ${name} differs`, expected, found);
    };
    assert.bodyHas = (piece, message) => assert.hasString(response().text, piece, message);
    assert.jsonHas = (key, expected, message) => {
      const found = at(response().body, key);
      return equal(found, expected) || fails(message, `${key} of the body differs`, expected, found);
    };
  }

  return { start };
})
