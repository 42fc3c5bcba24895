/** Ending processes. Sources: https://man7.org/linux/man-pages/man1/kill.1.html, pkill.1, killall.1 */
import { names, readOptions } from '../shell/options.ts';
import { type Call, HARMLESS, isKnown, type Judge, type Judged, judged } from '../shell/scope.ts';

export const PROCESS_PROGRAMS: Readonly<Record<string, Judge>> = {
  kill,
  pkill: byName,
  killall: byName,
  skill: byName,
  taskkill: byName,
  'stop-process': byName,
  xkill: byName,
  fuser,
};

function kill({ args, scope }: Call): Judged {
  const operands = args.filter(
    (arg, index) => !/^-/.test(arg.text) && args[index - 1]?.text !== '-s' && args[index - 1]?.text !== '-n',
  );
  if (args.some((arg) => /^-(0|l|L|-list|-table)$/.test(arg.text)) || args.length === 0) return HARMLESS;
  if (args.slice(1).some((arg) => arg.text === '-1')) {
    return judged({ class: 'irreversible', reason: 'ends every process, with what they haven’t saved' });
  }
  if (operands.length === 0) return HARMLESS;
  // A job of this shell, or a process that this very line started.
  // A process that goes on, or is told something that it ignores where it doesn't care, loses nothing.
  if (
    /^(?:-s)?-?(?:SIG)?(?:CONT|WINCH|URG|CHLD)$/i.test(
      args[0]?.text === '-s' ? (args[1]?.text ?? '') : (args[0]?.text ?? ''),
    )
  )
    return judged({ class: 'draft', reason: 'tells a process to go on' });
  const own = operands.every((arg) => /^%/.test(arg.text) || (!isKnown(arg) && scope.startedProcess));
  if (own) return judged({ class: 'draft', reason: 'ends a process that it started itself' });
  return judged({
    class: 'irreversible',
    reason: `ends ${operands.some((arg) => arg.text === '1' || arg.text === '-1') ? 'every process' : `the process ${names(operands).join(' ')}`}, with what it hasn’t saved`,
    targets: names(operands),
  });
}

function byName(call: Call): Judged {
  const { operands, has } = readOptions(call.args, {
    values: new Set(['-s', '-u', '-g', '-t', '-P', '-o', '-y', '/PID', '/IM']),
  });
  if (has('-l', '--list', '-0') || call.args.some((arg) => arg.text === '-0')) return HARMLESS;
  if (call.args.length === 0) return HARMLESS;
  return judged({
    class: 'irreversible',
    reason: `ends all processes that fit ${names(operands).join(' ')}, with what they haven’t saved`,
    targets: names(operands),
  });
}

function fuser(call: Call): Judged {
  const options = readOptions(call.args);
  return options.has('-k', '--kill')
    ? judged({
        class: 'irreversible',
        reason: `ends the processes that use ${names(options.operands).join(' ')}`,
        targets: names(options.operands),
      })
    : HARMLESS;
}
