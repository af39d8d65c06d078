// Variables by where they come from, and by the names that httpyac and Kulala have for them.
(function (kit) {
  "use strict";
  const { client, inside, offer, outcome, part, response, scope, state, storage, EXIT } = kit;
  const { keys } = Object;
  const own = storage("variables");
  const environment = { get: (name) => inside(state.environment[name]) };
  const variables = { global: client.global, environment, file: environment, request: own, get: environment.get };

  // `get("user.name")` leads into an object that the variable `user` holds, unless there is a variable of this name.
  function member(values, name) {
    const [first, ...steps] = String(name).split(".");
    if (!steps.length || !(first in values)) return null;
    return steps.reduce((value, step) => (value === null || value === undefined ? null : value[step]), inside(values[first])) ?? null;
  }

  function ofStorage(kind) {
    const values = state[kind];
    const clear = (name) => {
      delete values[name];
      outcome[kind][name] = null;
    };
    const clearAll = () => keys(values).forEach(clear);
    const isEmpty = () => keys(values).every((name) => values[name] === null);
    return { clear, delete: clear, unset: clear, clearAll, isEmpty, headers: kind === "globals" ? headers : undefined };
  }

  const headers = storage("headers");
  const { clear, clearAll, isEmpty } = ofStorage("globals");
  function exit() {
    throw EXIT;
  }
  const ofClient = { exit, clear, clearAll, isEmpty, variables, environment };

  const $global = new Proxy(state.globals, {
    get: (values, name) => (typeof name === "string" ? inside(values[name]) ?? undefined : undefined),
    set: (_, name, given) => (client.global.set(name, given), true),
    deleteProperty: (_, name) => (clear(name), true),
    has: (values, name) => name in values,
  });

  const $kulala = {
    client, response: state.response ? response : undefined,
    get request() {
      return part("request").request;
    },
  };

  // httpyac has variables by their bare names.
  function start() {
    offer(scope, "$index", state.iteration);
    if (state.file !== undefined) {
      offer(scope, "__filename", state.file);
      offer(scope, "__dirname", state.file.includes("/") ? state.file.slice(0, state.file.lastIndexOf("/")) : ".");
    }
    for (const name of keys(state.environment)) {
      if (/^[A-Za-z_$][\w$]*$/.test(name) && !(name in scope)) offer(scope, name, inside(state.environment[name]));
    }
  }

  return { environment, own, member, ofStorage, ofClient, $global, $kulala, start };
})
