import { routeToFirst } from '../connection.ts';
import type { SourceModule } from '../source.ts';
import { type LokiConfig, lokiConfig, lokiReadSchema } from './config.ts';

/** A Grafana Loki: lines of whole fleets, filtered there, and numbers that are counted from them. */
export const loki: SourceModule<LokiConfig> = {
  type: 'loki',
  title: 'Loki',
  config: lokiConfig,
  reads: lokiReadSchema,
  countsLines: true,
  hasTails: true,
  feedNames: ['query', 'lines'],
  operations: {},
  gives: () => ({ kinds: [] }),
  viaDefaults: { url: 'http://via' },
  routeConfig: routeToFirst,
  open: async (opening, io) => (await import('./open.ts')).openLoki(opening, io),
};
