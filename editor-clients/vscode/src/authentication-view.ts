/** The view of authentication: tokens with their expiry, secrets by name, client certificates of the file at hand. */

import * as vscode from "vscode";
import { type Certificate, certificateState, isValid, type Other, type Overview, type Secret, type Token, tokenState } from "./authentication";
import type { LanguageServer } from "./language-server";
import { findRequestEditor } from "./request-editor";
import { mayBeSent } from "./sending";

type Node =
  | { readonly kind: "group"; readonly title: string; readonly nodes: readonly Node[] }
  | { readonly kind: "token"; readonly token: Token }
  | { readonly kind: "other"; readonly token: Other }
  | { readonly kind: "secret"; readonly secret: Secret }
  | { readonly kind: "certificate"; readonly certificate: Certificate };

/** How often what is shown is looked at again: times pass, and tokens are obtained by requests. */
const MILLISECONDS = 30_000;

export class AuthenticationView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Node>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private timer: NodeJS.Timeout | undefined;
  private uri: string | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly server: LanguageServer) {
    this.view = vscode.window.createTreeView("httpls.authentication", { treeDataProvider: this });
    this.subscriptions.push(
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(() => this.refresh()),
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      vscode.workspace.onDidSaveTextDocument((document) => document.languageId === "http" && this.refresh()),
    );
  }

  /** Looks again, if the view is seen. */
  refresh(): void {
    clearTimeout(this.timer);
    if (this.view.visible) {
      this.changed.fire();
      this.timer = setTimeout(() => this.refresh(), MILLISECONDS);
      this.timer.unref();
    }
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) {
      return node.kind === "group" ? [...node.nodes] : [];
    }
    this.uri = findRequestEditor()?.document.uri.toString() ?? this.uri;
    this.say("");
    if (!this.server.isRunning || !vscode.workspace.isTrusted) {
      this.say(vscode.workspace.isTrusted ? "The language server does not run." : "This workspace is not trusted.");
      return [];
    }
    if (!this.uri) {
      this.say("Open a request file to see what authenticates its requests.");
      return [];
    }
    try {
      const found = await this.server.ask<Overview>("httpls/authentication", { uri: this.uri });
      const groups = grouped(found);
      if (groups.length === 0) {
        this.say("The requests of this file use no tokens and no certificates, and the project has no secrets.");
      }
      return groups;
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const now = Date.now() / 1000;
    switch (node.kind) {
      case "group":
        return new vscode.TreeItem(node.title, vscode.TreeItemCollapsibleState.Expanded);
      case "token":
        return tokenItem(node.token, now);
      case "other":
        return {
          label: node.token.title,
          description: [node.token.environment, tokenState(node.token, now)].filter(Boolean).join(" · "),
          iconPath: new vscode.ThemeIcon(isValid(node.token, now) ? "key" : "warning"),
          contextValue: "other",
        };
      case "secret":
        return {
          label: node.secret.name,
          description: [node.secret.environment, origins(node.secret)].filter(Boolean).join(" · "),
          tooltip: `A secret in the keyring, written {{$secret ${node.secret.name}}}. It may be sent to ${origins(node.secret)}.`,
          iconPath: new vscode.ThemeIcon("lock"),
          contextValue: "secret",
        };
      case "certificate":
        return certificateItem(node.certificate, now);
    }
  }

  /** Carries out what a person chose for a token, then shows how it stands. */
  async act(action: string, node: unknown): Promise<void> {
    if (!isNode(node) || (node.kind !== "token" && node.kind !== "other") || !(await mayBeSent())) {
      return;
    }
    const target = node.kind === "token" ? { uri: node.token.uri, line: node.token.line } : { uri: this.uri ?? "", digest: node.token.digest };
    try {
      const answer = await vscode.window.withProgress(
        { location: action === "logIn" ? vscode.ProgressLocation.Notification : { viewId: "httpls.authentication" }, title: `Logging in: ${node.token.title}`, cancellable: true },
        (_, token) => this.server.ask<{ token?: string }>("httpls/token", { action, ...target }, token),
      );
      if (answer.token !== undefined) {
        await vscode.env.clipboard.writeText(answer.token);
      }
      vscode.window.setStatusBarMessage(`$(check) ${DONE[action]}: ${node.token.title}`, 5_000);
    } finally {
      this.refresh();
    }
  }

  /** Copies how a secret is written in a file. */
  async copySecret(node: unknown): Promise<void> {
    if (isNode(node) && node.kind === "secret") {
      await vscode.env.clipboard.writeText(`{{$secret ${node.secret.name}}}`);
      vscode.window.setStatusBarMessage("$(check) Copied as it is written in a file", 5_000);
    }
  }

  private say(text: string): void {
    this.view.message = text;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const one of this.subscriptions) {
      one.dispose();
    }
  }
}

const DONE: Readonly<Record<string, string>> = {
  logIn: "Logged in",
  refresh: "Renewed",
  revoke: "Revoked",
  forget: "Forgot",
  copy: "Copied the token",
};

function grouped(found: Overview): Node[] {
  const groups: (readonly [string, readonly Node[]])[] = [
    ["Tokens of This File", found.tokens.map((token) => ({ kind: "token", token }) as const)],
    ["Other Tokens", found.others.map((token) => ({ kind: "other", token }) as const)],
    ["Secrets of This Project", found.secrets.map((secret) => ({ kind: "secret", secret }) as const)],
    ["Client Certificates of This File", found.certificates.map((certificate) => ({ kind: "certificate", certificate }) as const)],
  ];
  return groups.filter(([, nodes]) => nodes.length > 0).map(([title, nodes]) => ({ kind: "group", title, nodes }));
}

function tokenItem(token: Token, now: number): vscode.TreeItem {
  const item = new vscode.TreeItem(token.request ?? `line ${token.line}`);
  item.description = `${tokenState(token, now)} · ${token.scheme}`;
  item.tooltip = [tokenState(token, now), token.title, token.environment && `environment ${token.environment}`, token.scope && `scope ${token.scope}`, token.unknown].filter(Boolean).join("\n");
  item.iconPath = new vscode.ThemeIcon(token.unknown ? "question" : isValid(token, now) ? "pass" : token.isKept ? "warning" : "circle-outline");
  item.contextValue = token.isKept && token.canBeRenewed ? "token kept renewable" : token.isKept ? "token kept" : token.unknown ? "token unknown" : "token absent";
  const position = new vscode.Position(token.line - 1, 0);
  item.command = { command: "vscode.open", title: "Show the request", arguments: [vscode.Uri.parse(token.uri), { selection: new vscode.Range(position, position) }] };
  return item;
}

function certificateItem(one: Certificate, now: number): vscode.TreeItem {
  const item = new vscode.TreeItem(one.subject ?? one.path);
  item.description = `${certificateState(one, now)} · ${one.origin}`;
  item.tooltip = [certificateState(one, now), one.path, one.issuer && `issued by ${one.issuer}`, `chosen by ${one.rule}`, ...one.warnings, ...one.errors].filter(Boolean).join("\n");
  const isBad = one.errors.length > 0 || (one.expiresAt !== null && one.expiresAt <= now);
  item.iconPath = new vscode.ThemeIcon(isBad ? "error" : one.warnings.length ? "warning" : "verified");
  item.contextValue = "certificate";
  return item;
}

function origins(secret: Secret): string {
  return secret.origins.includes("any") ? "any origin" : secret.origins.join(", ") || "nowhere";
}

function isNode(node: unknown): node is Node {
  return typeof node === "object" && node !== null && "kind" in node;
}
