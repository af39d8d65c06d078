// `request`: what the file says, with variables filled in as far as they are known.
(function (kit) {
  "use strict";
  const { inside, outcome, part, state, EXIT } = kit;
  const { textWith } = part("texts");
  const { own, environment } = part("storages");
  const sent = state.request;

  function written(raw, substituted) {
    return textWith(substituted, {
      getRaw: () => raw,
      tryGetSubstituted: () => substituted,
      getComputed: () => substituted,
      toString: () => substituted,
    });
  }

  function leave(reason) {
    outcome.skipped = reason;
    throw EXIT;
  }

  function replay() {
    if (!state.response) throw new Error("request.replay() is possible when there is a response, in a script below the request");
    outcome.replays = true;
  }

  // Scripts of httpyac change the request before it is sent. Here they set variables, and are told so.
  const refuse = (_, name) => {
    throw new Error(`the request cannot be changed: set a variable and use it there, instead of ${String(name)}`);
  };

  const request = {
    name: sent.name,
    method: sent.method,
    url: written(sent.rawUrl, sent.url),
    body: written(sent.rawBody, sent.body),
    headers: new Proxy(part("headers").headersOf(sent.headers), { set: refuse, deleteProperty: refuse }),
    variables: own,
    environment,
    iteration: () => state.iteration,
    templateValue: (index) => (index in state.templates ? inside(state.templates[index]) : null),
    skip: () => leave("skipped"),
    abort: () => leave("aborted"),
    replay,
  };

  return { request: new Proxy(request, { set: refuse, deleteProperty: refuse }) };
})
