/** What the server answers to a command that sends: one result for each request, in order. */

export interface Result {
  readonly name: string | null;
  readonly line: number;
  /** `sent`, or why not: `refused`, `failed`, `interrupted`, … */
  readonly outcome: string;
  readonly status: number | null;
  readonly milliseconds: number;
  readonly failures: readonly string[];
  readonly assertions: readonly { readonly name: string; readonly holds: boolean }[];
  /** The URI of the text with the response. */
  readonly document: string;
}

export interface Summary {
  readonly results: readonly Result[];
}

/** Tells whether a request was sent and all that was asserted of its response holds. */
export function isWell(result: Result): boolean {
  return result.outcome === "sent" && result.failures.length === 0 && result.assertions.every((one) => one.holds);
}

/** Says in a line what came of a request. */
export function told(result: Result): string {
  const what = result.status === null ? result.outcome : String(result.status);
  const time = result.status === null ? "" : ` in ${Math.round(result.milliseconds)} ms`;
  const broken = result.assertions.filter((one) => !one.holds).map((one) => `does not hold: ${one.name}`);
  const reasons = [...result.failures, ...broken].join("; ");
  return `${result.name ?? `line ${result.line}`}: ${what}${time}${reasons && `. ${reasons[0]?.toUpperCase()}${reasons.slice(1)}`}`;
}

/** Says in a line what came of several requests. */
export function toldOfAll(results: readonly Result[]): string {
  const well = results.filter(isWell).length;
  return well === results.length
    ? `${well} requests sent, all well`
    : `${results.length} requests, ${results.length - well} not well`;
}
