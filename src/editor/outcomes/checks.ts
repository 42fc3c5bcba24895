/** Tests and builds that end, as tasks and in terminals with shell integration, by their exit codes. */
import * as vscode from 'vscode';
import type { EndedCheck } from '../../app/outcomeKeeper.ts';
import { type Check, checkOf, targetCheck } from '../../core/quality/checkCommand.ts';
import type { Clock } from '../../ports.ts';

/** The command couldn't be run, or was stopped: that says nothing of the work. */
const NOT_FOUND_FROM = 126;
/** pytest: interrupted, broken inside, called wrongly, no tests found. */
const PYTEST_NOTHING: ReadonlySet<number> = new Set([2, 3, 4, 5]);
/** Commands that run at once. */
const MOST_RUNNING = 100;
/** Terminals that agents name. A terminal of an agent that can't be told is known by its time: see outcomeKeeper. */
const AGENT_TERMINAL = /\b(copilot|claude|codex|gemini|cline|roo|aider|opencode|agent)\b/i;

/** Tells of each check that ended with a result. */
export function followChecks(clock: Pick<Clock, 'now'>, ended: (check: EndedCheck) => void): vscode.Disposable {
  const tasks = new Map<vscode.TaskExecution, number>();
  const commands = new Map<vscode.TerminalShellExecution, number>();

  function tell(check: Omit<EndedCheck, 'at' | 'passed'>, exitCode: number | undefined): void {
    const passed = verdict(check.command, exitCode);
    if (passed !== undefined) ended({ ...check, at: clock.now(), passed });
  }

  return vscode.Disposable.from(
    vscode.tasks.onDidStartTaskProcess(({ execution }) => tasks.set(execution, clock.now())),
    vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      const startedAt = tasks.get(execution);
      tasks.delete(execution);
      const { task } = execution;
      const check = checkOfTask(task);
      const folder = folderOfTask(task);
      if (startedAt === undefined || check === undefined || folder === undefined || task.isBackground) return;
      const command = commandOfTask(task) ?? `task ${task.source} ${task.name}`;
      tell({ startedAt, folder, command, check, ofAgent: false }, exitCode);
    }),
    vscode.window.onDidStartTerminalShellExecution(({ execution }) => {
      commands.set(execution, clock.now());
      // A terminal that is closed ends nothing.
      const [oldest] = commands.keys();
      if (commands.size > MOST_RUNNING && oldest) commands.delete(oldest);
    }),
    vscode.window.onDidEndTerminalShellExecution(({ execution, exitCode, terminal }) => {
      const startedAt = commands.get(execution);
      commands.delete(execution);
      const { value: command, isTrusted } = execution.commandLine;
      const check = checkOf(command);
      const folder = execution.cwd?.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
      // A command line that the shell didn't tell was guessed from the screen.
      const isSure =
        isTrusted || execution.commandLine.confidence >= vscode.TerminalShellExecutionCommandLineConfidence.Medium;
      if (startedAt === undefined || check === undefined || folder === undefined || !isSure) return;
      tell({ startedAt, folder, command, check, ofAgent: isOfAgent(terminal) }, exitCode);
    }),
  );
}

/** undefined: the exit code says nothing of the work. */
function verdict(command: string, exitCode: number | undefined): boolean | undefined {
  if (exitCode === undefined || exitCode < 0 || exitCode >= NOT_FOUND_FROM) return undefined;
  if (/\bpy\.?test\b/.test(command) && PYTEST_NOTHING.has(exitCode)) return undefined;
  return exitCode === 0;
}

function checkOfTask(task: vscode.Task): Check | undefined {
  if (task.group?.id === vscode.TaskGroup.Test.id) return 'test';
  const command = commandOfTask(task);
  const told = (command === undefined ? undefined : checkOf(command)) ?? targetCheck(scriptOf(task) ?? task.name);
  return told ?? (task.group?.id === vscode.TaskGroup.Build.id ? 'build' : undefined);
}

/** Of a task of npm's or the like: the script that it runs. */
function scriptOf({ definition }: vscode.Task): string | undefined {
  return typeof definition.script === 'string' ? definition.script : undefined;
}

function commandOfTask({ execution }: vscode.Task): string | undefined {
  if (execution instanceof vscode.ShellExecution) {
    const parts = [execution.command, ...(execution.args ?? [])].map((part) =>
      typeof part === 'string' ? part : part?.value,
    );
    return execution.commandLine ?? (parts[0] === undefined ? undefined : parts.join(' '));
  }
  if (execution instanceof vscode.ProcessExecution) return [execution.process, ...execution.args].join(' ');
  return undefined;
}

function folderOfTask({ scope }: vscode.Task): string | undefined {
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  return folder?.uri.fsPath;
}

function isOfAgent({ name, creationOptions }: vscode.Terminal): boolean {
  const isHidden = 'hideFromUser' in creationOptions && creationOptions.hideFromUser === true;
  return isHidden || AGENT_TERMINAL.test(name);
}
