/** Lays bodies out to be read, as pieces with the kind of each. Nothing but blanks and line ends is changed. */

export type Kind = "key" | "string" | "number" | "word" | "mark" | "tag" | "plain";

export interface Piece {
  readonly text: string;
  readonly kind: Kind;
}

/** Returns a body in the layout of its type; as it is if it is none that is known, or is not well-formed. */
export function laidOut(text: string, mediaType: string): readonly Piece[] {
  const start = text.trimStart()[0];
  if (/[/+]json$/.test(mediaType) || ((start === "{" || start === "[") && !mediaType.startsWith("text/"))) {
    return json(text) ?? plain(text);
  }
  if (/[/+]xml$/.test(mediaType) || text.startsWith("<?xml")) {
    return xml(text) ?? plain(text);
  }
  return plain(text);
}

function plain(text: string): readonly Piece[] {
  return [{ text, kind: "plain" }];
}

const JSON_TOKEN = /\s*(?:("(?:[^"\\\n]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:]))/y;

/** Lays JSON out token by token, so that numbers and escapes stay as they were sent. Undefined if it is no JSON. */
function json(text: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  const open: string[] = [];
  let end = 0;
  let before = "";
  const line = (): void => void pieces.push({ text: `\n${"  ".repeat(open.length)}`, kind: "mark" });
  JSON_TOKEN.lastIndex = 0;
  for (let match = JSON_TOKEN.exec(text); match; match = JSON_TOKEN.exec(text)) {
    end = JSON_TOKEN.lastIndex;
    const [, string, number, word, mark] = match;
    const token = string ?? number ?? word ?? mark ?? "";
    const isClosing = token === "}" || token === "]";
    if (isClosing) {
      if (open.pop() !== (token === "}" ? "{" : "[")) {
        return undefined;
      }
      if (before !== "{" && before !== "[") {
        line();
      }
    } else if (before === "{" || before === "[" || (before === "," && open.length > 0)) {
      line();
    } else if (before && before !== ":" && token !== "," && token !== ":") {
      return undefined;
    }
    if (mark === undefined) {
      pieces.push({ text: token, kind: string !== undefined ? "string" : number !== undefined ? "number" : "word" });
    } else {
      pieces.push({ text: token === ":" ? ": " : token, kind: "mark" });
    }
    if (token === ":") {
      const key = pieces.at(-2);
      if (key?.kind !== "string") {
        return undefined;
      }
      pieces[pieces.length - 2] = { text: key.text, kind: "key" };
    }
    if (token === "{" || token === "[") {
      open.push(token);
    }
    before = token;
  }
  return open.length === 0 && pieces.length > 0 && text.slice(end).trim() === "" ? pieces : undefined;
}

const XML_TOKEN = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<\/[^>]*>|<(?:[^>"']|"[^"]*"|'[^']*')*>|[^<]+/y;

/** Puts elements that hold elements on lines of their own; text stays where it is. Undefined if tags do not match. */
function xml(text: string): readonly Piece[] | undefined {
  const tokens: string[] = [];
  let end = 0;
  XML_TOKEN.lastIndex = 0;
  for (let match = XML_TOKEN.exec(text); match; match = XML_TOKEN.exec(text)) {
    tokens.push(match[0]);
    end = XML_TOKEN.lastIndex;
  }
  if (end !== text.length) {
    return undefined;
  }
  const pieces: Piece[] = [];
  let depth = 0;
  // Whether the element that is open at each depth holds text of its own: its blanks may mean something.
  const isMixed = mixed(tokens);
  for (const [index, token] of tokens.entries()) {
    const isText = !token.startsWith("<");
    const isInText = isMixed[index] ?? false;
    if (isText && token.trim() === "" && !isInText) {
      continue;
    }
    if (token.startsWith("</")) {
      depth -= 1;
      if (depth < 0) {
        return undefined;
      }
    }
    if (pieces.length > 0 && !isInText) {
      pieces.push({ text: `\n${"  ".repeat(depth)}`, kind: "mark" });
    }
    pieces.push({ text: token, kind: isText ? "plain" : token.startsWith("<!") ? "mark" : "tag" });
    if (/^<[^/!?]/.test(token) && !token.endsWith("/>")) {
      depth += 1;
    }
  }
  return depth === 0 && pieces.some((one) => one.kind === "tag") ? pieces : undefined;
}

/** Tells of each token whether it stands in an element that holds text, or ends one. */
function mixed(tokens: readonly string[]): readonly boolean[] {
  const holdsText: boolean[] = [];
  const parents: number[] = [];
  const open: number[] = [-1];
  tokens.forEach((token, index) => {
    const isEnd = token.startsWith("</");
    parents[index] = (isEnd ? open.pop() : open.at(-1)) ?? -1;
    if (!token.startsWith("<") && token.trim() !== "") {
      holdsText[parents[index]] = true;
    }
    if (/^<[^/!?]/.test(token) && !token.endsWith("/>")) {
      open.push(index);
    }
  });
  // What is empty has its end tag beside it.
  return tokens.map((token, index) => {
    const parent = parents[index] ?? -1;
    return (holdsText[parent] ?? false) || (token.startsWith("</") && parent === index - 1);
  });
}
