import { ANSWERED, TARGET } from '../hookFolder.ts';
import { NOTHING_TO_RUN } from '../nobodyAnswers.ts';
import { EVENT, type OwnAnswer, ownAnswers } from './ownAnswers.ts';

/** The launcher for Windows. Not tried on one: it follows the documentation of cmd.exe and does what the one for shells does. */
export function windowsLauncher(): string {
  const lines = [
    '@echo off',
    'rem Marginal: launcher for hooks of agents: hook AGENT EVENT. Written by Marginal, and again after each update.',
    'setlocal DisableDelayedExpansion',
    'chcp 65001 >nul',
    'set "runtime="',
    'set "script="',
    `if not exist "%~dp0${TARGET}" goto alone`,
    `for /f "usebackq delims=" %%l in ("%~dp0${TARGET}") do if not defined runtime (set "runtime=%%l") else if not defined script set "script=%%l"`,
    'if not defined script goto alone',
    'if not exist "%runtime%" goto alone',
    'if not exist "%script%" goto alone',
    'set "NODE_OPTIONS="',
    'set "NODE_EXTRA_CA_CERTS="',
    'set "ELECTRON_RUN_AS_NODE=1"',
    'set "folder=%~dp0"',
    '"%runtime%" "%script%" "%folder:~0,-1%" %1 %2',
    `set /a code=%ERRORLEVEL%-${ANSWERED}`,
    'if %code% geq 0 if %code% leq 9 exit /b %code%',
    ':alone',
    ...ownAnswers().flatMap(branch),
    'echo %~2| findstr /i /b "pre before permission" >nul || exit /b 0',
    `>&2 echo ${ascii(NOTHING_TO_RUN.sentence)}`,
    'exit /b 2',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function branch({ agent, plainEvent, reply }: OwnAnswer, index: number): string[] {
  return [
    `if not "%~1"=="${agent}" goto no${index}`,
    `if /i not "%~2"=="${plainEvent}" goto no${index}`,
    ...(reply.stdout === '' ? [] : [`echo ${escaped(reply.stdout.trimEnd()).replaceAll(EVENT, '%~2')}`]),
    ...(reply.stderr === undefined ? [] : [`>&2 echo ${ascii(reply.stderr.trimEnd())}`]),
    `exit /b ${reply.exitCode}`,
    `:no${index}`,
  ];
}

/** JSON in plain letters, whatever the console's code page is, and without what cmd.exe reads as its own. */
function escaped(json: string): string {
  return json.replace(/[^ -~]|[%&|<>^]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A sentence in plain letters, likewise. */
function ascii(sentence: string): string {
  return sentence.replaceAll('’', "'").replace(/[^ -~]|[%&|<>^()]/g, ' ');
}
