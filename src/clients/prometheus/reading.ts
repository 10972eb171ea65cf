import { declareReads } from '../../platform/protocol.ts';
import { createFormReader, type HttpTarget } from '../http/form-reader.ts';

/** Prometheus queries that are too long for a URL. Source: Prometheus docs, HTTP API, Expression queries. */
export const prometheusReads = declareReads('prometheus', (transport, target: HttpTarget) =>
  createFormReader(transport, target, ['/api/v1/query', '/api/v1/query_range']),
);
