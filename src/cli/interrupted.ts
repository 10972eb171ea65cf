const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborts at the first SIGINT, SIGTERM or SIGHUP; further ones change nothing. Give it back to get the signals' default again. */
export const interruption = (): Disposable & { readonly signal: AbortSignal } => {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals): void =>
    controller.abort(new DOMException(`stopped by ${name}`, 'AbortError'));
  for (const name of signals) process.on(name, abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, abort);
    },
  };
};

/** Resolves when any of the signals has aborted. */
export const untilAny = (...waited: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const any = AbortSignal.any([...waited]);
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });
