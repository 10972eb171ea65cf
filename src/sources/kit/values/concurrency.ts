/**
 * Maps items concurrently, at most `atOnce` at a time; results are in the order of the items. After the first failure
 * it starts no more work and rejects with that failure.
 */
export const mapConcurrently = async <T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const results = new Array<R>(items.length);
  const waiting = items.entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    try {
      for (const [index, item] of waiting) {
        if (hasFailed) return;
        results[index] = await work(item);
      }
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
};
