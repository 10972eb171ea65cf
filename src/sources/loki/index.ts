import { throughFirst } from '../connection.ts';
import type { SourceModule } from '../source.ts';
import { type LokiConfig, lokiConfig, lokiReads } from './config.ts';

/** A Grafana Loki: lines of whole fleets, filtered there, and numbers that are counted from them. */
export const loki: SourceModule<LokiConfig> = {
  type: 'loki',
  title: 'Loki',
  config: lokiConfig,
  reads: lokiReads,
  countsLines: true,
  hasTails: true,
  feedNames: ['query', 'lines'],
  operations: {},
  gives: () => ({ kinds: [] }),
  address: { url: 'http://via' },
  through: throughFirst,
  open: async (opening, io) => (await import('./open.ts')).openLoki(opening, io),
};
