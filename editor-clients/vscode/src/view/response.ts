/** The response in its view: runs in the page of the view, where nothing of the editor and no network can be reached. */

import { type Certificate, type Exchange, type Hop, mediaType, type Response, type Timing } from "../exchange";
import { laidOut } from "./layout";
import { duration, size } from "./units";

declare function acquireVsCodeApi(): { postMessage(message: unknown): void; getState(): unknown; setState(state: unknown): void };

/** Above this many characters a body is shown without colours: each colour is an element of the page. */
const MOST_COLOURED = 300_000;
const editor = acquireVsCodeApi();
let shown: Exchange | undefined;
let isRaw = false;

window.addEventListener("message", (event: MessageEvent<{ exchange?: Exchange }>) => {
  if (event.data.exchange) {
    shown = event.data.exchange;
    isRaw = false;
    show(shown);
  }
});
editor.postMessage({ type: "ready" });

interface Tab {
  readonly id: string;
  readonly title: string;
  content(): Node[];
}

function show(exchange: Exchange): void {
  const tabs = tabsOf(exchange);
  const state = editor.getState() as { tab?: string } | undefined;
  const chosen = tabs.find((one) => one.id === state?.tab) ?? tabs[0];
  document.body.replaceChildren(head(exchange), ...problems(exchange), bar(tabs, chosen), panel(chosen));
}

function head(exchange: Exchange): HTMLElement {
  const { response } = exchange;
  const status = response ? `${response.status} ${response.reason}`.trim() : exchange.outcome;
  const kind = !response ? "bad" : response.status < 300 ? "good" : response.status < 400 ? "other" : "bad";
  const facts = [...(exchange.hops.length ? [duration(exchange.seconds)] : []), ...(response ? [size(response.bodyLength)] : [])];
  return element("header", {}, [
    element("div", { class: "summary" }, [
      element("span", { class: `status ${kind}`, role: "status" }, [status]),
      element("span", { class: "facts" }, [facts.join("  ·  ")]),
      element("span", { class: "buttons" }, [
        button("Send Again", "again", "Send this request again"),
        ...(response && response.bodyLength > 0
          ? [button("Copy Body", "copy", "Copy the body as it is shown, secrets masked"), button("Save Body…", "save", "Save the body byte for byte")]
          : []),
        button("As Text", "text", "Show the response as a document of the editor, to search, fold and compare"),
      ]),
    ]),
    element("div", { class: "target" }, [element("b", {}, [exchange.method]), ` ${exchange.url}`]),
  ]);
}

function problems(exchange: Exchange): HTMLElement[] {
  const found: HTMLElement[] = exchange.failures.map((one) =>
    element("div", { class: "problem", role: "alert" }, [element("p", {}, [sentence(one.message)]), ...(one.remedy ? [element("p", {}, [one.remedy])] : [])]),
  );
  if (exchange.refusal) {
    const { asked, sent, advice } = exchange.refusal;
    const lines = [...asked.map((one) => `The server asks for ${one}.`), sentence(sent), ...advice];
    found.push(element("div", { class: "problem", role: "alert" }, lines.map((one) => element("p", {}, [one]))));
  }
  if (exchange.response && !exchange.response.isComplete) {
    found.push(element("div", { class: "problem", role: "alert" }, ["The server closed the connection before the body was complete."]));
  }
  return found;
}

function tabsOf(exchange: Exchange): Tab[] {
  const { response, hops } = exchange;
  const secured = hops.filter((hop) => hop.connection?.tls);
  const fields = response ? response.headers.length : 0;
  const missed = exchange.assertions.filter((one) => !one.holds).length;
  return [
    { id: "body", title: "Body", content: () => body(response) },
    { id: "headers", title: fields ? `Headers (${fields})` : "Headers", content: () => hops.flatMap(exchanged) },
    ...(exchange.assertions.length
      ? [{ id: "tests", title: `Tests (${exchange.assertions.length - missed}/${exchange.assertions.length})`, content: () => tests(exchange) }]
      : []),
    ...(exchange.logs.length ? [{ id: "log", title: "Script Log", content: () => [element("pre", {}, [exchange.logs.join("\n")])] }] : []),
    { id: "timing", title: "Timing", content: () => hops.flatMap(timing) },
    ...(secured.length ? [{ id: "tls", title: "TLS", content: () => secured.flatMap(tls) }] : []),
    { id: "authentication", title: "Authentication", content: () => authentication(hops) },
  ];
}

function bar(tabs: readonly Tab[], chosen: Tab | undefined): HTMLElement {
  const list = element("div", { class: "tabs", role: "tablist" });
  const buttons = tabs.map((tab) => {
    const isChosen = tab === chosen;
    const one = element(
      "button",
      { id: `tab-${tab.id}`, role: "tab", "aria-selected": String(isChosen), "aria-controls": "panel", tabindex: isChosen ? "0" : "-1" },
      [tab.title],
    );
    one.addEventListener("click", () => choose(tab));
    return one;
  });
  const choose = (tab: Tab | undefined): void => {
    editor.setState({ tab: tab?.id });
    list.replaceWith(bar(tabs, tab));
    document.getElementById("panel")?.replaceWith(panel(tab));
    document.getElementById(`tab-${tab?.id}`)?.focus();
  };
  list.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step && chosen) {
      choose(tabs[(tabs.indexOf(chosen) + step + tabs.length) % tabs.length]);
    }
  });
  list.append(...buttons);
  return list;
}

function panel(tab: Tab | undefined): HTMLElement {
  return element("main", { id: "panel", role: "tabpanel", tabindex: "0", "aria-labelledby": `tab-${tab?.id}` }, tab?.content() ?? []);
}

function body(response: Response | null): Node[] {
  if (!response) {
    return [note("There is no response.")];
  }
  const content = response.body;
  const type = mediaType(response);
  if (!content || response.bodyLength === 0) {
    return [note("The response has no body.")];
  }
  const remarks: Node[] = [];
  if (response.decodingError) {
    remarks.push(note(`The body is shown packed as it came: ${response.decodingError}.`));
  }
  if (!content.isWhole) {
    remarks.push(note(`Only the beginning of ${size(response.bodyLength)} is shown. “Save Body…” saves all of it.`));
  }
  if (type.startsWith("image/") && content.isWhole) {
    const encoded = content.base64 ?? base64(content.text ?? "");
    const image = element("img", { src: `data:${type};base64,${encoded}`, alt: "The image of the response" });
    const caption = note(`${type}, ${size(response.bodyLength)}`);
    image.addEventListener("load", () => caption.append(`, ${image.naturalWidth} × ${image.naturalHeight} pixels`));
    image.addEventListener("error", () => image.replaceWith(note("This image cannot be shown.")));
    return [...remarks, element("figure", {}, [image, caption])];
  }
  if (content.text === undefined) {
    return [...remarks, note(`${size(response.bodyLength)} of ${type || "binary content"}. “Save Body…” saves it as it is.`)];
  }
  const pieces = isRaw ? undefined : laidOut(content.text, type);
  const isLaidOut = pieces?.some((one) => one.kind !== "plain") ?? false;
  if (isRaw || isLaidOut) {
    const toggle = element("button", { class: "link", "aria-pressed": String(isRaw) }, [isRaw ? "Show laid out" : "Show as it came"]);
    toggle.addEventListener("click", () => {
      isRaw = !isRaw;
      document.getElementById("panel")?.replaceChildren(...body(response));
    });
    remarks.push(element("p", { class: "tools" }, [toggle]));
  }
  const code = element("pre", { class: "code" });
  if (!pieces || !isLaidOut || content.text.length > MOST_COLOURED) {
    code.textContent = pieces ? pieces.map((one) => one.text).join("") : content.text;
  } else {
    code.append(...pieces.map((one) => (one.kind === "mark" || one.kind === "plain" ? one.text : element("span", { class: one.kind }, [one.text]))));
  }
  return [...remarks, code];
}

function exchanged(hop: Hop): Node[] {
  const parts: Node[] = [heading(hop), element("h3", {}, ["Request"]), fields(hop.request.head)];
  if (hop.request.bodyLength) {
    parts.push(note(`and a body of ${size(hop.request.bodyLength)}`));
  }
  if (hop.dropped.length) {
    parts.push(note(`Not sent to another origin: ${hop.dropped.join(", ")}`));
  }
  if (hop.response) {
    parts.push(element("h3", {}, ["Response"]), fields(hop.response.head));
  }
  return [element("section", {}, parts)];
}

function fields(lines: readonly string[]): HTMLElement {
  const rows = lines.slice(1).map((line) => {
    const colon = line.indexOf(":");
    return element("tr", {}, [element("th", { scope: "row" }, [line.slice(0, colon)]), element("td", {}, [line.slice(colon + 1).trim()])]);
  });
  return element("div", {}, [element("p", { class: "start" }, [lines[0] ?? ""]), element("table", {}, rows)]);
}

function tests(exchange: Exchange): Node[] {
  return [
    element(
      "ul",
      { class: "tests" },
      exchange.assertions.map((one) =>
        element("li", { class: one.holds ? "holds" : "missed" }, [
          element("span", { class: "mark" }, [one.holds ? "✓ " : "✗ "]),
          one.name,
          ...(one.holds || !one.message ? [] : [element("p", {}, [one.message])]),
        ]),
      ),
    ),
  ];
}

const PHASES: readonly (readonly [keyof Timing, string])[] = [
  ["queue", "Waiting"],
  ["dns", "Name lookup"],
  ["connect", "Connecting"],
  ["tls", "TLS handshake"],
  ["request", "Sending"],
  ["firstByte", "Server"],
  ["download", "Receiving"],
];

function timing(hop: Hop): Node[] {
  const { total } = hop.timing;
  let before = 0;
  const rows = PHASES.flatMap(([key, title]) => {
    const seconds = hop.timing[key];
    if (typeof seconds !== "number") {
      return [];
    }
    const stripe = element("span", { class: "stripe" });
    stripe.style.marginLeft = `${share(before, total)}%`;
    stripe.style.width = `${share(seconds, total)}%`;
    before += seconds;
    return [
      element("tr", {}, [
        element("th", { scope: "row" }, [title]),
        element("td", { class: "number" }, [duration(seconds)]),
        element("td", { class: "stripes", "aria-hidden": "true" }, [stripe]),
      ]),
    ];
  });
  const sum = element("tr", { class: "sum" }, [element("th", { scope: "row" }, ["Total"]), element("td", { class: "number" }, [duration(total)]), element("td", {}, [])]);
  const parts: Node[] = [heading(hop), element("table", { class: "times" }, [...rows, sum])];
  const { connection } = hop;
  if (connection) {
    const kind = connection.isReused ? "kept connection" : "new connection";
    const proxy = connection.proxy ? ` through the proxy ${connection.proxy}` : "";
    parts.push(note(`HTTP/${connection.httpVersion}, ${kind} from ${connection.localAddress} to ${connection.remoteAddress}${proxy}`));
  }
  if (hop.response && hop.response.encodedLength !== hop.response.bodyLength) {
    parts.push(note(`${size(hop.response.encodedLength)} came, ${size(hop.response.bodyLength)} unpacked`));
  }
  return [element("section", {}, parts)];
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, (100 * part) / whole) : 0;
}

function tls(hop: Hop): Node[] {
  const facts = hop.connection?.tls;
  if (!facts) {
    return [];
  }
  const verified = facts.isVerified ? "verified" : "NOT verified";
  const parts: Node[] = [
    heading(hop),
    table([
      ["Version", facts.version],
      ["Cipher", facts.cipher],
      ...(facts.alpn ? [["Protocol (ALPN)", facts.alpn] as const] : []),
      ["Server", facts.verifyRule ? `${verified}: ${facts.verifyRule}` : verified],
    ]),
    element("h3", {}, ["Certificates of the server"]),
    ...facts.peerChain.map(certificate),
  ];
  if (!facts.peerChain.length) {
    parts.push(note("They were not kept."));
  }
  if (facts.clientCertificate) {
    parts.push(element("h3", {}, ["Client certificate"]), certificate(facts.clientCertificate));
    if (facts.clientCertificateRule) {
      parts.push(note(`Chosen by ${facts.clientCertificateRule}`));
    }
  }
  return [element("section", {}, parts)];
}

function certificate(one: Certificate): HTMLElement {
  return table([
    ["Subject", one.subject],
    ["Issuer", one.issuer],
    ["Valid", `${one.notBefore.slice(0, 10)} to ${one.notAfter.slice(0, 10)}`],
    ...(one.names.length ? [["Names", one.names.join(", ")] as const] : []),
    ["SHA-256", one.sha256],
  ]);
}

function authentication(hops: readonly Hop[]): Node[] {
  const parts = hops.flatMap((hop) => {
    if (!hop.notes.length && hop.purpose !== "authentication" && hop.purpose !== "challenge") {
      return [];
    }
    const notes = hop.notes.flatMap((one) => [element("h3", {}, [one.title]), element("pre", {}, [one.text])]);
    const answered = hop.response ? `${hop.response.status} ${hop.response.reason}`.trim() : hop.failure?.message ?? "no answer";
    return [element("section", {}, [heading(hop, true), note(`${hop.request.method} ${hop.request.url}: ${answered}`), ...notes])];
  });
  const explain = element("button", { class: "link" }, ["Explain every step of the authentication"]);
  explain.addEventListener("click", () => editor.postMessage({ type: "explain" }));
  return [...(parts.length ? parts : [note("No steps of authentication are told for this request.")]), element("p", { class: "tools" }, [explain])];
}

const PURPOSES: Readonly<Record<Hop["purpose"], string>> = {
  request: "The request",
  redirect: "Redirect",
  challenge: "Answer to a challenge",
  authentication: "Authentication",
};

function heading(hop: Hop, isAlways = false): Node {
  const isAlone = !isAlways && shown?.hops.length === 1;
  const label = hop.label && hop.purpose !== "request" ? `: ${hop.label}` : "";
  return isAlone ? document.createDocumentFragment() : element("h2", {}, [`${PURPOSES[hop.purpose]}${label}`]);
}

function table(rows: readonly (readonly [string, string])[]): HTMLElement {
  return element("table", {}, rows.map(([name, value]) => element("tr", {}, [element("th", { scope: "row" }, [name]), element("td", {}, [value])])));
}

function note(text: string): HTMLElement {
  return element("p", { class: "note" }, [text]);
}

function button(title: string, type: string, hint: string): HTMLElement {
  const one = element("button", { title: hint }, [title]);
  one.addEventListener("click", () => editor.postMessage({ type }));
  return one;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** Makes an element. Whatever a server said goes in as text, never as markup. */
function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
