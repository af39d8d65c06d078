// What nearly every script uses, of what JetBrains HTTP Client, httpyac and Kulala offer. It is compiled for each script,
// so that it is short; the rest stands in the other files of this folder, each compiled when a script first asks for it.
// Everything comes in as plain data and goes out as plain data; `native` reaches pure functions only (hashes, paths into
// documents, made-up data). What is asked for by its name comes `later`: a getter makes it, and gives way to it.
(function () {
  "use strict";
  // Scripts begin at this line and the prelude ends above it, so that its own frames can be told from those of scripts.
  const SCRIPT_LINE = 1000;
  const scope = globalThis;
  const { native, eval: evaluate } = scope;
  delete scope.native;
  const { stringify, parse } = JSON;
  const { assign, defineProperty, setPrototypeOf, keys } = Object;
  const EXIT = Symbol();
  const MADE = Symbol();
  const none = () => ({ __proto__: null });
  const outcome = { globals: none(), headers: none(), variables: none(), tests: [], logs: [] };
  const parts = none();
  const response = {};
  const globals = storage("globals");
  const client = rare({ test, assert, log, global: globals }, () => part("storages").ofClient);
  const kit = (parts.kit = {
    scope, outcome, client, response, native, EXIT, MADE, call, part, offer, later, outside, inside, storage, log, shown, assert, test,
    evaluated, failed,
  });
  rare(response, () => part("response"));

  function part(name) {
    return (parts[name] ??= evaluate(call("part", name))(kit));
  }

  function call(name, ...given) {
    const answer = parse(native(name, stringify(given)));
    if ("error" in answer) throw new Error(answer.error);
    return answer.value;
  }

  function offer(target, name, value) {
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: target !== scope });
  }

  function later(target, name, make) {
    const set = (value) => offer(target, name, value);
    const get = () => {
      const value = make();
      set(value);
      return value;
    };
    defineProperty(target, name, { get, set, configurable: true, enumerable: target !== scope });
  }

  // Gives an object further members, which few scripts ask for.
  function rare(target, members) {
    return setPrototypeOf(target, new Proxy({}, { get: (_, name) => (typeof name === "string" ? members()[name] : undefined) }));
  }

  // Values keep their type on the way through a variable. `$random.uuid` is a value that is made when it is read.
  function outside(given) {
    const value = typeof given === "function" && given[MADE] === true ? given() : given;
    if (typeof value === "string" || typeof value === "bigint" || value instanceof String) return { text: String(value) };
    const text = stringify(value);
    return text === undefined ? null : { text, json: text };
  }

  function inside(kept) {
    return kept == null ? null : kept.json === undefined ? kept.text : parse(kept.json);
  }

  function storage(kind) {
    const set = (name, value) => void (outcome[kind][name] = kit.state[kind][name] = outside(value));
    const get = (name) => {
      const values = kit.state[kind];
      return name in values ? inside(values[name]) : part("storages").member(values, name);
    };
    return rare({ set, get }, () => part("storages").ofStorage(kind));
  }

  function log(...values) {
    part("telling").tell(values);
  }

  function shown(value) {
    return typeof value === "string" ? value : part("telling").shown(value);
  }

  function assert(condition, message) {
    if (!condition) throw part("telling").assertionError(message);
  }

  function test(name, body) {
    const entry = { name: shown(name), holds: true, stack: new Error().stack };
    outcome.tests.push(entry);
    const misses = (error) => {
      if (error === EXIT) throw error;
      assign(entry, part("telling").failure(error), { holds: false });
    };
    try {
      const result = body();
      return result && typeof result.then === "function" ? result.then(() => undefined, misses) : result;
    } catch (error) {
      misses(error);
    }
  }

  function failed(error) {
    if (error !== EXIT) outcome.failure ??= part("telling").failure(error);
  }

  // Evaluates code whose first line counts as `line`. What is wrapped around it stands on its first and last line.
  function evaluated(code, line, before, after) {
    outcome.shift = before.length;
    return evaluate("\n".repeat(SCRIPT_LINE + line - 2) + before + code + after);
  }

  later(response, "body", () => {
    try {
      if (kit.state.response.isJson) return parse(native("body", ""));
    } catch {
      // It is told when it is looked at as a text.
    }
    return part("response").textBody();
  });
  assign(scope, { client, exports: {} });
  const { exports } = scope;

  function run(stateText, code, mode) {
    const state = (kit.state = parse(stateText));
    for (const kind of ["globals", "headers", "variables", "environment"]) setPrototypeOf((state[kind] ??= {}), null);
    if (state.response) scope.response = assign(response, state.response.plain);
    for (const name of keys(state.offers)) later(scope, name, () => part(state.offers[name])[name]);
    for (const name of state.first) part(name).start();
    if (mode === "script") evaluated(code, 1, "", "");
    else part("modes")[mode](code);
  }

  // With arguments it runs a script. Without, it runs the timer that is due next, or returns what came of the script.
  return (...given) => {
    try {
      if (given.length) return void run(...given);
      if (parts.timers && parts.timers.tick()) return;
    } catch (error) {
      return void (given.length ? part("modes").again(error, given[1]) : failed(error));
    }
    outcome.exported = none();
    for (const name of keys(exports)) outcome.exported[name] = outside(exports[name]);
    return stringify(outcome);
  };
})();
