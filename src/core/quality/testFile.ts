const FOLDERS = /(^|\/)(tests?|__tests__|specs?|e2e|testing|fixtures|__snapshots__)\//i;
const NAMES = /(^|\/)(test_[^/]*|conftest|[^/]*[._-](test|tests|spec|specs)|[^/]*Tests?|[^/]*IT)\.[^/.]+$|\.snap$/;
/** What decides which tests run, and how. */
const SETTINGS =
  /(^|\/)(package\.json|Makefile|GNUmakefile|justfile|Taskfile\.ya?ml|tox\.ini|noxfile\.py|pytest\.ini|setup\.cfg|pyproject\.toml|jest\.config\.[^/]*|vitest\.config\.[^/]*|\.mocharc[^/]*|karma\.conf\.[^/]*|tsconfig[^/]*\.json|\.eslintrc[^/]*|eslint\.config\.[^/]*|biome\.jsonc?)$/;

/** Whether a file is part of what checks the work: a test, its fixtures, or the settings of the checks. */
export function isTestFile(path: string): boolean {
  const normal = path.replaceAll('\\', '/');
  return FOLDERS.test(normal) || NAMES.test(normal) || SETTINGS.test(normal);
}
