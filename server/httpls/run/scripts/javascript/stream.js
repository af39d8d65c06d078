// The body of a stream. It is read to its end before the handler runs, which then gets its lines one by one.
(function (kit) {
  "use strict";
  const { textWith } = kit.part("texts");

  function bodyOf(text, mime) {
    const lines = () => text.split(/\r\n|\r|\n/).filter((line) => line !== "");
    const value = (line) => {
      if (mime === "text/event-stream") return line;
      try {
        return JSON.parse(line);
      } catch {
        return line;
      }
    };
    return textWith(text, {
      onEachLine(subscriber, onFinish) {
        let goesOn = true;
        const unsubscribe = () => (goesOn = false);
        for (const line of lines()) {
          if (!goesOn) break;
          subscriber(value(line), unsubscribe);
        }
        if (typeof onFinish === "function") onFinish();
      },
      onEachMessage() {
        throw new Error("onEachMessage is for WebSocket and gRPC, which are not sent; use onEachLine");
      },
      toString: () => text,
    });
  }

  return { bodyOf };
})
