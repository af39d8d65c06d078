// The body of a stream. It is read to its end before the handler runs, which then gets its lines or messages one by one.
(function (kit) {
  "use strict";
  const { textWith } = kit.part("texts");

  function bodyOf(text, mime) {
    const lines = () => text.split(/\r\n|\r|\n/).filter((line) => line !== "");
    const isEvents = mime === "text/event-stream";
    const parsed = (line) => {
      try {
        return JSON.parse(line);
      } catch {
        return line;
      }
    };

    // Events (WHATWG HTML, 9.2.6) are told by their data; in other streams each line is a message.
    function messages() {
      if (!isEvents) return lines().map(parsed);
      const datas = text.replace(/^\ufeff/, "").split(/(?:\r\n|\r|\n){2}/).map((event) => {
        const found = event.split(/\r\n|\r|\n/).filter((line) => /^data(?::|$)/.test(line));
        return found.length ? found.map((line) => line.slice(5).replace(/^ /, "")).join("\n") : null;
      });
      return datas.filter((data) => data !== null).map(parsed);
    }

    function each(list, subscriber, onFinish) {
      let goesOn = true;
      const unsubscribe = () => (goesOn = false);
      for (const one of list) {
        if (!goesOn) break;
        subscriber(one, unsubscribe);
      }
      if (typeof onFinish === "function") onFinish();
    }

    return textWith(text, {
      onEachLine: (subscriber, onFinish) => each(isEvents ? lines() : lines().map(parsed), subscriber, onFinish),
      onEachMessage: (subscriber, onFinish) => each(messages(), subscriber, onFinish),
      toString: () => text,
    });
  }

  return { bodyOf };
})
