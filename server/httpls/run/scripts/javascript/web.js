// `URLSearchParams`, `URL`, `TextEncoder`, `TextDecoder` and `Buffer`, as far as scripts around requests use them.
(function (kit) {
  "use strict";
  const { call } = kit;

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

  class TextEncoder {
    encode(text = "") {
      return Uint8Array.from(unescape(encodeURIComponent(String(text))), (sign) => sign.charCodeAt(0));
    }
  }

  class TextDecoder {
    decode(bytes = []) {
      return decodeURIComponent(escape(String.fromCharCode(...new Uint8Array(bytes))));
    }
  }

  const utf8 = (text) => unescape(encodeURIComponent(text));

  // As much of Node.js' buffers as scripts need for base64 and hex.
  class Buffer {
    #bytes;
    constructor(bytes) {
      this.#bytes = bytes;
    }
    static from(given, encoding = "utf8") {
      const text = String(given);
      if (encoding === "hex") return new Buffer(text.replace(/../g, (pair) => String.fromCharCode(parseInt(pair, 16))));
      if (encoding.startsWith("base64")) return new Buffer(utf8(call("fromBase64", text.replaceAll("-", "+").replaceAll("_", "/"))));
      return new Buffer(encoding === "latin1" || encoding === "binary" ? text : utf8(text));
    }
    get length() {
      return this.#bytes.length;
    }
    toString(encoding = "utf8") {
      if (encoding === "hex") return [...this.#bytes].map((sign) => sign.charCodeAt(0).toString(16).padStart(2, "0")).join("");
      if (encoding === "base64url") return this.toString("base64").replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
      if (encoding === "base64") return call("toBase64", this.#bytes);
      return encoding === "latin1" || encoding === "binary" ? this.#bytes : decodeURIComponent(escape(this.#bytes));
    }
  }

  return { URLSearchParams, URL, TextEncoder, TextDecoder, Buffer };
})
