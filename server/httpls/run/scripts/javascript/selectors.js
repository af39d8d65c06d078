// CSS selectors over the small DOM: `querySelector`, `querySelectorAll`, `matches` and `closest`.
(function () {
  "use strict";
  // One simple selector at the start of a text: a type, an id, a class, an attribute, a pseudo-class.
  const SIMPLE =
    /^(?:(\*|[\w\-]+(?:\|[\w\-]+)?)|#([\w\-]+)|\.([\w\-]+)|\[\s*([\w\-:]+)\s*(?:([~|^$*]?=)\s*(?:"([^"]*)"|'([^']*)'|([^\]\s]+))\s*(i)?\s*)?\]|:([\w\-]+)(?:\(((?:[^()]|\([^()]*\))*)\))?)/;

  const OPERATORS = {
    "=": (value, wanted) => value === wanted,
    "~=": (value, wanted) => value.split(/\s+/).includes(wanted),
    "|=": (value, wanted) => value === wanted || value.startsWith(`${wanted}-`),
    "^=": (value, wanted) => wanted !== "" && value.startsWith(wanted),
    "$=": (value, wanted) => wanted !== "" && value.endsWith(wanted),
    "*=": (value, wanted) => wanted !== "" && value.includes(wanted),
  };

  const siblings = (one) => (one.parentNode ? one.parentNode.children : [one]);
  const alike = (one) => siblings(one).filter((other) => other.tagName === one.tagName);

  function nth(text) {
    const plain = { odd: "2n+1", even: "2n" }[text.trim()] ?? text.replace(/\s/g, "");
    const found = /^(?:([+-]?\d*)n)?([+-]?\d+)?$/.exec(plain);
    if (!found || plain === "") throw new SyntaxError(`:nth-child(${text}) is no selector`);
    const step = found[1] === undefined ? 0 : found[1] === "" || found[1] === "+" ? 1 : found[1] === "-" ? -1 : Number(found[1]);
    const start = Number(found[2] ?? 0);
    return (index) => (step === 0 ? index === start : (index - start) % step === 0 && (index - start) / step >= 0);
  }

  const PSEUDO = {
    "first-child": () => (one) => siblings(one)[0] === one,
    "last-child": () => (one) => siblings(one).at(-1) === one,
    "only-child": () => (one) => siblings(one).length === 1,
    "first-of-type": () => (one) => alike(one)[0] === one,
    "last-of-type": () => (one) => alike(one).at(-1) === one,
    "nth-child": (text) => ((holds) => (one) => holds(siblings(one).indexOf(one) + 1))(nth(text)),
    "nth-last-child": (text) => ((holds) => (one) => holds(siblings(one).length - siblings(one).indexOf(one)))(nth(text)),
    "nth-of-type": (text) => ((holds) => (one) => holds(alike(one).indexOf(one) + 1))(nth(text)),
    not: (text) => ((selector) => (one) => !selector(one))(compiled(text)),
    is: (text) => compiled(text),
    empty: () => (one) => one.childNodes.length === 0,
    root: () => (one) => one.parentNode === null,
  };

  function simple(found, selector) {
    const [, type, id, name, attribute, operator, double, single, bare, ignores, pseudo, argument] = found;
    if (type !== undefined) {
      const wanted = type.split("|").at(-1).toLowerCase();
      return (one) => type === "*" || one.localName.toLowerCase() === wanted || one.tagName.toLowerCase() === type.toLowerCase();
    }
    if (id !== undefined) return (one) => one.id === id;
    if (name !== undefined) return (one) => one.className.split(/\s+/).includes(name);
    if (pseudo !== undefined) {
      if (!Object.hasOwn(PSEUDO, pseudo)) throw new SyntaxError(`\`:${pseudo}\` in \`${selector}\` is not possible here`);
      return PSEUDO[pseudo](argument ?? "");
    }
    if (operator === undefined) return (one) => one.hasAttribute(attribute);
    const fold = (text) => (ignores ? text.toLowerCase() : text);
    const wanted = fold(double ?? single ?? bare);
    return (one) => one.hasAttribute(attribute) && OPERATORS[operator](fold(one.getAttribute(attribute)), wanted);
  }

  // Returns [what an element itself has to be, the combinator before it] for each compound, the last one first.
  function compounds(selector) {
    const found = [];
    let rest = selector.trim();
    let combinator = "";
    while (rest) {
      const tests = [];
      let match;
      while ((match = SIMPLE.exec(rest)) !== null) {
        if (match[1] !== undefined && tests.length) break;
        tests.push(simple(match, selector));
        rest = rest.slice(match[0].length);
      }
      if (!tests.length) throw new SyntaxError(`\`${selector}\` is no selector`);
      found.unshift([(one) => tests.every((holds) => holds(one)), combinator]);
      const between = /^\s*([>+~])\s*|^\s+/.exec(rest);
      if (rest && !between) throw new SyntaxError(`\`${selector}\` is no selector`);
      combinator = between ? between[1] ?? " " : "";
      rest = between ? rest.slice(between[0].length) : rest;
    }
    if (combinator.trim()) throw new SyntaxError(`\`${selector}\` is no selector`);
    return found;
  }

  function candidates(one, combinator) {
    if (combinator === ">") return one.parentNode ? [one.parentNode] : [];
    if (combinator === " ") {
      const found = [];
      for (let parent = one.parentNode; parent; parent = parent.parentNode) found.push(parent);
      return found;
    }
    const before = siblings(one).slice(0, siblings(one).indexOf(one));
    return combinator === "+" ? before.slice(-1) : before;
  }

  function matches(one, chain, index) {
    const [holds, combinator] = chain[index];
    if (!holds(one)) return false;
    return index + 1 === chain.length || candidates(one, combinator).some((other) => matches(other, chain, index + 1));
  }

  // Splits at commas that stand in no brackets and no quotes.
  const parts = (text) => text.match(/(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[(?:"[^"]*"|'[^']*'|[^\]])*\]|[^,([])+/g) ?? [];

  function compiled(text) {
    const chains = parts(String(text)).map(compounds);
    if (!chains.length || chains.some((chain) => !chain.length)) throw new SyntaxError(`\`${text}\` is no selector`);
    return (one) => chains.some((chain) => matches(one, chain, 0));
  }

  return { compiled };
})
