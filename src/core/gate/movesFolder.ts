/**
 * Whether a command line may act in another folder than it starts in, or under other names than it shows: what it names is
 * then not where it seems to be.
 */
export function movesFolder(command: string): boolean {
  return MOVES.test(command) || HIDES.test(command);
}

const MOVES =
  /(?:^|[\s;&|(){}!`])(?:cd|pushd|popd|chdir|sl|set-location|chroot|env|ssh)(?=[\s;&|)]|$)|\s-C(?=\s|\S)|--(?:git-dir|work-tree|prefix|cwd|directory|chdir)\b/i;
/** Functions, aliases and variables that decide what is run or where. */
const HIDES = /\(\s*\)\s*\{|\balias\b|\bfunction\b|\b(?:GIT_DIR|GIT_WORK_TREE|PATH|HOME|CDPATH)=/;
