/** Every table of programs. Where two name a program, the later one holds. */
import { CLOUD } from './cloud.ts';
import { CONTAINERS } from './containers.ts';
import { FORGES } from './forges.ts';
import { FRAMEWORKS } from './frameworks.ts';
import { INFRASTRUCTURE } from './infrastructure.ts';
import { MACHINE } from './machine.ts';
import { MAKING } from './making.ts';
import { PACKAGES } from './packages.ts';
import { READING } from './reading.ts';
import type { Program } from './rule.ts';
import { SERVICES } from './services/services.ts';
import { SYSTEM } from './system.ts';

export const TABLES: readonly Program[] = [
  ...READING,
  ...MAKING,
  ...SYSTEM,
  ...CLOUD,
  ...INFRASTRUCTURE,
  ...SERVICES,
  ...CONTAINERS,
  ...FORGES,
  ...PACKAGES,
  ...MACHINE,
  ...FRAMEWORKS,
];
