/** The text in which the server shows a response: remarks, status line, header fields, an empty line, the body. */

/** Returns the body as it is shown: laid out, secrets masked. Empty if there is none. */
export function shownBody(text: string): string {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => !line.startsWith("#"));
  const end = lines.indexOf("", Math.max(head, 0));
  return end < 0 ? "" : lines.slice(end + 1).join("\n").replace(/\n$/, "");
}

/** Returns a name for the tab: what the response answers, without what a path may not hold. */
export function tabName(text: string): string {
  const title = /^### (.*)$/m.exec(text)?.[1]?.trim() ?? "";
  const name = title.replace(/[/\\?#%:]+/g, " ").replace(/\s+/g, " ").trim().slice(0, 40);
  return name ? `Response ${name}` : "Response";
}

/** Returns the entry of the log for an exchange. */
export function logEntry(text: string, at: Date): string {
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
  return text.replace(/^### /, `### ${time}  `).replace(/\n*$/, "\n");
}
