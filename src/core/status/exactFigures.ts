/** When it is worth asking whether Copilot may write down what each call was billed. */

export interface ExactFiguresFacts {
  /** Copilot Chat is installed. */
  readonly installed: boolean;
  /** Its debug log is written to files already; undefined: this version has no such setting. */
  readonly logged: boolean | undefined;
  /** Its records are read at all. */
  readonly metered: boolean;
  /** Where the last weeks' figures come from. */
  readonly sources: readonly { readonly source: string; readonly confidence: string; readonly calls: number }[];
}

/** VS Code's chats, as the editor itself sums them up; what runs in the Agent Host or the CLI has its bills without any setting. */
const SUMMED_UP = 'copilot-chat-session';

/** True where some chat of Copilot counts with less than a bill, and a setting would change that. */
export function wouldBeExact({ installed, logged, metered, sources }: ExactFiguresFacts): boolean {
  if (!installed || !metered || logged !== false) return false;
  return sources.some(({ source, confidence, calls }) => source === SUMMED_UP && confidence !== 'billed' && calls > 0);
}
