// What a script says, and how its failures are told.
(function (kit) {
  "use strict";
  const { outcome, MADE } = kit;
  const { stringify } = JSON;
  const LOG_LIMIT = 1 << 20;
  let logged = 0;

  function shown(given) {
    const value = typeof given === "function" && given[MADE] === true ? given() : given;
    if (typeof value === "string") return value;
    if (value instanceof Error || value instanceof String) return String(value);
    try {
      const text = stringify(value, null, 2);
      return text === undefined ? String(value) : text;
    } catch {
      return String(value);
    }
  }

  function tell(values) {
    const line = values.map(shown).join(" ");
    const before = logged;
    logged += line.length + 1;
    if (logged <= LOG_LIMIT) outcome.logs.push(line);
    else if (before <= LOG_LIMIT) outcome.logs.push("… more is not shown");
  }

  class AssertionError extends Error {
    constructor(message, expected, found) {
      super(message);
      this.name = "AssertionError";
      this.expected = expected;
      this.found = found;
    }
  }

  const assertionError = (message) => new AssertionError(message === undefined ? "the assertion does not hold" : shown(message));

  function failure(error) {
    if (!(error instanceof Error)) return { message: shown(error) };
    const { name, message, stack, expected, found } = error;
    return {
      kind: String(name),
      message: String(message),
      stack: String(stack),
      isAssertion: error instanceof AssertionError,
      expected: expected === undefined ? undefined : shown(expected),
      found: found === undefined ? undefined : shown(found),
    };
  }

  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace"]) console[name] = kit.log;

  return { shown, tell, AssertionError, assertionError, failure, console };
})
