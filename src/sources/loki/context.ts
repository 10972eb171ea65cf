import type { LabelMatcher } from '../label-matchers.ts';
import type { LokiClient } from './client.ts';
import type { LokiConfig } from './config.ts';
import type { EntryDeduplicator } from './entry-deduplicator.ts';
import type { LokiPager } from './pager.ts';
import type { SharedTail } from './shared-tail.ts';

/** What everything in one open source shares. */
export interface LokiContext {
  readonly source: string;
  readonly config: LokiConfig;
  readonly client: LokiClient;
  readonly pager: LokiPager;
  /** The profile's selector. */
  readonly matchers: readonly LabelMatcher[];
  /** What readers were told, by what they read: for those who take up where these left. */
  readonly deduplicators: Map<string, EntryDeduplicator>;
  /** Where those sit who follow these lines: the same for the same question. */
  sharedTail(matchers: readonly LabelMatcher[], names: readonly string[], filter: string): SharedTail;
}
