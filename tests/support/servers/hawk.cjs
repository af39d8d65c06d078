// node hawk.cjs PORT: @hapi/hawk verifies; below /payload bodies too, below /late its clock is an hour ahead,
// below /signed bewits. Every accepted request gets a signed response.
const http = require("http");
const Hawk = require("@hapi/hawk");

const KEYS = {
    dh37fgj492je: { id: "dh37fgj492je", key: "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn", algorithm: "sha256" },
    old: { id: "old", key: "k1", algorithm: "sha1" },
};
const seen = new Set();

async function answer(request, payload) {
    if (request.url.startsWith("/signed")) {
        await Hawk.uri.authenticate(request, (id) => KEYS[id]);
        return { status: 200, text: "by bewit", headers: {} };
    }
    const options = {
        localtimeOffsetMsec: request.url.startsWith("/late") ? 3600e3 : 0,
        nonceFunc: (key, nonce, ts) => {
            if (seen.has(key + nonce + ts)) throw new Error("replay");
            seen.add(key + nonce + ts);
        },
    };
    if (request.url.startsWith("/payload")) options.payload = payload;
    const { credentials, artifacts } = await Hawk.server.authenticate(request, (id) => KEYS[id], options);
    const text = `ext=${artifacts.ext || ""} app=${artifacts.app || ""} dlg=${artifacts.dlg || ""}`;
    const signed = request.url.startsWith("/forged") ? text + "!" : text;
    const header = Hawk.server.header(credentials, artifacts, { payload: signed, contentType: "text/plain", ext: "e" });
    return { status: 200, text, headers: { "Server-Authorization": header } };
}

http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
        let given;
        try {
            given = await answer(request, Buffer.concat(chunks).toString());
        } catch (error) {
            given = { status: 401, text: error.message, headers: error.output ? error.output.headers : {} };
        }
        response.writeHead(given.status, { ...given.headers, "Content-Type": "text/plain; charset=utf-8" });
        response.end(given.text);
    });
}).listen(Number(process.argv[2]), "127.0.0.1");
