// `response`, with the names of JetBrains HTTP Client, httpyac and Kulala.
(function (kit) {
  "use strict";
  const { log, part, scope } = kit;

  const isXml = (mime) => /[/+]xml$/.test(mime) || mime === "text/html" || mime === "application/xhtml+xml";
  const isStream = (mime) => /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json))$/.test(mime);

  function responseOf(received) {
    const text = received.body;
    let body = text;
    if (received.isJson && text.trim()) {
      try {
        body = JSON.parse(text);
      } catch {
        log("the body says that it is JSON, but it is not");
      }
    } else if (isXml(received.mime)) {
      body = part("document").bodyOf(text, received.mime);
    } else if (isStream(received.mime)) {
      body = part("stream").bodyOf(text, received.mime);
    }
    const cookies = received.cookies;
    let headers;
    const cookiesByName = (name) => cookies.filter((cookie) => cookie.name === name);
    return {
      status: received.status,
      statusCode: received.status,
      responseCode: received.status,
      statusMessage: received.reason,
      get headers() {
        return (headers ??= part("headers").headersOf(received.headers));
      },
      contentType: {
        mimeType: received.mime, charset: received.charset, contentType: received.contentType, toString: () => received.contentType,
      },
      body,
      parsedBody: typeof body === "object" && !(body instanceof String) ? body : received.isJson ? body : undefined,
      rawBody: text,
      text,
      json: body,
      size: received.size,
      protocol: `HTTP/${received.version}`,
      httpVersion: received.version,
      timings: { total: received.milliseconds },
      responseTime: received.milliseconds,
      duration: received.milliseconds,
      // JetBrains asks with a call, Kulala and others read the list.
      cookies: Object.assign(() => cookies, { find: (...given) => cookies.find(...given), byName: cookiesByName,
        [Symbol.iterator]: () => cookies[Symbol.iterator](), toJSON: () => cookies }),
      cookiesByName,
      get request() {
        return scope.request;
      },
    };
  }

  return { responseOf };
})
