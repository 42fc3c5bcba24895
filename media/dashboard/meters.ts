import { METERS } from '../../src/core/meters.ts';
import { agentLabel } from '../../src/core/status/labels.ts';
import type { DashboardState } from '../../src/protocol/dashboard.ts';

/** An agent's records, all its importers' together. */
export interface MeterFiles {
  readonly label: string;
  readonly sources: readonly string[];
  readonly files: number;
}

/** By agent what was looked for, so that six places of one agent's are one line to a person. */
export function metersRead(imports: DashboardState['imports']): readonly MeterFiles[] {
  return METERS.flatMap(({ agent, sources }) => {
    const own = imports.filter(({ source }) => (sources as readonly string[]).includes(source));
    if (own.length === 0) return [];
    const files = own.reduce((sum, status) => sum + status.files, 0);
    return [{ label: agentLabel(agent), sources, files }];
  });
}
