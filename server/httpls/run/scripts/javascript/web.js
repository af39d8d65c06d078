// `URLSearchParams`, `URL`, `TextEncoder`, `TextDecoder` and `Buffer`, as far as scripts around requests use them.
(function () {
  "use strict";
  const decoded = (text) => {
    const plain = text.replaceAll("+", " ");
    try {
      return decodeURIComponent(plain);
    } catch {
      return plain;
    }
  };
  const encoded = (text) =>
    encodeURIComponent(text).replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll("%20", "+");

  class URLSearchParams {
    #pairs = [];
    constructor(given = "") {
      if (typeof given === "string" || given instanceof String) {
        const text = String(given).replace(/^\?/, "");
        for (const pair of text ? text.split("&") : []) {
          const end = pair.indexOf("=");
          this.append(decoded(end < 0 ? pair : pair.slice(0, end)), decoded(end < 0 ? "" : pair.slice(end + 1)));
        }
      } else {
        for (const [name, value] of typeof given[Symbol.iterator] === "function" ? given : Object.entries(given)) this.append(name, value);
      }
    }
    append(name, value) {
      this.#pairs.push([String(name), String(value)]);
    }
    delete(name) {
      this.#pairs = this.#pairs.filter((pair) => pair[0] !== name);
    }
    get(name) {
      const found = this.#pairs.find((pair) => pair[0] === name);
      return found ? found[1] : null;
    }
    getAll(name) {
      return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
    }
    has(name) {
      return this.get(name) !== null;
    }
    set(name, value) {
      const found = this.#pairs.find((pair) => pair[0] === name);
      if (!found) return this.append(name, value);
      found[1] = String(value);
      this.#pairs = this.#pairs.filter((pair) => pair[0] !== name || pair === found);
    }
    sort() {
      this.#pairs.sort((one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0));
    }
    forEach(body) {
      for (const [name, value] of this.#pairs) body(value, name, this);
    }
    keys() {
      return this.#pairs.map((pair) => pair[0]).values();
    }
    values() {
      return this.#pairs.map((pair) => pair[1]).values();
    }
    entries() {
      return this.#pairs.map((pair) => [...pair]).values();
    }
    [Symbol.iterator]() {
      return this.entries();
    }
    get size() {
      return this.#pairs.length;
    }
    toString() {
      return this.#pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
    }
  }

  class URL {
    constructor(text) {
      const match = /^([A-Za-z][\w+.-]*:)\/\/(?:[^/?#@]*@)?([^/?#:]*|\[[^\]]*\])(?::(\d*))?([^?#]*)(\?[^#]*)?(#.*)?$/.exec(String(text));
      if (!match) throw new TypeError(`Invalid URL: ${text}`);
      const [, protocol, host, port = "", path, search = "", hash = ""] = match;
      this.protocol = protocol.toLowerCase();
      this.hostname = host.toLowerCase();
      this.port = port;
      this.pathname = path || "/";
      this.hash = hash;
      this.searchParams = new URLSearchParams(search);
    }
    get host() {
      return this.hostname + (this.port ? `:${this.port}` : "");
    }
    get origin() {
      return `${this.protocol}//${this.host}`;
    }
    get search() {
      const text = this.searchParams.toString();
      return text ? `?${text}` : "";
    }
    get href() {
      return this.origin + this.pathname + this.search + this.hash;
    }
    toString() {
      return this.href;
    }
    toJSON() {
      return this.href;
    }
  }

  const utf8 = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (sign) => sign.charCodeAt(0));
  const latin1 = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

  // The bytes of a text in UTF-8, of a buffer, of a view of one, or of a list of numbers.
  function bytesOf(given) {
    if (typeof given === "string" || given instanceof String) return utf8(String(given));
    if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
    return new Uint8Array(given ?? []);
  }

  function textOf(bytes) {
    try {
      return decodeURIComponent(escape(latin1(bytes)));
    } catch {
      return latin1(bytes);
    }
  }

  class TextEncoder {
    encode(text = "") {
      return utf8(String(text));
    }
  }

  class TextDecoder {
    decode(given) {
      return textOf(bytesOf(given));
    }
  }

  // As much of Node.js' buffers as scripts need for base64 and hex.
  class Buffer extends Uint8Array {
    static from(given, encoding = "utf8") {
      if (typeof given !== "string" && !(given instanceof String)) return new Buffer(bytesOf(given));
      const text = String(given);
      if (encoding === "hex") return new Buffer(Array.from(text.match(/[0-9a-f]{2}/gi) ?? [], (pair) => parseInt(pair, 16)));
      if (encoding.startsWith("base64")) {
        const plain = text.replaceAll("-", "+").replaceAll("_", "/").replace(/[^A-Za-z0-9+/]/g, "");
        return new Buffer(Uint8Array.fromBase64(plain));
      }
      const isLatin1 = encoding === "latin1" || encoding === "binary";
      return new Buffer(isLatin1 ? Uint8Array.from(text, (sign) => sign.charCodeAt(0)) : utf8(text));
    }
    static concat(list) {
      return new Buffer(list.flatMap((one) => [...one]));
    }
    toString(encoding = "utf8") {
      if (encoding === "hex") return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
      if (encoding === "base64url") return this.toBase64({ alphabet: "base64url", omitPadding: true });
      if (encoding === "base64") return this.toBase64();
      return encoding === "latin1" || encoding === "binary" ? latin1(this) : textOf(this);
    }
  }

  return { URLSearchParams, URL, TextEncoder, TextDecoder, Buffer, bytesOf };
})
