import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lets Codex in a home work with an endpoint that speaks the Responses API. Its key: the variable DUMMY_KEY. */
export function writeCodexSettings(home: string, endpointUrl: string): void {
  mkdirSync(join(home, '.codex'), { recursive: true });
  writeFileSync(
    join(home, '.codex', 'config.toml'),
    [
      'model = "gpt-5.5"',
      'model_provider = "local"',
      '[model_providers.local]',
      'name = "local"',
      `base_url = "${endpointUrl}"`,
      'env_key = "DUMMY_KEY"',
      'wire_api = "responses"',
      '',
    ].join('\n'),
  );
}
