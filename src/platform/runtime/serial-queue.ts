/** Runs tasks one after the other. A failed task does not block the next one. */
export interface SerialQueue {
  /**
   * Runs a task once every earlier one has ended, and settles as it does. The caller handles a failure; one that it ignores is
   * dropped. A task that waits for a later one never ends.
   */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when every task that was added before this call has ended. Never rejects. */
  settled(): Promise<void>;
}

/** Creates a queue without tasks. */
export const createSerialQueue = (): SerialQueue => {
  /** The end of the newest task, without its result: a queue keeps nothing of what has ended. */
  let last: Promise<void> = Promise.resolve();
  const ignore = (): void => {};
  return {
    run: (task) => {
      const done = last.then(task);
      last = done.then(ignore, ignore);
      return done;
    },
    settled: () => last,
  };
};
