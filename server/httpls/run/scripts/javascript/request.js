// `request`: what the file says, with variables filled in as far as they are known.
(function (kit) {
  "use strict";
  const { inside, textWith, part, leaves } = kit;

  function written(raw, substituted) {
    return textWith(substituted, {
      getRaw: () => raw,
      tryGetSubstituted: () => substituted,
      getComputed: () => substituted,
      toString: () => substituted,
    });
  }

  function requestOf(state, own, environment) {
    const sent = state.request;
    return unchangeable({
      name: sent.name,
      method: sent.method,
      url: written(sent.rawUrl, sent.url),
      body: written(sent.rawBody, sent.body),
      headers: part("headers").headersOf(sent.headers),
      variables: own,
      environment,
      iteration: () => state.iteration,
      templateValue: (index) => (index in state.templates ? inside(state.templates[index]) : null),
      skip: () => leaves("skipped"),
      abort: () => leaves("aborted"),
      replay() {
        throw new Error("request.replay() is not possible; write `# @loop` above the request");
      },
    });
  }

  // Scripts of httpyac change the request before it is sent. Here they set variables, and are told so.
  function unchangeable(request) {
    const refuse = (_, name) => {
      throw new Error(`the request cannot be changed: set a variable and use it there, instead of ${String(name)}`);
    };
    request.headers = new Proxy(request.headers, { set: refuse, deleteProperty: refuse });
    return new Proxy(request, { set: refuse, deleteProperty: refuse });
  }

  return { requestOf };
})
