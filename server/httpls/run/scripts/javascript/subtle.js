// `crypto.subtle` of browsers. As JetBrains HTTP Client has it, its functions return their results and no promises; so
// that scripts for browsers run too, a result can be awaited, and has `then`.
(function (kit) {
  "use strict";
  const { call } = kit;
  const materials = new WeakMap();

  function base64(given) {
    return kit.part("web").bytesOf(given).toBase64();
  }

  const buffer = (text) => Uint8Array.fromBase64(text).buffer;

  function awaitable(value) {
    if (typeof value !== "object") return value;
    return Object.defineProperty(value, "then", {
      value(done, failed) {
        // Who waits for it gets the same value, which then is no promise any more.
        delete value.then;
        return Promise.resolve(value).then(done, failed);
      },
      configurable: true, writable: true, enumerable: false,
    });
  }

  const BYTES = ["iv", "counter", "salt", "info", "label", "additionalData", "publicExponent"];
  function plain(algorithm, key) {
    const given = typeof algorithm === "string" ? { name: algorithm } : { ...algorithm };
    for (const name of BYTES) if (given[name] !== undefined) given[name] = base64(given[name]);
    if (given.hash === undefined && key instanceof CryptoKey) given.hash = key.algorithm.hash;
    if (given.public !== undefined) given.public = [given.public.type, materials.get(given.public)];
    return given;
  }

  class CryptoKey {
    constructor({ type, data, details }, algorithm, extractable, usages) {
      this.type = type;
      this.extractable = extractable !== false;
      const { hash } = algorithm;
      this.algorithm = { name: algorithm.name, ...(hash === undefined ? {} : { hash: typeof hash === "string" ? { name: hash } : hash }), ...details };
      this.usages = [...(usages ?? [])];
      materials.set(this, data);
    }
  }

  function materialOf(key, usage) {
    if (!(key instanceof CryptoKey)) throw new TypeError("crypto.subtle: the key is no CryptoKey");
    if (usage && !key.usages.includes(usage)) throw new Error(`crypto.subtle: the key is not meant to ${usage}`);
    return materials.get(key);
  }

  const PRIVATE = ["sign", "decrypt", "unwrapKey", "deriveKey", "deriveBits"];
  const subtle = {
    digest: (algorithm, data) => awaitable(buffer(call("subtle.digest", plain(algorithm), base64(data)))),
    generateKey(algorithm, extractable, usages) {
      const made = call("subtle.generate_key", plain(algorithm));
      const asked = typeof algorithm === "string" ? { name: algorithm } : algorithm;
      if (made.secret) return awaitable(new CryptoKey(made.secret, asked, extractable, usages));
      const [own, others] = [usages.filter((one) => PRIVATE.includes(one)), usages.filter((one) => !PRIVATE.includes(one))];
      return awaitable({
        privateKey: new CryptoKey(made.private, asked, extractable, own),
        publicKey: new CryptoKey(made.public, asked, true, others),
      });
    },
    importKey(format, data, algorithm, extractable, usages) {
      const asked = typeof algorithm === "string" ? { name: algorithm } : algorithm;
      const key = call("subtle.import_key", format, format === "jwk" ? data : base64(data), plain(algorithm));
      return awaitable(new CryptoKey(key, asked, extractable, usages));
    },
    exportKey(format, key) {
      if (!key.extractable) throw new Error("crypto.subtle: the key is not to be exported");
      const found = call("subtle.export_key", format, key.type, materialOf(key), plain(key.algorithm));
      return awaitable(typeof found === "string" ? buffer(found) : found);
    },
    sign: (algorithm, key, data) => awaitable(buffer(call("subtle.sign", plain(algorithm, key), key.type, materialOf(key, "sign"), base64(data)))),
    verify: (algorithm, key, signature, data) =>
      call("subtle.verify", plain(algorithm, key), key.type, materialOf(key, "verify"), base64(signature), base64(data)),
    encrypt: (algorithm, key, data) =>
      awaitable(buffer(call("subtle.encrypt", plain(algorithm, key), key.type, materialOf(key, "encrypt"), base64(data)))),
    decrypt: (algorithm, key, data) =>
      awaitable(buffer(call("subtle.decrypt", plain(algorithm, key), key.type, materialOf(key, "decrypt"), base64(data)))),
    deriveBits: (algorithm, key, bits) => awaitable(buffer(call("subtle.derive_bits", plain(algorithm, key), key.type, materialOf(key), bits ?? 0))),
    deriveKey(algorithm, key, derived, extractable, usages) {
      const bits = derived.length ?? (derived.name === "HMAC" ? 512 : 256);
      const data = call("subtle.derive_bits", plain(algorithm, key), key.type, materialOf(key), bits);
      return awaitable(new CryptoKey({ type: "secret", data, details: { length: bits } }, derived, extractable, usages));
    },
  };

  function getRandomValues(view) {
    const bytes = Uint8Array.fromBase64(call("subtle.random_bytes", view.byteLength));
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes);
    return view;
  }

  return { subtle, getRandomValues, CryptoKey };
})
