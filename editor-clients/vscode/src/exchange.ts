/** What the server tells of a response: one result in the form of `httpls run --json`. Secrets are masked. */

export interface Exchange {
  /** The absolute path of the request file; lines count from 1. */
  readonly file: string;
  readonly name: string | null;
  readonly line: number;
  readonly method: string;
  readonly url: string;
  readonly outcome: string;
  readonly seconds: number;
  readonly refusal: { readonly asked: readonly string[]; readonly sent: string; readonly advice: readonly string[] } | null;
  readonly failures: readonly { readonly message: string; readonly remedy: string }[];
  readonly assertions: readonly { readonly name: string; readonly holds: boolean; readonly message: string }[];
  readonly logs: readonly string[];
  readonly response: Response | null;
  readonly hops: readonly Hop[];
}

export interface Response {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly head: readonly string[];
  readonly bodyLength: number;
  readonly encodedLength: number;
  readonly isComplete: boolean;
  readonly decodingError: string | null;
  /** Only that of the request itself has its body here. */
  readonly body?: { readonly text?: string; readonly base64?: string; readonly isWhole: boolean };
}

export interface Hop {
  readonly purpose: "request" | "redirect" | "challenge" | "authentication";
  readonly label: string;
  readonly request: { readonly method: string; readonly url: string; readonly head: readonly string[]; readonly bodyLength: number };
  readonly response: Response | null;
  readonly failure: { readonly message: string } | null;
  readonly timing: Timing;
  readonly connection: Connection | null;
  readonly cookiesSent: readonly string[];
  readonly dropped: readonly string[];
  readonly notes: readonly { readonly title: string; readonly text: string }[];
}

/** Seconds; null for a phase that did not happen. */
export interface Timing {
  readonly startedAt: string;
  readonly queue: number | null;
  readonly dns: number | null;
  readonly connect: number | null;
  readonly tls: number | null;
  readonly request: number | null;
  readonly firstByte: number | null;
  readonly download: number | null;
  readonly total: number;
}

export interface Connection {
  readonly httpVersion: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly isReused: boolean;
  readonly proxy: string | null;
  readonly tls: Tls | null;
}

export interface Tls {
  readonly version: string;
  readonly cipher: string;
  readonly alpn: string | null;
  readonly isVerified: boolean;
  readonly verifyRule: string;
  readonly peerChain: readonly Certificate[];
  readonly clientCertificate: Certificate | null;
  readonly clientCertificateRule: string;
}

export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: readonly string[];
  readonly sha256: string;
}

/** Returns the type of a response's body without parameters, in lower case, empty if none is told. */
export function mediaType(response: Response): string {
  const field = response.headers.find((one) => one.name.toLowerCase() === "content-type");
  return (field?.value.split(";")[0] ?? "").trim().toLowerCase();
}

/** Returns a name for a file with the body: what the server or the path of the URL says, with a suffix of its type. */
export function fileName(exchange: Exchange): string {
  const response = exchange.response;
  const given = response?.headers.find((one) => one.name.toLowerCase() === "content-disposition")?.value;
  const named = /filename="?([^";]+)"?/i.exec(given ?? "")?.[1];
  const last = exchange.url.split(/[?#]/)[0]?.replace(/\/+$/, "").split("/").slice(3).at(-1);
  const base = (named ?? last ?? "").replace(/[\\/:*?"<>|]+/g, " ").replace(/^\.+/, "").trim().slice(0, 80);
  const suffix = response ? SUFFIXES[mediaType(response)] : undefined;
  const name = base || "response";
  return /\.[A-Za-z0-9]{1,5}$/.test(name) || !suffix ? name : name + suffix;
}

const SUFFIXES: Readonly<Record<string, string>> = {
  "application/json": ".json",
  "application/xml": ".xml",
  "text/xml": ".xml",
  "text/html": ".html",
  "text/plain": ".txt",
  "text/csv": ".csv",
  "text/css": ".css",
  "application/pdf": ".pdf",
  "application/zip": ".zip",
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/gif": ".gif",
  "image/webp": ".webp",
  "image/svg+xml": ".svg",
};
