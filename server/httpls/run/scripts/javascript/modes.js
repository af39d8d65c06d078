// Scripts that are not just run: expressions, and bodies of functions, in which `await` and `return` stand.
(function (kit) {
  "use strict";
  const { evaluated, failed, outcome, outside } = kit;

  function expression(code) {
    outcome.value = outside(evaluated(code, 1, "(", "\n)"));
  }

  function async(code) {
    evaluated(code, 1, "(async () => {", "\n})()").catch(failed);
  }

  // Code of other tools may be the body of a function: what cannot be compiled otherwise is compiled as one.
  function again(error, code) {
    // An error at run time has a frame of the script.
    const isOfCompiler = error instanceof SyntaxError && !/<eval>|<anonymous> \(<input>:\d{4}/.test(error.stack);
    if (!isOfCompiler || outcome.shift || !/\bawait\b|\breturn\b/.test(code)) return failed(error);
    try {
      async(code);
    } catch {
      outcome.shift = 0;
      failed(error);
    }
  }

  return { expression, async, again };
})
