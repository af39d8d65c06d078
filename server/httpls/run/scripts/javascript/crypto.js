// `crypto` and `jwt` of JetBrains HTTP Client: hashes, HMAC and tokens.
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
      return kit.part("subtle").subtle;
    },
    getRandomValues: (view) => kit.part("subtle").getRandomValues(view),
    sha3: (bits) => digestOf(`sha3_${bits}`, null),
  };
  crypto.hmac.sha3 = (bits) => digestOf(`sha3_${bits}`, undefined);
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
  const seconds = () => Math.floor(Date.now() / 1000);

  // Seconds as a number, or a text such as "2h".
  function duration(given) {
    const found = /^\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|w)?\s*$/.exec(String(given));
    if (!found) throw new Error(`jwt: ${given} is no length of time`);
    return Math.round(Number(found[1]) * { s: 1, m: 60, h: 3600, d: 86400, w: 604800 }[found[2] ?? "s"]);
  }

  const CLAIMS = { audience: "aud", issuer: "iss", subject: "sub", jwtid: "jti" };
  const jwt = {
    // The secret is a text, for HS256 and its like, or a private key in PEM, for RS256, PS256, ES256, EdDSA and theirs.
    sign(payload, secret, options = {}) {
      const algorithm = options.algorithm ?? "HS256";
      const claims = { ...payload };
      for (const name of Object.keys(CLAIMS)) if (options[name] !== undefined) claims[CLAIMS[name]] = options[name];
      if (options.expiresIn !== undefined) claims.exp = (claims.iat ??= seconds()) + duration(options.expiresIn);
      if (options.notBefore !== undefined) claims.nbf = (claims.iat ?? seconds()) + duration(options.notBefore);
      const kid = options.keyid === undefined ? {} : { kid: options.keyid };
      const text = `${encoded({ alg: algorithm, typ: "JWT", ...kid, ...(options.header ?? {}) })}.${encoded(claims)}`;
      return `${text}.${call("subtle.jwt_signature", algorithm, String(secret), text)}`;
    },
    decode(token) {
      const [header, payload] = String(token).split(".");
      return { header: decoded(header), payload: decoded(payload) };
    },
    // The key is the secret, or a public key or a certificate in PEM.
    verify(token, key, options = {}) {
      const text = String(token);
      const end = text.lastIndexOf(".");
      const { header, payload } = jwt.decode(text);
      const isKey = /-----BEGIN/.test(key);
      if (options.algorithms && !options.algorithms.includes(header.alg)) throw new Error(`jwt: ${header.alg} is not allowed`);
      // A public key is no secret: nobody may sign with it as if it were one.
      if (isKey === /^HS/.test(header.alg)) throw new Error(`jwt: the key cannot be used for ${header.alg}`);
      if (!call("subtle.jwt_verified", header.alg, String(key), text.slice(0, end), text.slice(end + 1))) throw new Error("jwt: the signature does not fit");
      if (payload.exp !== undefined && payload.exp <= seconds()) throw new Error("jwt: the token has expired");
      if (payload.nbf !== undefined && payload.nbf > seconds()) throw new Error("jwt: the token is not valid yet");
      return payload;
    },
  };

  return { crypto, jwt, ofNode };
})
