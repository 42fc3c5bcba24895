/** Every table of programs. */
import type { Program } from './rule.ts';

export const TABLES: readonly Program[] = [];
