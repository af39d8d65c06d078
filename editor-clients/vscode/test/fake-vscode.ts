/** A small `vscode` for tests in plain Node: it records what is shown, and answers what the test says. */

import Module from "node:module";

type Listener = (value: unknown) => unknown;

export class Fake {
  readonly commands = new Map<string, (...rest: unknown[]) => unknown>();
  readonly messages: string[] = [];
  readonly logs = new Map<string, string[]>();
  readonly clipboard: string[] = [];
  readonly shownDocuments: string[] = [];
  readonly inputs: Record<string, unknown>[] = [];
  readonly contexts = new Map<string, unknown>();
  readonly updated: [string, unknown][] = [];
  settings: Record<string, unknown> = {};
  extensions: string[] = [];
  isTrusted = true;
  /** What the person chooses in the next messages and lists. */
  choices: string[] = [];
  answer: string | undefined;
  statusBar = { text: "", command: "", isShown: false };
  editor: { languageId: string; line: number } | undefined = { languageId: "http", line: 4 };
  private readonly trustListeners: Listener[] = [];
  private readonly settingListeners: Listener[] = [];
  private readonly providers = new Map<string, { provideTextDocumentContent(uri: unknown): string }>();

  grantTrust(): void {
    this.isTrusted = true;
    for (const one of this.trustListeners) {
      one(undefined);
    }
  }

  changeSetting(name: string, value: unknown): void {
    this.settings[name] = value;
    for (const one of this.settingListeners) {
      one({ affectsConfiguration: (section: string) => name.startsWith(section) });
    }
  }

  document(uri: string): string {
    return this.providers.get("httpls-view")?.provideTextDocumentContent({ toString: () => uri }) ?? "";
  }

  readonly api = {
    window: {
      createOutputChannel: (name: string) => {
        const lines: string[] = [];
        this.logs.set(name, lines);
        const add = (line: unknown): void => void lines.push(String(line));
        return { appendLine: add, info: add, warn: add, error: add, show: () => add("(shown)"), dispose() {} };
      },
      createStatusBarItem: () => {
        const shown = this.statusBar;
        return Object.assign(shown, {
          show: () => (shown.isShown = true),
          hide: () => (shown.isShown = false),
          dispose() {},
        });
      },
      setStatusBarMessage: (text: string) => void this.messages.push(text),
      showErrorMessage: (text: string) => this.ask(text),
      showWarningMessage: (text: string) => this.ask(text),
      showInformationMessage: (text: string) => this.ask(text),
      showQuickPick: async (items: { label: string }[]) => items.find((one) => one.label === this.choices[0]),
      showInputBox: async (options: Record<string, unknown>) => {
        this.inputs.push(options);
        return this.answer;
      },
      showTextDocument: async (document: { uri: string }) => void this.shownDocuments.push(String(document.uri)),
      onDidChangeActiveTextEditor: () => ({ dispose() {} }),
      visibleTextEditors: [],
      activeTextEditor: undefined as unknown,
    },
    workspace: {
      isTrusted: true,
      getConfiguration: (section?: string) => ({
        get: (key: string, otherwise?: unknown) => this.settings[section ? `${section}.${key}` : key] ?? otherwise,
        update: async (key: string, value: unknown) =>
          void this.updated.push([section ? `${section}.${key}` : key, value]),
      }),
      registerTextDocumentContentProvider: (scheme: string, provider: { provideTextDocumentContent(uri: unknown): string }) => {
        this.providers.set(scheme, provider);
        return { dispose() {} };
      },
      openTextDocument: async (uri: unknown) => ({ uri, languageId: "http-response" }),
      onDidGrantWorkspaceTrust: (listener: Listener) => void this.trustListeners.push(listener),
      onDidChangeConfiguration: (listener: Listener) => void this.settingListeners.push(listener),
    },
    commands: {
      registerCommand: (id: string, act: (...rest: unknown[]) => unknown) => {
        this.commands.set(id, act);
        return { dispose() {} };
      },
      executeCommand: async (id: string, ...rest: unknown[]) => {
        if (id === "setContext") {
          this.contexts.set(String(rest[0]), rest[1]);
          return undefined;
        }
        return this.commands.get(id)?.(...rest);
      },
    },
    extensions: { getExtension: (id: string) => (this.extensions.includes(id) ? { id } : undefined) },
    env: { clipboard: { writeText: async (text: string) => void this.clipboard.push(text) } },
    languages: {},
    Uri: {
      from: (parts: { scheme: string; path: string }) => ({ ...parts, toString: () => `${parts.scheme}:${parts.path}` }),
    },
    EventEmitter: class {
      readonly event = () => ({ dispose() {} });
      fire(): void {}
      dispose(): void {}
    },
    ViewColumn: { Active: -1, Beside: -2 },
    StatusBarAlignment: { Left: 1, Right: 2 },
    ConfigurationTarget: { Global: 1 },
    ProgressLocation: { Notification: 15 },
  };

  private async ask(text: string): Promise<string | undefined> {
    this.messages.push(text);
    return this.choices.shift();
  }
}

/** A client of the protocol whose server answers what the test says. */
export class FakeClient {
  static readonly made: FakeClient[] = [];
  static answers: Record<string, (argument: unknown[]) => unknown> = {};
  readonly handlers = new Map<string, (...rest: never[]) => unknown>();
  readonly sent: [string, unknown][] = [];
  readonly features: {
    fillClientCapabilities(capabilities: Record<string, unknown>): void;
    preInitialize?(capabilities: object): void;
  }[] = [];
  state = "new";

  constructor(
    readonly id: string,
    readonly name: string,
    readonly server: { run: { command: string; args: string[] } },
    readonly options: {
      initializationOptions(): unknown;
      middleware: {
        executeCommand(command: string, rest: unknown[], next: unknown): Promise<unknown>;
        provideCodeLenses(document: unknown, token: unknown, next: () => Promise<unknown>): Promise<unknown[]>;
      };
    },
  ) {
    FakeClient.made.push(this);
  }

  registerFeature(feature: (typeof this.features)[0]): void {
    this.features.push(feature);
  }
  onNotification(method: string, handler: (...rest: never[]) => unknown): void {
    this.handlers.set(method, handler);
  }
  onRequest(method: string, handler: (...rest: never[]) => unknown): void {
    this.handlers.set(method, handler);
  }
  onDidChangeState(): void {}
  isRunning(): boolean {
    return this.state === "running";
  }
  needsStop(): boolean {
    return this.isRunning();
  }
  async start(): Promise<void> {
    this.state = "running";
  }
  async stop(): Promise<void> {
    this.state = "stopped";
  }
  async dispose(): Promise<void> {}
  async sendNotification(method: string, params: unknown): Promise<void> {
    this.sent.push([method, params]);
  }
  async sendRequest(method: string, params: { command?: string; arguments?: unknown[]; uri?: string }): Promise<unknown> {
    this.sent.push([params.command ?? method, params.arguments ?? params]);
    const answer = FakeClient.answers[params.command ?? method];
    return answer?.(params.arguments ?? [params]);
  }
}

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}

/** Loads something with `vscode` and the client of the protocol replaced. */
export function withFakes<Loaded>(fake: Fake, load: () => Loaded): Loaded {
  const loader = Module as unknown as Loader;
  const original = loader._load;
  loader._load = (request, ...rest) => {
    if (request === "vscode") {
      return fake.api;
    }
    return request === "vscode-languageclient/node"
      ? { LanguageClient: FakeClient, RevealOutputChannelOn: { Never: 4 } }
      : original.call(loader, request, ...rest);
  };
  try {
    return load();
  } finally {
    loader._load = original;
  }
}
