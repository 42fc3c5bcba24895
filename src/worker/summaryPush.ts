/** Sends the ledger's summary when it has changed: shortly after this window's events, within a round after others'. */
import type { BurnSummary } from '../core/ledger/entry.ts';

export interface SummaryPush {
  /** Something was written: look in a moment. */
  soon(): void;
  dispose(): void;
}

export interface SummaryPushPorts {
  /** Throws LedgerError where the ledger can't be read; that is told by whoever writes. */
  readonly read: () => BurnSummary;
  readonly send: (summary: BurnSummary) => void;
}

const DELAY_MS = 60;
const ROUND_MS = 700;

export function summaryPush({ read, send }: SummaryPushPorts): SummaryPush {
  let sent = '';
  let timer: NodeJS.Timeout | undefined;

  function push(): void {
    timer = undefined;
    try {
      const summary = read();
      const { at: _at, ...content } = summary;
      const text = JSON.stringify(content);
      if (text === sent) return;
      sent = text;
      send(summary);
    } catch {
      // nothing to show now; the next round tries again
    }
  }

  const round = setInterval(push, ROUND_MS);
  return {
    soon() {
      if (timer) return;
      timer = setTimeout(push, DELAY_MS);
    },
    dispose() {
      clearInterval(round);
      clearTimeout(timer);
    },
  };
}
