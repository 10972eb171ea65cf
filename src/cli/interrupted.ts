const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. Further ones change nothing, also while the command is closing: ctrl-c
 * reaches a program that was started by another one twice, from the terminal and passed on.
 */
export const interruption = (): AbortSignal => {
  const controller = new AbortController();
  for (const name of signals)
    process.on(name, () => controller.abort(new DOMException(`stopped by ${name}`, 'AbortError')));
  return controller.signal;
};

/** Resolves when any of the signals has aborted. */
export const untilAny = (...waited: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const any = AbortSignal.any([...waited]);
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });
