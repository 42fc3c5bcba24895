// Import this before anything that imports 'vscode', and that with `await import`: it resolves to ./vscode.ts then.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode'
      ? { url: new URL('./vscode.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
