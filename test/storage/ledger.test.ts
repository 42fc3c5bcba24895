import { openLedger } from '../../src/storage/ledger.ts';
import { ledgerContract } from '../contract/ledger.ts';

ledgerContract('ledger', (now) => openLedger(':memory:', { clock: { now } }));
