let ignoring: string[] | undefined;

const record = (warning: Error): void => {
  if (warning.name !== 'InternalError') return;
  if (ignoring === undefined) throw warning;
  ignoring.push(warning.message);
};

/** From now on, an internal error from which the cockpit recovers makes the test run fail. */
export const failOnInternalErrors = (): void => {
  process.off('warning', record);
  process.on('warning', record);
};

/** Until restored, internal errors are collected instead. */
export const ignoreInternalErrors = () => {
  const collected: string[] = [];
  ignoring = collected;
  return {
    reported: (): readonly string[] => collected,
    restore: (): void => {
      ignoring = undefined;
    },
  };
};
