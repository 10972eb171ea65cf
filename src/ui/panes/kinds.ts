import type { FeedKind } from '../../domain/reading.ts';

/** The pane that shows rows of a kind; absent: none does yet. */
export const paneOfKind: Readonly<Partial<Record<FeedKind, string>>> = {
  health: 'health',
  samples: 'matrix',
  breakers: 'breakers',
  lag: 'lag',
  pools: 'pools',
  workloads: 'pods',
  alerts: 'alerts',
  sessions: 'db',
};
