// `$random`: made-up data by the names of the dynamic variables, as values (`$random.uuid`) and as calls.
(function (kit) {
  "use strict";
  const { call, MADE } = kit;

  function made(name, inner) {
    const make = (...given) => call("dynamic", name, given.map(String));
    return new Proxy(make, {
      get(_, key) {
        if (key === MADE) return true;
        if (key === Symbol.toPrimitive || key === "toString" || key === "toJSON" || key === "valueOf") return () => make();
        // A group such as `address` holds names.
        return inner && typeof key === "string" ? made(`${name}.${key}`, false) : undefined;
      },
    });
  }

  const $random = new Proxy({}, { get: (_, group) => (typeof group === "string" ? made(`$random.${group}`, true) : undefined) });

  const [$uuid, $guid, $timestamp, $isoTimestamp, $randomInt] = ["$uuid", "$guid", "$timestamp", "$isoTimestamp", "$randomInt"].map((name) => made(name, false));

  return { $random, $uuid, $guid, $timestamp, $isoTimestamp, $randomInt };
})
