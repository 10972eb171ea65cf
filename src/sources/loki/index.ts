import { httpReadingAccess, routeToFirst } from '../kit/contract/connection.ts';
import type { SourceModule } from '../kit/contract/source.ts';
import { type LokiConfig, lokiConfig, lokiReadSchema } from './config.ts';
import { hiddenLogs } from './parts.ts';

/** A Grafana Loki: log lines of whole fleets, filtered on the server, and metric queries over them. */
export const loki: SourceModule<LokiConfig> = {
  type: 'loki',
  title: 'Loki',
  config: lokiConfig,
  reads: lokiReadSchema,
  countsLines: true,
  hasTails: true,
  hiddenBy: hiddenLogs,
  partsAdvice: 'one count of lines in LogQL, or `lines: VIEW`',
  feedNames: ['query', 'lines', 'parts'],
  operations: {},
  gives: () => ({ kinds: [] }),
  viaDefaults: { url: 'http://via' },
  routeConfig: routeToFirst,
  readingAccess: httpReadingAccess,
  open: async (opening, io) => (await import('./open.ts')).openLoki(opening, io),
};
