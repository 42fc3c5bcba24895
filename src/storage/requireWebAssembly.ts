import { LedgerError } from '../core/ledger/ledgerError.ts';
import { canRunWasm } from '../wasm/load.ts';

/**
 * Throws a LedgerError where the host can't run what writes the ledger and reads agents' logs. Without it each would fail
 * at its first event, in words of the machine's, and what VS Code's own models were asked meanwhile would be lost.
 */
export function requireWebAssembly(): void {
  if (canRunWasm()) return;
  throw new LedgerError(
    'unsupported',
    'The ledger needs WebAssembly with SIMD, which this editor has switched off (as --jitless does) or this processor lacks: start VS Code with WebAssembly, or use Marginal on another machine. Until then nothing is metered.',
  );
}
