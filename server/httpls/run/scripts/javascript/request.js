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
    return {
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
    };
  }

  return { requestOf };
})
