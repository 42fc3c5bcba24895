import * as vscode from 'vscode';
import type { DashboardAnswer, DashboardQuestion } from '../protocol/dashboardReasons.ts';
import { dashboardHtml } from './dashboardHtml.ts';
import type { DashboardRequest, DashboardSession, DashboardSource } from './dashboardSession.ts';

/** The dashboard in both its places: the view in the side bar, and the panel in the editor area, which outlives a reload. */
export class Dashboard implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer, vscode.Disposable {
  static readonly viewId = 'marginal.dashboard';
  static readonly panelType = 'marginal.dashboardPanel';

  readonly #ports: DashboardPorts;
  readonly #sessions = new Set<DashboardSession>();
  #panel: vscode.WebviewPanel | undefined;

  constructor(ports: DashboardPorts) {
    this.#ports = ports;
  }

  /** Registers the view and the panel's serializer; what it returns ends both and all that is open. */
  register(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.window.registerWebviewViewProvider(Dashboard.viewId, this),
      vscode.window.registerWebviewPanelSerializer(Dashboard.panelType, this),
      this,
    );
  }

  /** Opens the panel, or brings it to the front. */
  async openPanel(): Promise<void> {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(Dashboard.panelType, 'Marginal', vscode.ViewColumn.Active);
    await this.#attachPanel(panel);
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    const session = await this.#attach(view.webview, 'view', () => view.visible);
    const visibility = view.onDidChangeVisibility(() => session.visibilityChanged());
    view.onDidDispose(() => {
      visibility.dispose();
      this.#end(session);
    });
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    await this.#attachPanel(panel);
  }

  dispose(): void {
    for (const session of [...this.#sessions]) this.#end(session);
    this.#panel?.dispose();
  }

  async #attachPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#panel = panel;
    panel.iconPath = new vscode.ThemeIcon('graph');
    const session = await this.#attach(panel.webview, 'panel', () => panel.visible);
    const visibility = panel.onDidChangeViewState(() => session.visibilityChanged());
    panel.onDidDispose(() => {
      visibility.dispose();
      this.#end(session);
      if (this.#panel === panel) this.#panel = undefined;
    });
  }

  async #attach(webview: vscode.Webview, place: 'view' | 'panel', visible: () => boolean): Promise<DashboardSession> {
    const { dashboardSession } = await import('./dashboardSession.ts');
    const media = vscode.Uri.joinPath(this.#ports.extensionUri, 'dist', 'media');
    webview.options = {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [media],
    };
    const session = dashboardSession({
      source: this.#ports.source,
      // A page that was closed meanwhile can't be told: its promise may stay open, and that is no fault.
      post: (message) => void webview.postMessage(message),
      visible,
      perform: (request) => this.#ports.perform(request),
      answer: this.#ports.answer,
      log: this.#ports.log,
      later: (action, delayMs) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    });
    this.#sessions.add(session);
    webview.onDidReceiveMessage((message: unknown) => session.receive(message));
    webview.html = dashboardHtml({
      nonce: crypto.randomUUID().replaceAll('-', ''),
      cspSource: webview.cspSource,
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(media, 'dashboard.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(media, 'dashboard.css')).toString(),
      place,
    });
    return session;
  }

  #end(session: DashboardSession): void {
    this.#sessions.delete(session);
    session.dispose();
  }
}

export interface DashboardPorts {
  readonly extensionUri: vscode.Uri;
  readonly source: DashboardSource;
  /** Does what the dashboard asked for; rejects with a sentence for the user. */
  readonly perform: (request: DashboardRequest) => Promise<void>;
  readonly answer: (question: DashboardQuestion) => Promise<DashboardAnswer>;
  readonly log: (sentence: string) => void;
}
