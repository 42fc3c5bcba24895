/** `fix · medium`: what a run's task is taken for; undefined: nobody knows. */
export function taskText(
  task: { readonly kind?: string | undefined; readonly size?: string | undefined } | undefined,
): string | undefined {
  const parts = [task?.kind, task?.size].filter((each) => each !== undefined);
  return parts.length === 0 ? undefined : parts.join(' · ');
}
