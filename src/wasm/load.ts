import { Buffer } from 'node:buffer';

/** Functions of JavaScript that a module of src/assembly calls, by the file that declares them. */
export type Imports = Readonly<Record<string, Readonly<Record<string, (...values: number[]) => number | undefined>>>>;

/** The smallest module that has a vector of sixteen bytes: `i8x16.splat`, `i8x16.popcnt`. */
const VECTOR_MODULE = 'AGFzbQEAAAABBQFgAAF7AwIBAAoKAQgAQQD9D/1iCw==';

/** Whether this host runs modules of src/assembly: it can be switched off, and old processors lack its vectors. */
export function canRunWasm(): boolean {
  return typeof WebAssembly !== 'undefined' && WebAssembly.validate(Buffer.from(VECTOR_MODULE, 'base64'));
}

/**
 * A module of src/assembly, ready to be called. `base64`: what scripts/wasm.mjs made of it; `memory`: where it works, laid out
 * by the caller from the module's `__heap_base` on.
 */
export function wasmInstance<Exports>(base64: string, memory: WebAssembly.Memory, imports: Imports = {}): Exports {
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
  return new WebAssembly.Instance(module, { ...imports, env: { memory } }).exports as Exports;
}
