import type { LabelMatcher } from '../label-matchers.ts';
import type { Book } from './book.ts';
import type { LokiClient } from './client.ts';
import type { LokiConfig } from './config.ts';
import type { Pager } from './past.ts';
import type { Table } from './table.ts';

/** What everything in one open source shares. */
export interface LokiParts {
  readonly source: string;
  readonly config: LokiConfig;
  readonly client: LokiClient;
  readonly pager: Pager;
  /** The profile's selector. */
  readonly selected: readonly LabelMatcher[];
  /** What readers were told, by what they read: for those who take up where these left. */
  readonly books: Map<string, Book>;
  /** Where those sit who follow these lines: the same for the same question. */
  table(matchers: readonly LabelMatcher[], names: readonly string[], filter: string): Table;
}
