// What scripts of JetBrains HTTP Client, httpyac and Kulala may use. Everything comes in as plain data and goes out as
// plain data; `native` reaches pure functions only (hashes, paths into documents, made-up data).
(function (native, stateText, scope) {
  "use strict";
  const PRELUDE_LINE = 100000;
  const evaluate = scope.eval;
  const state = JSON.parse(stateText);
  const outcome = {
    globals: {}, variables: {}, tests: [], logs: [], logged: 0, exited: false, skipped: false, request: {},
  };
  const EXIT = Symbol("exit");
  const MADE = Symbol("made");
  const LOG_LIMIT = 1 << 20;
  const { stringify, parse } = JSON;
  const { defineProperty, keys, freeze, create, getOwnPropertyNames } = Object;

  function call(name, ...given) {
    const answer = parse(native(name, stringify(given)));
    if ("error" in answer) throw new Error(answer.error);
    return answer.value;
  }

  // Values keep their type on the way through a variable.
  function outside(given) {
    const value = made(given);
    if (value === undefined || typeof value === "function" || typeof value === "symbol") return null;
    if (typeof value === "string") return { text: value };
    const text = typeof value === "bigint" ? value.toString() : stringify(value);
    return text === undefined ? null : { text, json: typeof value === "bigint" ? undefined : text };
  }

  function inside(value) {
    if (value === null || value === undefined) return null;
    return value.json !== undefined ? parse(value.json) : value.text;
  }

  // `$random.uuid` is a value that is made when it is read.
  function made(value) {
    return typeof value === "function" && value[MADE] === true ? value() : value;
  }

  function shown(given) {
    const value = made(given);
    if (typeof value === "string") return value;
    if (value instanceof Error) return String(value);
    try {
      const text = stringify(value, null, 2);
      return text === undefined ? String(value) : text;
    } catch {
      return String(value);
    }
  }

  function log(...values) {
    const line = values.map(shown).join(" ");
    outcome.logged += line.length + 1;
    if (outcome.logged <= LOG_LIMIT) outcome.logs.push(line);
    else if (outcome.logged - line.length - 1 <= LOG_LIMIT) outcome.logs.push("… more is not shown");
  }

  class AssertionError extends Error {
    constructor(message, expected, found) {
      super(message);
      this.name = "AssertionError";
      this.expected = expected;
      this.found = found;
    }
  }

  function assert(condition, message) {
    if (!condition) throw new AssertionError(message === undefined ? "the assertion does not hold" : shown(message));
  }

  function equal(one, other) {
    if (one === other) return true;
    if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
    return stringify(sorted(one)) === stringify(sorted(other));
  }

  function sorted(value) {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    const copy = {};
    for (const key of keys(value).sort()) copy[key] = sorted(value[key]);
    return copy;
  }

  // Kulala's and chai's words for assertions.
  function fails(message, fallback, expected, found) {
    throw new AssertionError(message === undefined ? fallback : shown(message), shown(expected), shown(found));
  }
  assert.true = (value, message) => value === true || fails(message, "it is not true", true, value);
  assert.false = (value, message) => value === false || fails(message, "it is not false", false, value);
  assert.same = (found, expected, message) =>
    equal(found, expected) || fails(message, "the values differ", expected, found);
  assert.equal = assert.same;
  assert.strictEqual = assert.same;
  assert.deepEqual = assert.same;
  assert.notEqual = (found, expected, message) =>
    !equal(found, expected) || fails(message, "the values are the same", `not ${shown(expected)}`, found);
  assert.ok = assert;
  assert.hasString = (text, part, message) =>
    String(text).includes(part) || fails(message, "the text does not hold the part", part, text);
  assert.responseHas = (key, expected, message) => {
    const found = key.split(".").reduce((value, step) => (value == null ? undefined : value[step]), response);
    return equal(found, expected) || fails(message, `response.${key} differs`, expected, found);
  };
  assert.headersHas = (name, expected, message) => {
    const found = response ? response.headers.valueOf(name) : null;
    return equal(found, expected) || fails(message, `the header field ${name} differs`, expected, found);
  };
  assert.bodyHas = (part, message) => assert.hasString(response ? response.text : "", part, message);
  assert.jsonHas = (key, expected, message) => {
    const found = key.split(".").reduce((value, step) => (value == null ? undefined : value[step]), response && response.body);
    return equal(found, expected) || fails(message, `${key} of the body differs`, expected, found);
  };

  // What stands before the script on its first line.
  let wrapped = "";

  function where(error) {
    const match = /<input>:(\d+):(\d+)/g;
    let found;
    while ((found = match.exec(error && error.stack ? error.stack : "")) !== null) {
      const line = Number(found[1]);
      if (line < PRELUDE_LINE) return { line, column: Number(found[2]) - (line === 1 ? wrapped.length : 0) };
    }
    return {};
  }

  function test(name, body) {
    const entry = { name: shown(name), holds: true, message: "", ...where(new Error()) };
    outcome.tests.push(entry);
    const failed = (error) => {
      if (error === EXIT) throw error;
      entry.holds = false;
      entry.message = error instanceof Error ? error.message : shown(error);
      if (error instanceof AssertionError) {
        entry.expected = error.expected;
        entry.found = error.found;
      }
      Object.assign(entry, where(error));
    };
    try {
      const result = body();
      return result && typeof result.then === "function" ? result.then(() => undefined, failed) : result;
    } catch (error) {
      failed(error);
    }
  }

  function variables(write, from) {
    return freeze({
      set(name, value) {
        const kept = outside(value);
        from[name] = kept;
        write[String(name)] = kept;
      },
      get(name) {
        return inside(from[name]);
      },
      isEmpty() {
        return keys(from).filter((name) => from[name] !== null).length === 0;
      },
      clear(name) {
        delete from[name];
        write[String(name)] = null;
      },
      clearAll() {
        for (const name of keys(from)) this.clear(name);
      },
    });
  }

  const globalValues = Object.assign(create(null), state.globals);
  const requestValues = Object.assign(create(null), state.variables);
  const environmentValues = Object.assign(create(null), state.environment);
  const globals = variables(outcome.globals, globalValues);
  const own = variables(outcome.variables, requestValues);
  const environment = freeze({ get: (name) => inside(environmentValues[name]) });

  function headersOf(list) {
    const find = (name) => list.filter((field) => field.name.toLowerCase() === String(name).toLowerCase());
    return {
      valueOf(name) {
        if (name === undefined) return this;
        const found = find(name);
        return found.length ? found[0].value : null;
      },
      valuesOf: (name) => find(name).map((field) => field.value),
      all: () => list.map(headerOf),
      findByName(name) {
        const found = find(name);
        return found.length ? headerOf(found[0]) : null;
      },
      value: (name) => (find(name).length ? find(name)[0].value : null),
    };
  }

  function headerOf(field) {
    return {
      name: field.name,
      value: field.value,
      getRawValue: () => (field.raw === undefined ? field.value : field.raw),
      tryGetSubstitutedValue: () => field.value,
    };
  }

  function withNames(target, list) {
    for (const field of list) {
      if (!(field.name in target)) defineProperty(target, field.name, { value: field.value, enumerable: true });
      const lower = field.name.toLowerCase();
      if (!(lower in target)) defineProperty(target, lower, { value: field.value, enumerable: false });
    }
    return target;
  }

  const sent = state.request;
  const headerList = sent.headers;
  const request = {
    name: sent.name,
    method: sent.method,
    url: Object.assign(Object(sent.url), {
      getRaw: () => sent.rawUrl,
      tryGetSubstituted: () => sent.url,
      toString: () => sent.url,
    }),
    body: Object.assign(Object(sent.body), {
      getRaw: () => sent.rawBody,
      tryGetSubstituted: () => sent.body,
      toString: () => sent.body,
    }),
    headers: withNames(headersOf(headerList), headerList),
    variables: own,
    environment: Object.assign(create(null), { get: environment.get }),
    iteration: () => state.iteration,
    templateValue: (index) => (state.templates[index] === undefined ? null : state.templates[index]),
    skip() {
      outcome.skipped = true;
      throw EXIT;
    },
    replay() {
      throw new Error("request.replay() is not possible; write `# @loop` above the request");
    },
    abort() {
      outcome.skipped = true;
      throw EXIT;
    },
  };

  let response;
  if (state.response) {
    const received = state.response;
    let body = received.body;
    let parsed = received.body;
    if (received.isJson && received.body.trim()) {
      try {
        parsed = body = parse(received.body);
      } catch {
        log("the body says that it is JSON, but it is not");
      }
    }
    response = {
      status: received.status,
      statusCode: received.status,
      statusMessage: received.reason,
      headers: withNames(headersOf(received.headers), received.headers),
      contentType: { mimeType: received.mime, charset: received.charset },
      body,
      parsedBody: parsed,
      rawBody: received.body,
      text: received.body,
      json: parsed,
      httpVersion: received.version,
      timings: { total: received.milliseconds },
      responseTime: received.milliseconds,
      cookies: received.cookies,
      cookiesByName: (name) => received.cookies.filter((cookie) => cookie.name === name),
    };
  }

  const client = freeze({
    test,
    assert,
    log,
    exit() {
      outcome.exited = true;
      throw EXIT;
    },
    isEmpty: () => globals.isEmpty(),
    clear: (name) => globals.clear(name),
    clearAll: () => globals.clearAll(),
    global: globals,
    variables: freeze({ global: globals, environment, file: environment, request: own, get: (name) => environment.get(name) }),
    environment,
    responses: {},
  });

  function digestOf(algorithm, secret) {
    const pieces = [];
    let key = secret;
    const builder = {
      updateWithText: (text, encoding) => (pieces.push(["text", String(text), encoding || "utf-8"]), builder),
      updateWithHex: (text) => (pieces.push(["hex", String(text)]), builder),
      updateWithBase64: (text, urlSafe) => (pieces.push([urlSafe ? "base64url" : "base64", String(text)]), builder),
      withTextSecret: (text, encoding) => ((key = ["text", String(text), encoding || "utf-8"]), builder),
      withHexSecret: (text) => ((key = ["hex", String(text)]), builder),
      withBase64Secret: (text, urlSafe) => ((key = [urlSafe ? "base64url" : "base64", String(text)]), builder),
      digest() {
        const hex = call("digest", algorithm, pieces, key === undefined ? null : key);
        return {
          toHex: () => hex,
          toBase64: (urlSafe) => call("hexToBase64", hex, urlSafe === true),
          toString: () => hex,
        };
      },
    };
    return builder;
  }

  const algorithms = ["md5", "sha1", "sha256", "sha384", "sha512"];
  const crypto = { hmac: {}, subtle: undefined };
  for (const name of algorithms) {
    crypto[name] = () => digestOf(name, undefined);
    crypto.hmac[name] = () => digestOf(name, null);
  }
  crypto.randomUUID = () => call("dynamic", "$uuid", []);

  const random = new Proxy(
    {},
    {
      get(_, group) {
        if (typeof group !== "string") return undefined;
        const make = (name) => (...given) => call("dynamic", name, given.map(String));
        const one = make(`$random.${group}`);
        // A group such as `address` holds names; a name such as `uuid` is a value when it is read without a call.
        return new Proxy(one, {
          get(target, name) {
            if (name === Symbol.toPrimitive || name === "toString" || name === "toJSON" || name === "valueOf") {
              return () => one();
            }
            if (name === MADE) return true;
            if (typeof name !== "string") return undefined;
            const inner = make(`$random.${group}.${name}`);
            return new Proxy(inner, {
              get: (_target, key) =>
                key === MADE ? true : key === Symbol.toPrimitive || key === "toString" || key === "toJSON" ? () => inner() : undefined,
            });
          },
        });
      },
    },
  );

  const timers = [];
  let clock = 0;
  let timerNumber = 0;
  function later(body, delay, every, given) {
    const wait = Math.max(Number(delay) || 0, 0);
    timers.push({ number: ++timerNumber, at: clock + wait, delay: wait, body, every, given });
    return timerNumber;
  }
  function forget(number) {
    const index = timers.findIndex((timer) => timer.number === number);
    if (index >= 0) timers.splice(index, 1);
  }

  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace"]) console[name] = log;

  const offered = {
    client, request, crypto, console, assert, test, log,
    jsonPath: (document, path) => call("jsonPath", typeof document === "string" ? document : stringify(document), String(path)),
    xpath: (document, path) => call("xpath", typeof document === "string" ? document : (response && response.text) || "", String(path)),
    $random: random,
    $uuid: undefined,
    btoa: (text) => call("toBase64", String(text)),
    atob: (text) => call("fromBase64", String(text)),
    Base64: { encode: (text) => call("toBase64", String(text)), decode: (text) => call("fromBase64", String(text)) },
    setTimeout: (body, delay, ...given) => later(body, delay, false, given),
    setInterval: (body, delay, ...given) => later(body, delay, true, given),
    clearTimeout: forget,
    clearInterval: forget,
    queueMicrotask: (body) => void Promise.resolve().then(body),
    require(name) {
      throw new Error(`require(${stringify(name)}) is not possible: scripts have no modules, files or network`);
    },
    exports: {},
    $global: new Proxy(globalValues, {
      get: (_, name) => (typeof name === "string" ? inside(globalValues[name]) ?? undefined : undefined),
      set: (_, name, value) => (globals.set(name, value), true),
      deleteProperty: (_, name) => (globals.clear(name), true),
      has: (_, name) => name in globalValues,
    }),
  };
  offered.Window = offered.window = { btoa: offered.btoa, atob: offered.atob };
  if (response) offered.response = response;
  if (state.hasNames) {
    for (const name of keys(environmentValues)) {
      if (/^[A-Za-z_$][\w$]*$/.test(name) && !(name in offered) && !(name in scope)) offered[name] = inside(environmentValues[name]);
    }
  }
  for (const name of getOwnPropertyNames(offered)) {
    defineProperty(scope, name, { value: offered[name], writable: true, configurable: true, enumerable: false });
  }

  function describe(error) {
    const isError = error instanceof Error;
    return {
      message: isError ? `${error.name}: ${error.message}` : shown(error),
      isAssertion: error instanceof AssertionError,
      expected: isError ? error.expected : undefined,
      found: isError ? error.found : undefined,
      ...where(error),
    };
  }

  let failure = null;
  let value = null;
  function failed(error) {
    if (error !== EXIT && failure === null) failure = describe(error);
  }

  return freeze({
    // Runs the script; what it leaves to be done later is done by `jobs` of the engine and by `tick`.
    run(code, mode) {
      try {
        wrapped = { expression: "(", async: "(async () => {" }[mode] || "";
        if (mode === "expression") value = outside(evaluate(`${wrapped}${code}\n)`));
        else if (mode === "async") evaluate(`${wrapped}${code}\n})()`).catch(failed);
        else evaluate(code);
      } catch (error) {
        failed(error);
      }
    },
    // Runs the timer that is due next; the clock only runs in here. Returns whether there was one.
    tick() {
      if (!timers.length) return false;
      timers.sort((one, other) => one.at - other.at || one.number - other.number);
      const timer = timers.shift();
      clock = timer.at;
      if (timer.every) timers.push({ ...timer, at: clock + Math.max(1, timer.delay) });
      try {
        timer.body(...timer.given);
      } catch (error) {
        failed(error);
      }
      return true;
    },
    finish() {
      const exported = {};
      for (const name of keys(offered.exports)) exported[name] = outside(offered.exports[name]);
      return stringify({ ...outcome, exported, failure, value });
    },
  });
})
