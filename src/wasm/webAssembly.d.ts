/** As much of JavaScript's WebAssembly as is used: TypeScript has it among the browser's types only. */
declare namespace WebAssembly {
  type Callable = (...values: number[]) => number | undefined;
  function validate(bytes: Uint8Array): boolean;
  class Memory {
    /** `initial`, `maximum`: pages of 64 kB. */
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Memory | Callable>>>>);
    readonly exports: unknown;
  }
}
