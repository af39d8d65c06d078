// What scripts of JetBrains HTTP Client, httpyac and Kulala may use. Everything comes in as plain data and goes out as
// plain data; `native` reaches pure functions only (hashes, paths into documents, made-up data).
// What few scripts use stands in the other files of this folder, which are compiled when a script first asks for it.
(function (native, scope) {
  "use strict";
  // Scripts begin at this line and the prelude ends above it, so that its own frames can be told from those of scripts.
  const SCRIPT_LINE = 1000;
  const evaluate = scope.eval;
  const { stringify, parse } = JSON;
  const { defineProperty, keys, freeze, create } = Object;
  const EXIT = Symbol("exit");
  const MADE = Symbol("made");
  const LOG_LIMIT = 1 << 20;
  const outcome = { globals: {}, headers: {}, variables: {}, tests: [], logs: [], skipped: false };
  let logged = 0;

  function call(name, ...given) {
    const answer = parse(native(name, stringify(given)));
    if ("error" in answer) throw new Error(answer.error);
    return answer.value;
  }

  // Values keep their type on the way through a variable.
  function outside(given) {
    const value = made(given);
    if (value === undefined || typeof value === "function" || typeof value === "symbol") return null;
    if (typeof value === "string" || value instanceof String) return { text: String(value) };
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
    if (value instanceof Error || value instanceof String) return String(value);
    try {
      const text = stringify(value, null, 2);
      return text === undefined ? String(value) : text;
    } catch {
      return String(value);
    }
  }

  function log(...values) {
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

  function assert(condition, message) {
    if (!condition) throw new AssertionError(message === undefined ? "the assertion does not hold" : shown(message));
  }

  // The line of the code that is evaluated, and what stands before it there.
  let firstLine = 1;
  let wrapped = "";

  function where(error) {
    const frames = /<input>:(\d+):(\d+)/g;
    let found;
    while ((found = frames.exec(error && error.stack ? error.stack : "")) !== null) {
      const line = Number(found[1]) - SCRIPT_LINE + 1;
      if (line < 1) continue;
      return { line, column: Number(found[2]) - (line === firstLine ? wrapped.length : 0) };
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
      if (error instanceof Error && error.expected !== undefined) entry.expected = shown(error.expected);
      if (error instanceof Error && error.found !== undefined) entry.found = shown(error.found);
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
    const storage = {
      set(name, value) {
        const kept = outside(value);
        from[name] = kept;
        write[String(name)] = kept;
      },
      get: (name) => inside(from[name]),
      isEmpty: () => keys(from).every((name) => from[name] === null),
      clear(name) {
        delete from[name];
        write[String(name)] = null;
      },
      clearAll() {
        for (const name of keys(from)) storage.clear(name);
      },
    };
    storage.delete = storage.clear;
    storage.unset = storage.clear;
    return storage;
  }

  // A text with further members: it can be used as a text, and says more when it is asked.
  function textWith(text, members) {
    const object = Object(text);
    for (const key of keys(members)) defineProperty(object, key, { value: members[key], enumerable: false });
    return object;
  }

  function leaves(reason) {
    outcome.skipped = reason;
    throw EXIT;
  }

  // What stands in other files of this folder: the names that lead there.
  const kit = { call, shown, log, inside, textWith, MADE, AssertionError, scope, part, leaves, assert };
  const parts = create(null);
  function part(name) {
    if (!(name in parts)) parts[name] = evaluate(call("part", name))(kit);
    return parts[name];
  }

  function offer(name, value) {
    defineProperty(scope, name, { value, writable: true, configurable: true, enumerable: false });
  }

  function offerLater(name, make) {
    defineProperty(scope, name, {
      get() {
        const value = make();
        offer(name, value);
        return value;
      },
      set: (value) => offer(name, value),
      configurable: true,
      enumerable: false,
    });
  }

  const console = {};
  for (const name of ["log", "info", "warn", "error", "debug", "trace"]) console[name] = log;

  const encode = (text) => call("toBase64", String(text));
  const decode = (text) => call("fromBase64", String(text));
  const names = { console, assert, test, log, btoa: encode, atob: decode, Base64: { encode, decode } };
  const partOf = {
    crypto: "crypto", jwt: "crypto", $random: "random", $uuid: "random", $guid: "random", $timestamp: "random",
    $isoTimestamp: "random", $randomInt: "random", Buffer: "web", URLSearchParams: "web", URL: "web", TextEncoder: "web",
    TextDecoder: "web", DOMParser: "document", xpath: "document", jsonPath: "document", setTimeout: "timers",
    setInterval: "timers", clearTimeout: "timers", clearInterval: "timers", queueMicrotask: "timers", sleep: "timers",
    require: "timers",
  };

  let failure = null;
  let value = null;
  let exported = {};
  function failed(error) {
    if (error === EXIT || failure !== null) return;
    const isError = error instanceof Error;
    failure = {
      message: isError ? `${error.name}: ${error.message}` : shown(error),
      isAssertion: error instanceof AssertionError,
      expected: isError && error.expected !== undefined ? shown(error.expected) : undefined,
      found: isError && error.found !== undefined ? shown(error.found) : undefined,
      ...where(error),
    };
  }

  // Makes what depends on the request and its response, and offers everything to scripts.
  function prepare(state) {
    const globalValues = Object.assign(create(null), state.globals);
    const environmentValues = Object.assign(create(null), state.environment);
    const globals = variables(outcome.globals, globalValues);
    globals.headers = freeze(variables(outcome.headers, Object.assign(create(null), state.headers)));
    const own = freeze(variables(outcome.variables, Object.assign(create(null), state.variables)));
    const environment = freeze(Object.assign(create(null), { get: (name) => inside(environmentValues[name]) }));
    freeze(globals);
    const client = freeze({
      test, assert, log,
      exit() {
        throw EXIT;
      },
      isEmpty: globals.isEmpty,
      clear: globals.clear,
      clearAll: globals.clearAll,
      global: globals,
      variables: freeze({ global: globals, environment, file: environment, request: own, get: environment.get }),
      environment,
    });
    for (const name of keys(names)) offer(name, names[name]);
    for (const name of keys(partOf)) offerLater(name, () => part(partOf[name])[name]);
    offerLater("request", () => part("request").requestOf(state, own, environment));
    if (state.response) offerLater("response", () => part("response").responseOf(state.response));
    offer("client", client);
    offer("exports", exported);
    offer("window", { btoa: names.btoa, atob: names.atob });
    offer("Window", scope.window);
    offerLater("$kulala", () => freeze({ client, request: scope.request, response: state.response ? scope.response : undefined }));
    offerLater("$global", () => new Proxy(globalValues, {
      get: (_, name) => (typeof name === "string" ? inside(globalValues[name]) ?? undefined : undefined),
      set: (_, name, given) => (globals.set(name, given), true),
      deleteProperty: (_, name) => (globals.clear(name), true),
      has: (_, name) => name in globalValues,
    }));
    if (state.hasNames) {
      offer("$index", state.iteration);
      for (const name of keys(environmentValues)) {
        if (/^[A-Za-z_$][\w$]*$/.test(name) && !(name in scope)) offer(name, inside(environmentValues[name]));
      }
    }
  }

  // Evaluates code whose first line counts as `line`. What is wrapped around it stands on its first and last line.
  function evaluated(code, line, before, after) {
    wrapped = before;
    firstLine = line;
    return evaluate("\n".repeat(SCRIPT_LINE + line - 2) + before + code + after);
  }

  const isWrapped = /\bawait\b|\breturn\b/;

  function evaluatedScript(code) {
    try {
      evaluated(code, 1, "", "");
    } catch (error) {
      // Code of other tools may be the body of a function: what cannot be compiled otherwise is compiled as one.
      const isOfCompiler = error instanceof SyntaxError && !/<eval>/.test(error.stack);
      if (!isOfCompiler || !isWrapped.test(code)) throw error;
      try {
        evaluated(code, 1, "(async () => {", "\n})()").catch(failed);
      } catch {
        wrapped = "";
        throw error;
      }
    }
  }

  return freeze({
    // Runs the script; what it leaves to be done later is done by `jobs` of the engine and by `tick`.
    run(stateText, code, mode, modulesText) {
      try {
        prepare(parse(stateText));
        if (/\b(assert|test)\s*\.\s*[A-Za-z]|require/.test(code + modulesText)) part("assertions").extend(assert, test);
        const modules = parse(modulesText);
        for (const module of modules) offer(module.name, {});
        for (const { name, exports, code: body, line } of modules) {
          evaluated(body, line - 1, `((exports) => {"use strict";${exports}\n`, "\n})")(scope[name]);
        }
        if (mode === "expression") value = outside(evaluated(code, 1, "(", "\n)"));
        else if (mode === "async") evaluated(code, 1, "(async () => {", "\n})()").catch(failed);
        else evaluatedScript(code);
      } catch (error) {
        failed(error);
      }
    },
    // Runs the timer that is due next. Returns whether there was one.
    tick() {
      try {
        return "timers" in parts && parts.timers.tick();
      } catch (error) {
        failed(error);
        return true;
      }
    },
    finish() {
      const left = {};
      for (const name of keys(exported)) left[name] = outside(exported[name]);
      return stringify({ ...outcome, exported: left, failure, value });
    },
  });
})
