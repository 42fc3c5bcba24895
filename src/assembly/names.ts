/** The names of calls (AssemblyScript): their keys, and a table of these. Places are addresses in the memory that is given. */
export { beginTable, find, isAnyKnown, places, remove, set, setAll, setRow, sizeOfTable } from './keyTable';
export { hashNames, memoryStart } from './nameKeys';
