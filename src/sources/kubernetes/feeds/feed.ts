import type { FeedKind } from '../../../domain/reading.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed } from '../../source.ts';
import type { KubeParts } from '../parts.ts';
import type { Followed } from './followed.ts';

interface FeedWords {
  readonly name: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  readonly requests?: number;
  /** Not asked more often than this, whatever the source's interval. */
  readonly atLeastMs?: number;
  /** What it follows: wakes the engine, unless the profile wants no watch. */
  readonly followed?: Followed<unknown>;
}

export const feedOf = ({ source, config }: KubeParts, words: FeedWords, read: Feed['read']): Feed => {
  const everyMs = Math.max(config.every, words.atLeastMs ?? 0);
  const { signals = [], followed, requests } = words;
  return {
    id: `${source}/${words.name}`,
    source,
    name: words.name,
    kind: words.kind,
    ...(signals.length === 0 ? {} : { signals }),
    ...(requests === undefined ? {} : { requests }),
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: config.timeout,
    read,
    ...(followed === undefined || !config.watch ? {} : { watch: followed.watch }),
  };
};
