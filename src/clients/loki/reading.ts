import { defined } from '../../domain/base/defined.ts';
import type { WebSocketRequest, WebSocketWire } from '../../platform/network/http-messages.ts';
import { declareReads } from '../../platform/protocol.ts';
import { createFormReader, type FormReader, type HttpTarget } from '../http/form-reader.ts';

/** The tail of a log as a stream of messages. */
export type LokiTail = Omit<WebSocketWire, 'send'>;

interface LokiReader
  extends FormReader<'/loki/api/v1/query' | '/loki/api/v1/query_range' | '/loki/api/v1/series'> {
  /** Opens a tail; refuses any other URL. A server ignores messages to a tail. Throws WireError. */
  tail(request: Pick<WebSocketRequest, 'url' | 'headers'>, signal: AbortSignal): Promise<LokiTail>;
}

const tailPath = /\/loki\/api\/v1\/tail$/;

/** Loki queries that are too long for a URL, and its tail. Source: Grafana Loki docs, Loki HTTP API. */
export const lokiReads = declareReads('loki', (transport, target: HttpTarget): LokiReader => {
  const { tls } = target;
  return {
    ...createFormReader(transport, target, [
      '/loki/api/v1/query',
      '/loki/api/v1/query_range',
      '/loki/api/v1/series',
    ]),
    tail: async (request, signal) => {
      if (!tailPath.test(new URL(request.url).pathname))
        throw new Error(`${request.url} is not a tail request`);
      const { protocol, messages, close } = await transport.webSocket(
        { ...request, protocols: [], ...defined({ tls }) },
        signal,
      );
      return { protocol, messages, close };
    },
  };
});
