import type { Millis } from '../../domain/fault.ts';
import type { ParsedRequest, ServerReply } from './http-server.ts';

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
};

/** An error as Spring Boot's BasicErrorController writes it (messages are hidden by default). */
export const springError = (status: number, ask: ParsedRequest, at: Millis, allow?: string): ServerReply => ({
  status,
  json: {
    timestamp: new Date(at).toISOString().replace('Z', '+00:00'),
    status,
    error: reasons[status] ?? 'Error',
    path: ask.rawPath,
  },
  ...(allow === undefined ? {} : { headers: { Allow: allow } }),
});

/** What an actuator read gives when the endpoint is there and the thing asked for is not: no body at all. */
export const emptyNotFound: ServerReply = { status: 404 };
