/** Shows pages of a login in the browser of the person, who may sit at another machine than the server. */

import * as vscode from "vscode";

export interface Page {
  readonly url: string;
  /** Where the server listens for the browser to come back; it may be an address of somebody else's. */
  readonly redirectUrl: string;
}

export interface Opened {
  readonly hasOpened: boolean;
  /** Whether that browser reaches the server at the redirect URL. If not, its address has to be pasted. */
  readonly comesBack: boolean;
}

/** Opens a page, with the port of the listener forwarded to the machine of the person where the editor can do that. */
export async function openPage(page: Page): Promise<Opened> {
  const url = vscode.Uri.parse(page.url, true);
  if (url.scheme !== "https" && url.scheme !== "http") {
    return { hasOpened: false, comesBack: false };
  }
  const comesBack = await isReached(page.redirectUrl);
  // As a text, for the editor would write the escapes of a `Uri` anew, and a server compares a redirect URL by letters.
  const hasOpened = await vscode.env.openExternal(page.url as unknown as vscode.Uri);
  return { hasOpened, comesBack };
}

/** Tells whether an address of the server's machine is the same one for the person's browser. */
async function isReached(redirectUrl: string): Promise<boolean> {
  const { scheme, authority } = vscode.Uri.parse(redirectUrl, true);
  if (!isLoopback(authority)) {
    return false;
  }
  const external = await vscode.env.asExternalUri(vscode.Uri.from({ scheme, authority, path: "/" }));
  return port(external.authority) === port(authority) && isLoopback(external.authority);
}

function port(authority: string): string {
  return /:(\d+)$/.exec(authority)?.[1] ?? "80";
}

function isLoopback(authority: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(authority);
}
