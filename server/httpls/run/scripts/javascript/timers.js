// What belongs to no other part. Timers, on a clock that runs in here only: they are due one after the other, and nobody waits.
(function (kit) {
  "use strict";
  const timers = [];
  let clock = 0;
  let timerNumber = 0;
  function later(body, delay, every, given) {
    const wait = Math.max(Number(delay) || 0, 0);
    timers.push({ number: ++timerNumber, at: clock + wait, delay: wait, body, every, given });
    return timerNumber;
  }
  function forget(number) {
    const index = timers.findIndex((timer) => timer.number === number);
    if (index >= 0) timers.splice(index, 1);
  }
  const setTimeout = (body, delay, ...given) => later(body, delay, false, given);

  return {
    setTimeout,
    setInterval: (body, delay, ...given) => later(body, delay, true, given),
    clearTimeout: forget,
    clearInterval: forget,
    queueMicrotask: (body) => void Promise.resolve().then(body),
    sleep: (delay) => new Promise((done) => setTimeout(done, delay)),
    require(name) {
      const plain = String(name).replace(/^node:/, "");
      if (plain === "assert") return kit.assert;
      if (plain === "crypto") return kit.part("crypto").ofNode;
      if (plain === "buffer") return { Buffer: kit.part("web").Buffer };
      throw new Error(`require(${JSON.stringify(name)}) is not possible: scripts have no modules, files or network`);
    },
    tick() {
      if (!timers.length) return false;
      timers.sort((one, other) => one.at - other.at || one.number - other.number);
      const timer = timers.shift();
      clock = timer.at;
      if (timer.every) timers.push({ ...timer, at: clock + Math.max(1, timer.delay) });
      timer.body(...timer.given);
      return true;
    },
  };
})
