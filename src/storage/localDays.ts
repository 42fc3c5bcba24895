export { dayOf } from '../core/ledger/localDay.ts';
