// A home in which several agents worked until just now: their true logs, moved in time so that the last call is minutes
// old.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fixturePath } from '../contract/importer.ts';

/** Fixture, and where it lies in the home of who used the agent. */
const LOGS: readonly (readonly [fixture: string, path: string])[] = [
  ['claude-code/claude-code-0d8ec70c.jsonl', '.claude/projects/-home-dev-work/0d8ec70c.jsonl'],
  ['claude-code/claude-code-6fc4a475.jsonl', '.claude/projects/-home-dev-work/6fc4a475.jsonl'],
  ...['', '/subagents/agent-a4b2dc766abb3cacf'].map((part) => {
    const name = `42ee9372-1728-4a39-875b-fb9a3586c500${part}.jsonl`;
    return [`claude-code/with-subagent/${name}`, `.claude/projects/-home-dev-work/${name}`] as const;
  }),
  ...['9401-7453-be9f-84cb739dbe7e', '94f5-7082-9b46-8d55410436d0'].map((thread) => {
    const name = `rollout-2026-11-26T10-41-54-01a21772-${thread}.jsonl`;
    return [`codex/family/${name}`, `.codex/sessions/2026/11/26/${name}`] as const;
  }),
  ['gemini-cli/gemini-cli.jsonl', '.gemini/tmp/work/chats/session-2026-11-22T05-14-gemini.jsonl'],
  ['qwen-code/with-subagent.jsonl', '.qwen/projects/-home-dev-work/chats/with-subagent.jsonl'],
  ['copilot/cli/events.jsonl', '.copilot/session-state/e73c68f0-f0fc-4bc3-9b68-6939bad73933/events.jsonl'],
];

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Writes them; `lastAt`: epoch ms of the last instant in them. */
export function fillWithAgentsLogs(home: string, lastAt: number): void {
  const texts = LOGS.map(([fixture, path]) => ({ path, text: readFileSync(fixturePath(fixture), 'utf8') }));
  const last = Math.max(...texts.flatMap(({ text }) => (text.match(INSTANT) ?? []).map((at) => Date.parse(at))));
  for (const { path, text } of texts) {
    const file = join(home, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      text.replaceAll(INSTANT, (at) => new Date(Date.parse(at) + lastAt - last).toISOString()),
    );
  }
}

/** A chat of VS Code's own Copilot, as VS Code sums it up: its tokens, and no bill. It ended at `lastAt`, epoch ms. */
export function addCopilotChat(userFolder: string, lastAt: number): void {
  const folder = 'copilot/custom-endpoint/chatSessions';
  const [name = ''] = readdirSync(fixturePath(folder));
  const text = readFileSync(fixturePath(`${folder}/${name}`), 'utf8');
  const moment = /\b1[78]\d{11}\b/g;
  const last = Math.max(...(text.match(moment) ?? []).map(Number));
  const file = join(userFolder, 'User/workspaceStorage/an-earlier-window/chatSessions', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    text.replaceAll(moment, (at) => String(Number(at) + lastAt - last)),
  );
}
