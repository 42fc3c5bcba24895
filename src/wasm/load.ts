import { Buffer } from 'node:buffer';

/**
 * A module of src/assembly, ready to be called. `base64`: what scripts/wasm.mjs made of it; `memory`: where it works, laid out
 * by the caller from the module's `__heap_base` on.
 */
export function wasmInstance<Exports>(base64: string, memory: WebAssembly.Memory): Exports {
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}
