import { notAllowed, notFound, ok } from './plain.ts';
import type { Handler } from './serve.ts';

/** Grafana as far as a probe needs it: `GET /api/health` says that its database is well. Source: Grafana HTTP API, "Other". */
export const grafanaHandler: Handler = (ask) => {
  if (ask.path.join('/') !== 'api/health') return notFound;
  return ask.method === 'GET'
    ? ok({ commit: 'embedded', database: 'ok', version: '11.0.0' })
    : notAllowed('GET');
};
