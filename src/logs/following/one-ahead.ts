/**
 * The same items, the next of which is asked for before one is handed over: it is read while the one is worked on. Ends what
 * it reads from when nobody wants more.
 */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let result = await next; result.done !== true; result = await next) {
      next = iterator.next();
      yield result.value;
    }
  } finally {
    // What has been asked for already must not become a rejection that nobody hears.
    next.catch(() => {});
    await iterator.return?.();
  }
}
