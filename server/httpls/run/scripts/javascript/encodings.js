// Base64 by the names of browsers and of Kulala.
(function (kit) {
  "use strict";
  const btoa = (text) => kit.call("toBase64", String(text));
  const atob = (text) => kit.call("fromBase64", String(text));
  const window = { btoa, atob };
  return { btoa, atob, Base64: { encode: btoa, decode: atob }, window, Window: window };
})
