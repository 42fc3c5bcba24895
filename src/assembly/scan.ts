/**
 * Looks at the bytes of logs (AssemblyScript). Places are addresses in the memory that importers/scanner.ts lays out; a line is
 * the bytes from its start to before its end. Sixteen bytes are loaded at a time: what such a load has of bytes behind a line's
 * end is never told of, and the memory goes on for as many.
 */
export { beginningOf } from './scan/beginning';
export { contains, lineEnd } from './scan/bytes';
export { pick } from './scan/pick';

/** Where the memory is free. */
export const heapBase: usize = __heap_base;
