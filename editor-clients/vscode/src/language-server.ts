/** Starts, stops and restarts the language server. Restarts wait for each other; many at once are one. */

import * as os from "node:os";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  State,
  type StaticFeature,
} from "vscode-languageclient/node";
import manifest from "../package.json";
import { type Command, findServer, type Places } from "./server-command";

export interface Handlers {
  readonly middleware: Middleware;
  /** Carries out what is to be done with each client before it starts: handlers of requests and notifications. */
  prepare(client: LanguageClient): void;
  /** Returns what the server encrypts tokens with where its machine has no keyring. */
  cacheKey(): Promise<string | undefined>;
  /** Is told when a server runs. */
  started(): Promise<void>;
  /** Is told why there is no server. */
  missing(reason: string): void;
}

const MOST_CRASHES = 4;
const CRASHES_MILLISECONDS = 3 * 60_000;

export class LanguageServer implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  /** The command of the server that runs, undefined if none does. */
  command: Command | undefined;

  constructor(
    private readonly places: () => Places,
    private readonly log: vscode.LogOutputChannel,
    private readonly handlers: Handlers,
  ) {}

  /** Stops the server if it runs and starts it, after all restarts that are under way. */
  restart(): Promise<void> {
    if (!this.waiting) {
      this.waiting = this.queue.then(() => {
        this.waiting = undefined;
        return this.restartNow();
      });
      this.queue = this.waiting.catch(() => undefined);
    }
    return this.waiting;
  }

  /** Carries out a command of the server. Raises `Error` if none runs, or with the message of the server. */
  async execute(command: string, ...rest: unknown[]): Promise<unknown> {
    return this.running().sendRequest("workspace/executeCommand", { command, arguments: rest });
  }

  /** Returns the answer to a request of our own. Raises `Error` as `execute` does. */
  async ask<Answer>(method: string, params: object, token?: vscode.CancellationToken): Promise<Answer> {
    const client = this.running();
    return token ? client.sendRequest<Answer>(method, params, token) : client.sendRequest<Answer>(method, params);
  }

  /** Returns the text of a document of the server. */
  async content(uri: string): Promise<string> {
    const found = await this.running().sendRequest<{ text: string }>("workspace/textDocumentContent", { uri });
    return found.text;
  }

  /** Tells the server something, if it runs. */
  async notify(method: string, params: unknown): Promise<void> {
    if (this.client?.isRunning()) {
      await this.client.sendNotification(method, params);
    }
  }

  /** Lets the editor ask for the lenses anew. */
  refreshLenses(): void {
    const feature = this.client?.getFeature("textDocument/codeLens");
    for (const { document } of vscode.window.visibleTextEditors) {
      feature?.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
  }

  get isRunning(): boolean {
    return this.client?.isRunning() ?? false;
  }

  /** Stops the server, after all restarts that are under way. */
  async stop(): Promise<void> {
    this.queue = this.queue.then(() => this.stopNow());
    return this.queue;
  }

  dispose(): void {
    void this.stop();
  }

  private running(): LanguageClient {
    if (!this.client?.isRunning()) {
      throw new Error("The language server does not run.");
    }
    return this.client;
  }

  private async restartNow(): Promise<void> {
    await this.stopNow();
    const found = await findServer(this.places());
    if ("missing" in found) {
      this.log.warn(found.missing);
      this.handlers.missing(found.missing);
      return;
    }
    const { program, arguments: args } = found.command;
    this.log.info(`Starting ${[program, ...args].join(" ")} (from ${found.from}).`);
    const run = { command: program, args: [...args], options: { cwd: os.homedir() } };
    const key = await this.handlers.cacheKey();
    const client = new LanguageClient("httpls", "httpls", { run, debug: run }, this.options(key));
    client.registerFeature(OURS);
    this.handlers.prepare(client);
    client.onDidChangeState(({ newState }) => {
      // One that was started again after a crash has to be told what the last one knew.
      if (newState === State.Running && this.command) {
        void this.handlers.started();
      }
    });
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.log.error(error instanceof Error ? error : String(error));
      this.handlers.missing(`${program} does not start as a language server.`);
      return;
    }
    this.command = found.command;
    await vscode.commands.executeCommand("setContext", "httpls.isRunning", true);
    await this.handlers.started();
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.command = undefined;
    if (client?.needsStop()) {
      await client.stop();
    }
    await client?.dispose();
    await vscode.commands.executeCommand("setContext", "httpls.isRunning", false);
  }

  /** Starts a server that crashed again, but not one that never ran, or that crashes again and again. */
  private afterCrashes(): ErrorHandler {
    const crashes: number[] = [];
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        const now = Date.now();
        crashes.push(now);
        if (!this.command) {
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        if (crashes.filter((one) => now - one < CRASHES_MILLISECONDS).length < MOST_CRASHES) {
          return { action: CloseAction.Restart, handled: true };
        }
        this.handlers.missing("The language server has crashed again and again.");
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private options(cacheKey: string | undefined): LanguageClientOptions {
    return {
      // Documents of other schemes, responses among them, are not files that the server could read.
      documentSelector: [
        { language: "http", scheme: "file" },
        { language: "http", scheme: "untitled" },
        { scheme: "file", pattern: "**/{*.env.json,*.env.json.user,httpls.toml,.env,.env.*}" },
      ],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => ({ trusted: vscode.workspace.isTrusted, ...(cacheKey ? { cacheKey } : {}) }),
      middleware: this.handlers.middleware,
      // What the client would say is said by this extension, once, and with something to do about it.
      initializationFailedHandler: () => false,
      errorHandler: this.afterCrashes(),
    };
  }
}

const OWN_COMMANDS = new Set(manifest.contributes.commands.map((one) => one.command));

/** Announces what this client has beyond the protocol. */
const OURS: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { httpls: { runEvents: true, inputBoxes: true, choiceLists: true, status: true, pages: true } };
  },
  preInitialize(capabilities) {
    // The client makes a command of the editor of each command of the server, and fails where there is one already.
    const provider = capabilities.executeCommandProvider;
    if (provider) {
      provider.commands = provider.commands.filter((one) => !OWN_COMMANDS.has(one));
    }
  },
  initialize() {},
  getState: () => ({ kind: "static" }),
  clear() {},
};
