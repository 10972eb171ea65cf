import type { EnvironmentReader } from '../environment/environment-reader.ts';

/**
 * Returns what names the feeds to read for feeds of this moment, later on: themselves, and in place of one that ended, as that of a
 * replaced pod, those of its source that read the same kind, which read its successors.
 */
export const createPresentFeeds = (
  engine: EnvironmentReader,
): ((ids: Iterable<string>) => readonly string[]) => {
  const former = new Map(engine.feeds.map((feed) => [feed.id, feed]));
  return (ids) => {
    const present = new Set(engine.feeds.map(({ id }) => id));
    const named = [...ids].flatMap((id): readonly string[] => {
      const ended = present.has(id) ? undefined : former.get(id);
      if (ended === undefined) return [id];
      const successors = engine.feeds.filter(
        ({ source, kind, everyMs }) => source === ended.source && kind === ended.kind && everyMs > 0,
      );
      return successors.map((feed) => feed.id);
    });
    return [...new Set(named)];
  };
};
