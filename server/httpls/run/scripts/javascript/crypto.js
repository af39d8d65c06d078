// `crypto` and `jwt` of JetBrains HTTP Client: hashes and HMAC; tokens signed with a shared secret.
(function (kit) {
  "use strict";
  const { call } = kit;

  function digestOf(algorithm, secret) {
    const pieces = [];
    let key = secret;
    const text = (value, encoding) => ["text", String(value), encoding || "utf-8"];
    const base64 = (value, isUrlSafe) => [isUrlSafe ? "base64url" : "base64", String(value)];
    const builder = {
      updateWithText: (value, encoding) => (pieces.push(text(value, encoding)), builder),
      updateWithHex: (value) => (pieces.push(["hex", String(value)]), builder),
      updateWithBase64: (value, isUrlSafe) => (pieces.push(base64(value, isUrlSafe)), builder),
      digest() {
        if (key === undefined) throw new Error("an HMAC needs a secret: call withTextSecret, withHexSecret or withBase64Secret");
        const hex = call("digest", algorithm, pieces, key);
        return {
          toHex: () => hex,
          toBase64: (isUrlSafe) => call("hexToBase64", hex, isUrlSafe === true),
          toString: () => hex,
        };
      },
    };
    if (secret === undefined) {
      builder.withTextSecret = (value, encoding) => ((key = text(value, encoding)), builder);
      builder.withHexSecret = (value) => ((key = ["hex", String(value)]), builder);
      builder.withBase64Secret = (value, isUrlSafe) => ((key = base64(value, isUrlSafe)), builder);
    }
    return builder;
  }

  const nameOf = (name) => {
    const plain = String(name).toLowerCase().replaceAll("-", "").replaceAll("_", "");
    return plain.startsWith("sha3") && plain.length > 6 ? `sha3_${plain.slice(4)}` : plain;
  };
  const crypto = {
    hmac: { withAlgorithm: (name) => digestOf(nameOf(name), undefined) },
    withAlgorithm: (name) => digestOf(nameOf(name), null),
    randomUUID: () => call("dynamic", "$uuid", []),
    get subtle() {
      throw new Error("crypto.subtle is not possible here: use crypto.sha256() or crypto.hmac, or `# @auth jwt` for keys");
    },
  };
  for (const name of ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"]) {
    crypto[name] = () => digestOf(name, null);
    crypto.hmac[name] = () => digestOf(name, undefined);
  }

  // `require("crypto")`: hashes and HMAC in the words of Node.js.
  function hashOfNode(builder) {
    const hash = {
      update: (text) => (builder.updateWithText(text), hash),
      digest(encoding) {
        const result = builder.digest();
        if (encoding === "base64") return result.toBase64();
        return encoding === "base64url" ? result.toBase64(true) : result.toHex();
      },
    };
    return hash;
  }
  const ofNode = {
    createHash: (name) => hashOfNode(digestOf(nameOf(name), null)),
    createHmac: (name, secret) => hashOfNode(digestOf(nameOf(name), undefined).withTextSecret(secret)),
    randomUUID: crypto.randomUUID,
  };

  const encoded = (value) => call("toBase64Url", JSON.stringify(value));
  const decoded = (text) => JSON.parse(call("fromBase64", text.replaceAll("-", "+").replaceAll("_", "/")));
  const hashes = { HS256: "sha256", HS384: "sha384", HS512: "sha512" };

  function signature(text, secret, algorithm) {
    if (!(algorithm in hashes)) throw new Error(`jwt: ${algorithm} is not possible in scripts; \`# @auth jwt\` knows it`);
    return crypto.hmac[hashes[algorithm]]().withTextSecret(secret).updateWithText(text).digest().toBase64(true);
  }

  const jwt = {
    sign(payload, secret, options) {
      const algorithm = (options && options.algorithm) || "HS256";
      const text = `${encoded({ alg: algorithm, typ: "JWT", ...((options && options.header) || {}) })}.${encoded(payload)}`;
      return `${text}.${signature(text, secret, algorithm)}`;
    },
    decode(token) {
      const [header, payload] = String(token).split(".");
      return { header: decoded(header), payload: decoded(payload) };
    },
    verify(token, secret) {
      const text = String(token);
      const end = text.lastIndexOf(".");
      const { header, payload } = jwt.decode(text);
      if (signature(text.slice(0, end), secret, header.alg) !== text.slice(end + 1)) throw new Error("jwt: the signature does not fit");
      return payload;
    },
  };

  return { crypto, jwt, ofNode };
})
