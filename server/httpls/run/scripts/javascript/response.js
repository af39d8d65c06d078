// `response` beside what the prelude knows of it, with the names of JetBrains HTTP Client, httpyac and Kulala.
(function (kit) {
  "use strict";
  const { later, log, native, part, response } = kit;
  const received = kit.state.response;
  const { mime } = received;
  const isXml = /[/+]xml$/.test(mime) || mime === "text/html" || mime === "application/xhtml+xml";
  const isStream = /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json))$/.test(mime);

  // The body that is no JSON, although it may say so.
  function textBody() {
    const text = native("body", "");
    if (received.isJson && text.trim()) log("the body says that it is JSON, but it is not");
    if (isXml) return part("document").bodyOf(text, mime);
    return isStream ? part("stream").bodyOf(text, mime) : text;
  }

  function parsedBody() {
    const { body } = response;
    return received.isJson || (typeof body === "object" && !(body instanceof String)) ? body : undefined;
  }

  // JetBrains asks for cookies with a call, Kulala and others read the list.
  function cookies() {
    const list = received.cookies;
    const members = { find: (...given) => list.find(...given), byName: cookiesByName, toJSON: () => list };
    const found = Object.assign(() => list, members, { [Symbol.iterator]: () => list[Symbol.iterator]() });
    for (const cookie of list) if (!(cookie.name in found)) found[cookie.name] = cookie;
    return found;
  }

  const cookiesByName = (name) => received.cookies.filter((cookie) => cookie.name === name);
  const { contentType, charset } = received;
  const members = {
    textBody, cookiesByName,
    contentType: { mimeType: mime, charset, contentType, toString: () => contentType },
    toJSON: () => ({ ...response, headers: members.headers, contentType: members.contentType, cookies: received.cookies }),
  };
  for (const name of ["text", "rawBody"]) later(members, name, () => native("body", ""));
  later(members, "headers", () => part("headers").headersOf(received.headers));
  later(members, "cookies", cookies);
  later(members, "json", () => response.body);
  later(members, "parsedBody", parsedBody);
  later(members, "request", () => part("request").request);
  return members;
})
