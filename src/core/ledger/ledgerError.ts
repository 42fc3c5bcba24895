/** Why the ledger couldn't be read or written, by what a person can do about it. */
export type LedgerFault =
  | 'locked' // another program holds the file
  | 'full' // no room on the disk
  | 'readOnly' // the folder or file may not be written
  | 'newer' // a newer Marginal wrote it
  | 'unsupported' // this host has no SQLite, or no WebAssembly
  | 'damaged' // it can't be read, nor set aside
  | 'failed'; // anything else that SQLite reports

/** The ledger failed. `message` is one sentence for a person, with its remedy. */
export class LedgerError extends Error {
  readonly fault: LedgerFault;

  constructor(fault: LedgerFault, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'LedgerError';
    this.fault = fault;
  }
}
