import { ANSWERED, HOOK_FOLDER, TARGET } from '../hookFolder.ts';
import { NOTHING_TO_RUN } from '../nobodyAnswers.ts';
import { EVENT, type OwnAnswer, ownAnswers } from './ownAnswers.ts';

/**
 * The launcher for every POSIX shell. It starts no program but the one that it is for; where that can't be had or ends in any way
 * but its own, it denies by itself. What the program prints is held back until it is known to be whole.
 */
export function shellLauncher(): string {
  return `#!/bin/sh
# Marginal's launcher for agents' hooks: hook AGENT EVENT, with the agent's words on standard input.
# Written by Marginal, and again after each update. Before a tool it denies whatever nobody can decide.
case $0 in
*/*) folder=\${0%/*} ;;
*) folder=$HOME/${HOOK_FOLDER} ;;
esac
runtime= script=
if [ -r "$folder/${TARGET}" ]; then
  { IFS= read -r runtime; IFS= read -r script; } <"$folder/${TARGET}"
fi
if [ -f "$runtime" ] && [ -x "$runtime" ] && [ -r "$script" ]; then
  # What a debugger or a project wants of every Node is not for this one.
  unset NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_V8_COVERAGE NODE_DEBUG
  ELECTRON_RUN_AS_NODE=1
  export ELECTRON_RUN_AS_NODE
  said=$(exec "$runtime" "$script" "$folder" "$1" "$2" "$PPID")
  code=$?
  case $code in
  ${Array.from({ length: 10 }, (_, code) => ANSWERED + code).join('|')})
    [ -z "$said" ] || printf '%s\\n' "$said"
    exit $((code - ${ANSWERED}))
    ;;
  esac
fi
# The agent may still be writing: what it says is read by a program that nobody waits for.
{ cat <&3 >/dev/null 2>&1 3<&- & } 3<&0
case $1/$2 in
${ownAnswers().map(branch).join('\n')}
*/[pP][rR][eE]*|*/[bB][eE][fF][oO][rR][eE]*|*/[pP][eE][rR][mM][iI][sS][sS][iI][oO][nN]*)
  printf '%s\\n' ${quoted(NOTHING_TO_RUN.sentence)} >&2
  exit 2
  ;;
esac
exit 0
`;
}

function branch({ agent, plainEvent, reply }: OwnAnswer): string {
  const lines = [
    ...(reply.stdout === ''
      ? []
      : [`printf ${quoted(`${asFormat(reply.stdout.trimEnd())}\\n`)}${names(reply.stdout)}`]),
    ...(reply.stderr === undefined ? [] : [`printf '%s\\n' ${quoted(reply.stderr.trimEnd())} >&2`]),
    `exit ${reply.exitCode}`,
  ];
  return `${agent}/${pattern(plainEvent)})\n${lines.map((line) => `  ${line}`).join('\n')}\n  ;;`;
}

/** However it is spelled: `PreToolUse`, `pre_tool_use`. It has letters only, so it may stand in JSON. */
function pattern(plainEvent: string): string {
  return [...plainEvent].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('');
}

/** For printf: what it would take for its own. */
function asFormat(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll(EVENT, '%s');
}

/** The event's name, as often as the format takes it. */
function names(text: string): string {
  return ' "$2"'.repeat(text.split(EVENT).length - 1);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
