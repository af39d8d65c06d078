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
  /** The views that were opened, with the messages that their pages got. */
  readonly panels: FakePanel[] = [];
  readonly opened: string[] = [];
  /** The address at which the person's browser reaches one of this machine. */
  external = (address: string): string => address;
  secrets = new Map<string, string>();
  tree: FakeTree | undefined;
  saved: string | undefined;
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
      showQuickPick: async (items: (string | { label: string })[]) =>
        items.find((one) => (typeof one === "string" ? one : one.label) === this.choices[0]),
      showInputBox: async (options: Record<string, unknown>) => {
        this.inputs.push(options);
        return this.answer;
      },
      showTextDocument: async (document: { uri: string }) => void this.shownDocuments.push(String(document.uri)),
      onDidChangeActiveTextEditor: () => ({ dispose() {} }),
      visibleTextEditors: [],
      tabGroups: { all: [] },
      activeTextEditor: undefined as unknown,
      createTreeView: (_: string, { treeDataProvider }: { treeDataProvider: FakeTree }) => {
        this.tree = treeDataProvider;
        return { visible: true, message: "", onDidChangeVisibility: () => ({ dispose() {} }), dispose() {} };
      },
      createWebviewPanel: (_: string, title: string) => {
        const panel = new FakePanel(title);
        this.panels.push(panel);
        return panel;
      },
      withProgress: async (_: unknown, act: (progress: unknown, token: unknown) => unknown) => act({}, undefined),
      showSaveDialog: async () => this.saved && { fsPath: this.saved },
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
      workspaceFolders: undefined as unknown,
      openTextDocument: async (uri: unknown) =>
        typeof uri === "string" ? { uri: this.api.Uri.file(uri), languageId: "http" } : { uri, languageId: "http-response" },
      onDidSaveTextDocument: () => ({ dispose() {} }),
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
    env: {
      clipboard: {
        writeText: async (text: string) => void this.clipboard.push(text),
        readText: async () => this.clipboard.at(-1) ?? "",
      },
      openExternal: async (url: string) => this.opened.push(url) > 0,
      asExternalUri: async (uri: unknown) => this.api.Uri.parse(this.external(String(uri))),
    },
    languages: {},
    Uri: {
      from: fakeUri,
      file: (path: string) => fakeUri({ scheme: "file", path }),
      parse: (text: string) => {
        const [, scheme, authority, path] = /^([a-z][a-z-]*):(?:\/\/([^/]*))?(.*)$/.exec(text) ?? [];
        return fakeUri({ scheme: scheme ?? "", authority: authority ?? "", path: path ?? "" });
      },
      joinPath: (base: { path: string }, ...parts: string[]) => fakeUri({ scheme: "file", path: [base.path, ...parts].join("/") }),
    },
    ThemeIcon: class {
      constructor(readonly id: string) {}
    },
    TreeItem: class {
      constructor(
        readonly label: string,
        readonly collapsibleState?: number,
      ) {}
    },
    TabInputWebview: class {},
    TabInputText: class {},
    TreeItemCollapsibleState: { Expanded: 2 },
    Position: class {
      constructor(
        readonly line: number,
        readonly character: number,
      ) {}
    },
    Range: class {
      constructor(
        readonly start: unknown,
        readonly end: unknown,
      ) {}
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

interface FakeTree {
  getChildren(node?: unknown): Promise<unknown[]>;
  getTreeItem(node: unknown): { label?: string; description?: string; contextValue?: string };
}

/** A view with a page, which gets messages and can send some. */
class FakePanel {
  readonly posted: unknown[] = [];
  active = true;
  visible = true;
  viewColumn = 2;
  iconPath: unknown;
  private listener: (message: unknown) => unknown = () => undefined;
  readonly webview = {
    html: "",
    cspSource: "https://views.invalid",
    asWebviewUri: (uri: unknown) => uri,
    postMessage: async (message: unknown) => this.posted.push(message) > 0,
    onDidReceiveMessage: (listener: (message: unknown) => unknown) => {
      this.listener = listener;
    },
  };

  constructor(public title: string) {}

  onDidDispose(): void {}
  reveal(): void {}
  dispose(): void {}

  /** Does what a button of the page does. */
  async press(type: string): Promise<void> {
    await this.listener({ type });
  }
}

function fakeUri(parts: { scheme: string; authority?: string; path: string }): { scheme: string; authority: string; path: string; fsPath: string } {
  const { scheme, authority = "", path } = parts;
  const text = `${scheme}:${authority || scheme === "file" ? `//${authority}` : ""}${path}`;
  return Object.assign({ scheme, authority, path, fsPath: path }, { toString: () => text });
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
  readonly stateListeners: ((change: { newState: number }) => unknown)[] = [];
  state = "new";

  constructor(
    readonly id: string,
    readonly name: string,
    readonly server: { run: { command: string; args: string[] } },
    readonly options: {
      initializationOptions(): Record<string, unknown>;
      errorHandler: { closed(): { action: number } };
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
  onDidChangeState(listener: (change: { newState: number }) => unknown): void {
    this.stateListeners.push(listener);
  }
  getFeature(): { getProvider(): { onDidChangeCodeLensEmitter: { fire(): void } } } {
    return { getProvider: () => ({ onDidChangeCodeLensEmitter: { fire: () => void this.sent.push(["(lenses)", []]) } }) };
  }
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
      ? { LanguageClient: FakeClient, RevealOutputChannelOn: { Never: 4 }, State: { Running: 2 }, CloseAction: { DoNotRestart: 1, Restart: 2 }, ErrorAction: { Continue: 1 } }
      : original.call(loader, request, ...rest);
  };
  try {
    return load();
  } finally {
    loader._load = original;
  }
}
