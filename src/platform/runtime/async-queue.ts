/** A queue for one reader: items come out once and in order, followed by the end or the failure. */
export interface AsyncQueue<T> extends AsyncIterable<T> {
  put(item: T): void;
  /** Ends the queue. */
  end(): void;
  /** Ends the queue with an error. Only the first end counts. */
  fail(error: Error): void;
}

export const createAsyncQueue = <T>(): AsyncQueue<T> => {
  const waiting: T[] = [];
  let over: { readonly error?: Error } | undefined;
  let wake = Promise.withResolvers<void>();
  const stir = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const finish = (how: { readonly error?: Error }): void => {
    over ??= how;
    stir();
  };
  return {
    put: (item) => {
      if (over !== undefined) return;
      waiting.push(item);
      stir();
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const { promise } = wake;
        yield* waiting.splice(0);
        if (waiting.length > 0) continue;
        if (over?.error !== undefined) throw over.error;
        if (over !== undefined) return;
        await promise;
      }
    },
  };
};
