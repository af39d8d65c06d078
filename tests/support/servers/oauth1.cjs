// node oauth1.cjs PORT PUBLIC_KEY: npm oauth-1.0a makes base string and HMAC, node:crypto checks RSA and body hashes.
const crypto = require("crypto");
const fs = require("fs");
const http = require("http");
const OAuth = require("oauth-1.0a");

const CONSUMER = { key: "ck", secret: "consumer s/ecret" };
const TOKEN = { key: "acc-tok", secret: "acc sec&ret" };
const publicKey = fs.readFileSync(process.argv[3]);

function protocolParameters(header) {
    const found = {};
    for (const match of (header || "").matchAll(/(\w+)="([^"]*)"/g)) {
        found[decodeURIComponent(match[1])] = decodeURIComponent(match[2]);
    }
    return found;
}

function isAuthentic(request, body) {
    const given = protocolParameters(request.headers.authorization);
    const { oauth_signature: signature, realm, ...signed } = given;
    const method = signed.oauth_signature_method || "";
    const hash = method.split("-")[1].toLowerCase();
    const oauth = new OAuth({
        consumer: CONSUMER,
        signature_method: method,
        hash_function: (base, key) => crypto.createHmac(hash, key).update(base).digest("base64"),
    });
    const isForm = (request.headers["content-type"] || "").startsWith("application/x-www-form-urlencoded");
    const data = isForm ? Object.fromEntries(new URLSearchParams(body.toString())) : {};
    const asked = { url: `http://${request.headers.host}${request.url}`, method: request.method, data };
    const bodyHash = signed.oauth_body_hash;
    if (bodyHash && crypto.createHash(hash).update(body).digest("base64") !== bodyHash) return false;
    if (request.url.startsWith("/hashed") && !bodyHash) return false;
    if (method.startsWith("RSA")) {
        const base = Buffer.from(oauth.getBaseString(asked, signed));
        return crypto.verify(`RSA-${hash.toUpperCase()}`, base, publicKey, Buffer.from(signature, "base64"));
    }
    return oauth.getSignature(asked, TOKEN.secret, signed) === signature;
}

http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
        let authentic = false;
        try {
            authentic = isAuthentic(request, Buffer.concat(chunks));
        } catch (error) {
            console.error(error);
        }
        response.statusCode = authentic ? 200 : 401;
        response.end(String(authentic));
    });
}).listen(Number(process.argv[2]), "127.0.0.1");
