/** What `promise` resolves to, or undefined when it takes longer than `patienceMs`. Rejects as `promise` does. */
export async function patiently<Value>(promise: Promise<Value>, patienceMs: number): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined);
  });
  return Promise.race([promise, patience]).finally(() => clearTimeout(timer));
}
