/**
 * Exact figures of VS Code's own chats with Copilot need a file that Copilot only writes where a setting is on, and that
 * holds more than figures. So it is offered once, said plainly, and never turned on without a yes.
 */
import * as vscode from 'vscode';
import { wouldBeExact } from '../core/status/exactFigures.ts';
import type { SourceRow } from '../ports.ts';
import type { DashboardState } from '../protocol/dashboard.ts';

const COPILOT = 'GitHub.copilot-chat';
const SECTION = 'github.copilot.chat';
const SETTING = 'agentDebugLog.fileLogging.enabled';
const OFFERED = 'marginal.offeredExactCopilotFigures';

export interface ExactCopilotFigures extends vscode.Disposable {
  /** The line that the dashboard shows; undefined: nothing to offer, or it was answered once. */
  suggestion(sources: readonly SourceRow[]): DashboardState['suggestion'];
  /** Asks, and changes the setting only on a yes. Rejects with a sentence where it can't be changed. */
  ask(): Promise<void>;
  /** Not now, and not again: the command remains. */
  dismiss(): Promise<void>;
  /** The suggestion may be another. */
  readonly onDidChange: vscode.Event<void>;
}

/** `metered`: whether Copilot's records are read. */
export function exactCopilotFigures(state: vscode.Memento, metered: () => boolean): ExactCopilotFigures {
  const changed = new vscode.EventEmitter<void>();
  const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.${SETTING}`)) changed.fire();
  });

  function isLogged(): boolean | undefined {
    return vscode.workspace.getConfiguration(SECTION).get<boolean>(SETTING);
  }

  async function answered(): Promise<void> {
    await state.update(OFFERED, true);
    changed.fire();
  }

  async function write(logged: boolean): Promise<void> {
    try {
      const section = vscode.workspace.getConfiguration(SECTION);
      await section.update(SETTING, logged, vscode.ConfigurationTarget.Global);
    } catch (error) {
      throw new Error(`The setting ${SECTION}.${SETTING} could not be changed: change it in your settings.`, {
        cause: error,
      });
    }
  }

  return {
    suggestion(sources) {
      if (state.get<boolean>(OFFERED)) return undefined;
      const installed = vscode.extensions.getExtension(COPILOT) !== undefined;
      if (!wouldBeExact({ installed, logged: isLogged(), metered: metered(), sources })) return undefined;
      return {
        sentence: 'Some of Copilot’s figures are estimates. Copilot can write down what each call was billed.',
        action: 'Exact figures…',
      };
    },
    async ask() {
      if (vscode.extensions.getExtension(COPILOT) === undefined) {
        throw new Error('GitHub Copilot Chat is not installed here: install it, then try again.');
      }
      const logged = isLogged();
      if (logged === undefined) {
        throw new Error('This version of GitHub Copilot Chat has no debug log in files: update it, then try again.');
      }
      if (logged) {
        const off = await vscode.window.showInformationMessage(
          'Copilot’s debug log is on: what each call was billed is read from it.',
          { modal: true, detail: WHAT_IT_STORES },
          TURN_OFF,
        );
        if (off === TURN_OFF) await write(false);
        return;
      }
      const on = await vscode.window.showInformationMessage(
        'Turn on Copilot’s debug log for exact figures?',
        { modal: true, detail: `${WHAT_IT_IS_FOR}\n\n${WHAT_IT_STORES}\n\n${HOW_TO_END_IT}` },
        TURN_ON,
      );
      await answered();
      if (on === TURN_ON) await write(true);
    },
    dismiss: answered,
    onDidChange: changed.event,
    dispose() {
      subscription.dispose();
      changed.dispose();
    },
  };
}

const TURN_ON = 'Turn On';
const TURN_OFF = 'Turn Off';

const WHAT_IT_IS_FOR =
  'With it Marginal reads, for each model call of your chats, its tokens and the credits that GitHub billed. Without it the input of most chats is unknown, and figures are estimates.';
const WHAT_IT_STORES =
  'Copilot then writes the whole of each chat to files on this disk, in VS Code’s workspace storage: your prompts, the replies, code of your files and the output of tools, for the last 50 chats. Marginal reads figures and names from them and keeps no text; whoever can read your files can read the text.';
const HOW_TO_END_IT =
  'To end it, run “Marginal: Turn On Exact Copilot Figures…” again, or switch off github.copilot.chat.agentDebugLog.fileLogging.enabled in the settings. Files that are there stay until you delete them.';
