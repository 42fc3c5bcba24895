/** Whether a path is a folder or lies below it. Windows' names differ in case only by spelling. */
export function isWithin(path: string, folder: string): boolean {
  return `${normal(path)}/`.startsWith(`${normal(folder)}/`);
}

function normal(path: string): string {
  const slashes = path.replaceAll('\\', '/').replace(/\/+$/, '');
  return /^[a-z]:/i.test(slashes) ? slashes.toLowerCase() : slashes;
}
