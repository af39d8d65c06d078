// Texts with further members: they can be used as texts, and say more when they are asked.
(function () {
  "use strict";
  function textWith(text, members) {
    const object = Object(text);
    const descriptors = Object.getOwnPropertyDescriptors(members);
    for (const name of Object.keys(descriptors)) Object.defineProperty(object, name, { ...descriptors[name], enumerable: false });
    return object;
  }

  return { textWith };
})
