// Files that a script imports, each in a function of its own that runs once, before whoever imports it.
(function (kit) {
  "use strict";
  const { evaluated, offer, outcome, scope, state } = kit;
  const waiting = new Map();

  function run(name) {
    const module = waiting.get(name);
    if (module === undefined) return;
    waiting.delete(name);
    module.needs.forEach(run);
    const shift = outcome.shift;
    try {
      evaluated(module.code, module.line - 1, `((exports) => {"use strict";${module.exports}\n`, "\n})")(scope[name]);
    } finally {
      outcome.shift = shift;
    }
  }

  function start() {
    for (const module of state.modules) {
      offer(scope, module.name, {});
      waiting.set(module.name, module);
    }
    offer(scope, "__import", async (number) => (run(`__module_${number}__`), scope[`__module_${number}__`]));
    state.needs.forEach(run);
  }

  return { start };
})
