/** What an action does, and whether a person is asked about it. Pure: what it would like to know it asks for. */
import type { Action } from './action.ts';
import { classifyShell } from './classifyShell.ts';
import { classifyEdit } from './edit.ts';
import type { Facts } from './facts.ts';
import type { ShellParser } from './shellTree.ts';
import { classifyTool } from './tool.ts';
import type { Classification } from './verdict.ts';

export function classify(action: Action, facts: Facts, parse: ShellParser): Classification {
  switch (action.kind) {
    case 'shell':
      return classifyShell(action, facts, parse);
    case 'edit':
      return classifyEdit(action, facts);
    case 'tool':
      return classifyTool(action, facts, (inner, known) => classify(inner, known, parse));
  }
}
