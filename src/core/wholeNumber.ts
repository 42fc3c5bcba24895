/**
 * A whole number as English writes it: `1,240`, `-12`. Without toLocaleString, whose first use in a process loads tables
 * for 20 ms and more: the status bar would pay them while VS Code starts.
 */
export function wholeNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 call`, `1,240 calls`. */
export function counted(count: number, noun: string): string {
  return `${wholeNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}
