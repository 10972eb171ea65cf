/** Values pushed on one side and read, in order, on the other. Holds what is not read yet; for one reader. */
export interface Channel<T> {
  push(value: T): void;
  /** No more comes; what was pushed can still be read. */
  close(): void;
  read(): AsyncGenerator<T, void, undefined>;
}

export const createChannel = <T>(): Channel<T> => {
  const waiting: T[] = [];
  let closed = false;
  let wake: () => void = () => {};
  return {
    push: (value) => {
      waiting.push(value);
      wake();
    },
    close: () => {
      closed = true;
      wake();
    },
    read: async function* () {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (closed) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
};
