/** What the server tells of authentication, and how it is written for people. No values of secrets are in it. */

export interface Overview {
  readonly tokens: readonly Token[];
  readonly others: readonly Other[];
  readonly secrets: readonly Secret[];
  readonly certificates: readonly Certificate[];
}

interface State {
  readonly isKept: boolean;
  /** Seconds since the epoch. */
  readonly expiresAt?: number | null;
  readonly canBeRenewed?: boolean;
  readonly scope?: string | null;
}

/** A token that a request of the file uses. */
export interface Token extends State {
  readonly title: string;
  readonly scheme: string;
  readonly environment?: string;
  readonly uri: string;
  /** That of the request line, from 1. */
  readonly line: number;
  readonly request: string | null;
  /** Why it is not known whether there is one, null if it is known. */
  readonly unknown: string | null;
}

/** A token that is kept for something else. */
export interface Other extends State {
  readonly title: string;
  readonly environment: string;
  readonly digest: string;
}

export interface Secret {
  readonly name: string;
  readonly environment: string | null;
  readonly origins: readonly string[];
}

export interface Certificate {
  readonly path: string;
  readonly origin: string;
  readonly rule: string;
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly expiresAt: number | null;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

/** Says how it stands with a token; `now` is in seconds since the epoch. */
export function tokenState(token: State & { readonly unknown?: string | null }, now: number): string {
  if (token.unknown) {
    return "known when it is sent";
  }
  if (!token.isKept) {
    return "not logged in";
  }
  const end = token.expiresAt;
  const text = end === null || end === undefined ? "valid" : end > now ? `valid for ${lasting(end - now)}` : `expired ${lasting(now - end)} ago`;
  return token.canBeRenewed ? `${text}, can be renewed` : text;
}

/** Tells whether a token is there and good for something. */
export function isValid(token: State, now: number): boolean {
  return token.isKept && (token.expiresAt === null || token.expiresAt === undefined || token.expiresAt > now || token.canBeRenewed === true);
}

/** Says how it stands with a certificate. */
export function certificateState(one: Certificate, now: number): string {
  if (one.expiresAt === null) {
    return one.errors.length ? "cannot be used" : "";
  }
  const day = new Date(one.expiresAt * 1000).toISOString().slice(0, 10);
  return one.expiresAt > now ? `until ${day} (${lasting(one.expiresAt - now)})` : `expired on ${day}`;
}

/** Returns a time, given in seconds, in its largest unit. */
export function lasting(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  for (const [unit, name] of units) {
    const count = Math.floor(seconds / unit);
    if (count >= 1) {
      return `${count} ${name}${count === 1 ? "" : "s"}`;
    }
  }
  const count = Math.max(0, Math.floor(seconds));
  return `${count} second${count === 1 ? "" : "s"}`;
}
