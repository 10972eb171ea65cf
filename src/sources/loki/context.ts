import type { LabelMatcher } from '../kit/values/label-matchers.ts';
import type { LokiClient } from './client.ts';
import type { LokiConfig } from './config.ts';
import type { EntryDeduplicator } from './entry-deduplicator.ts';
import type { LokiPager } from './pager.ts';
import type { SharedTail } from './shared-tail.ts';

/** The shared parts of one open source. */
export interface LokiContext {
  readonly source: string;
  readonly config: LokiConfig;
  readonly client: LokiClient;
  readonly pager: LokiPager;
  /** The profile's selector. */
  readonly matchers: readonly LabelMatcher[];
  /** Delivered entries of earlier readers by query, for readers that resume there. */
  readonly deduplicators: Map<string, EntryDeduplicator>;
  /** Returns the tail shared by all readers with the same query. */
  sharedTail(matchers: readonly LabelMatcher[], names: readonly string[], filter: string): SharedTail;
}
