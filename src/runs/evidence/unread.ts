import { defined } from '../../domain/base/defined.ts';
import type { MissingObservation } from '../../domain/facts/missing-observation.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import type { FactsState } from '../../store/facts.ts';

/** The first of these feeds whose reading is missing: it failed, or there was none yet. Undefined: all of them are read. */
export const unreadAmong = (
  feeds: readonly Pick<Feed, 'id' | 'source'>[],
  read: FactsState['feeds'],
): MissingObservation | undefined => {
  const failed = feeds.find(({ id }) => (read[id]?.faults.length ?? 0) > 0);
  const feed = failed ?? feeds.find(({ id }) => read[id]?.known === undefined);
  if (feed === undefined) return feeds.length === 0 ? { is: 'unread' } : undefined;
  const { faultySince: since, faults: [fault] = [] } = read[feed.id] ?? {};
  return {
    is: 'unread',
    source: feed.source,
    ...defined({ since, remedy: fault?.remedy }),
  };
};
