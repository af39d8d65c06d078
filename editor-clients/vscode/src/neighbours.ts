/** Other extensions for request files in the same window: which is active, and who shows `Send` above requests. */

export type LensSetting = "auto" | "always" | "never";

export interface Neighbour {
  readonly id: string;
  readonly name: string;
  /** The setting by which its own lenses are switched, and the value that takes them away, if it has one. */
  readonly lenses?: { readonly setting: string; readonly off: boolean };
}

export const NEIGHBOURS: readonly Neighbour[] = [
  { id: "humao.rest-client", name: "REST Client", lenses: { setting: "rest-client.enableSendRequestCodeLens", off: false } },
  { id: "anweber.vscode-httpyac", name: "httpYac" },
];

/** Returns the first of the others that is there. */
export function neighbourOf(isThere: (id: string) => boolean): Neighbour | undefined {
  return NEIGHBOURS.find((one) => isThere(one.id));
}

/** Tells whether this extension shows `Send`. `theirs` is whether the neighbour shows its own. */
export function showsLenses(setting: LensSetting, theirs: boolean): boolean {
  return setting === "always" || (setting === "auto" && !theirs);
}
