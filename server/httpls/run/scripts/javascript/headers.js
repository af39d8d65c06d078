// Header fields as JetBrains HTTP Client has them, with methods, and as httpyac has them, by their names.
(function () {
  "use strict";
  const { defineProperty, keys } = Object;

  function headersOf(list) {
    const find = (name) => list.filter((field) => field.name.toLowerCase() === String(name).toLowerCase());
    const headers = {
      valueOf(name) {
        if (name === undefined) return headers;
        const found = find(name);
        return found.length ? found[0].value : null;
      },
      valuesOf: (name) => find(name).map((field) => field.value),
      all: () => list.map(headerOf),
      findByName(name) {
        const found = find(name);
        return found.length ? headerOf(found[0]) : null;
      },
    };
    headers.value = headers.valueOf;
    headers.get = headers.valueOf;
    for (const key of keys(headers)) defineProperty(headers, key, { enumerable: false });
    // The fields by their names, as httpyac has them; a field of several values is a list there.
    for (const { name } of list) {
      const values = headers.valuesOf(name);
      const value = values.length === 1 ? values[0] : values;
      for (const key of [name, name.toLowerCase()]) {
        if (!(key in headers)) defineProperty(headers, key, { value, enumerable: key === name.toLowerCase() });
      }
    }
    return headers;
  }

  function headerOf(field) {
    return {
      name: field.name,
      value: field.value,
      getRawValue: () => (field.raw === undefined ? field.value : field.raw),
      tryGetSubstitutedValue: () => field.value,
    };
  }

  return { headersOf };
})
