import * as vscode from 'vscode';
import type { StatusView } from '../core/status/statusView.ts';
import { TOOLTIP_COMMANDS, tooltipMarkdown } from '../core/status/tooltipMarkdown.ts';

/** The status bar's one item: the burn in a few words, the rest on hover, the dashboard on click. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('marginal.burn', vscode.StatusBarAlignment.Right, 100);
  #shown: { text: string; color: string; label: string; markdown: string } | undefined;

  constructor() {
    this.#item.name = 'Marginal';
    this.#item.command = 'marginal.openDashboard';
  }

  /** undefined: hidden. What hasn't changed isn't set again, so that a hover stays open while figures stand still. */
  update(view: StatusView | undefined): void {
    if (!view) {
      this.#shown = undefined;
      this.#item.hide();
      return;
    }
    const color = view.severity === 'normal' ? '' : `statusBarItem.${view.severity}Background`;
    const next = { text: view.text, color, label: view.accessibleLabel, markdown: tooltipMarkdown(view.tooltip) };
    const before = this.#shown;
    this.#shown = next;
    if (before?.text !== next.text) this.#item.text = next.text;
    if (before?.color !== next.color) this.#item.backgroundColor = color ? new vscode.ThemeColor(color) : undefined;
    if (before?.label !== next.label) this.#item.accessibilityInformation = { label: next.label, role: 'button' };
    if (before?.markdown !== next.markdown) this.#item.tooltip = hover(next.markdown);
    if (!before) this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function hover(markdown: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString(markdown);
  tooltip.isTrusted = { enabledCommands: Object.keys(TOOLTIP_COMMANDS) };
  return tooltip;
}
