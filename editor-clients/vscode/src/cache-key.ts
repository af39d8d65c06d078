/** The key by which the server encrypts tokens where its machine has no keyring. The editor keeps it with its secrets. */

import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";

const KEY = "httpls.cacheKey";

/** Returns the key: 32 bytes in base64, made at the first call. Undefined if the editor cannot keep secrets. */
export async function cacheKey(secrets: vscode.SecretStorage): Promise<string | undefined> {
  try {
    const known = await secrets.get(KEY);
    if (known) {
      return known;
    }
    const made = randomBytes(32).toString("base64");
    await secrets.store(KEY, made);
    return made;
  } catch {
    // Without it tokens stay in memory, and the server says so.
    return undefined;
  }
}
