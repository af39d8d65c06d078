/** `Send` above requests: one set of lenses in a window, whichever extensions are active. */

import * as vscode from "vscode";
import { type LensSetting, NEIGHBOURS, type Neighbour, neighbourOf, showsLenses } from "./neighbours";

const TOLD = "httpls.toldOfNeighbour";

/** The settings by which lenses are shown or not, those of the others among them. */
export const LENS_SETTINGS: readonly string[] = ["httpls.sendLenses", ...NEIGHBOURS.flatMap((one) => one.lenses?.setting ?? [])];

/** Tells whether this extension shows its lenses. */
export function areShown(): boolean {
  return showsLenses(setting(), theirs(neighbour()));
}

/** Puts a sign before the words of the server. */
export function withSigns(lenses: vscode.CodeLens[]): vscode.CodeLens[] {
  for (const lens of lenses) {
    if (lens.command?.title === "Send") {
      lens.command.title = "$(play)\u00a0Send";
    }
  }
  return lenses;
}

/** Says once in each workspace that another extension shows its own lenses, and offers to change that. */
export async function tellOfNeighbour(memory: vscode.Memento): Promise<void> {
  const other = neighbour();
  if (!other || setting() !== "auto" || !theirs(other) || memory.get(TOLD) === other.id) {
    return;
  }
  await memory.update(TOLD, other.id);
  const text = `${other.name} is active in this window too, and shows its own lenses: a click on them sends with ${other.name}. The commands and keys of httpls send with httpls.`;
  const choice = await vscode.window.showInformationMessage(text, "Use Lenses of httpls", `Keep Those of ${other.name}`);
  if (choice === "Use Lenses of httpls") {
    if (other.lenses) {
      const { setting: name, off } = other.lenses;
      await vscode.workspace.getConfiguration().update(name, off, vscode.ConfigurationTarget.Global);
    } else {
      await vscode.workspace.getConfiguration("httpls").update("sendLenses", "always", vscode.ConfigurationTarget.Global);
    }
  }
}

function setting(): LensSetting {
  return vscode.workspace.getConfiguration("httpls").get<LensSetting>("sendLenses", "auto");
}

function neighbour(): Neighbour | undefined {
  return neighbourOf((id) => vscode.extensions.getExtension(id) !== undefined);
}

function theirs(other: Neighbour | undefined): boolean {
  if (!other?.lenses) {
    return other !== undefined;
  }
  return vscode.workspace.getConfiguration().get(other.lenses.setting) !== other.lenses.off;
}
