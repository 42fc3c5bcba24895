/** As much of JavaScript's WebAssembly as is used: TypeScript has it among the browser's types only. */
declare namespace WebAssembly {
  class Memory {
    /** `initial`, `maximum`: pages of 64 kB. */
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: { readonly memory: Memory } });
    readonly exports: unknown;
  }
}
