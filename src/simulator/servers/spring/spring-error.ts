import type { Millis } from '../../../domain/base/fault.ts';
import type { ParsedRequest, ServerReply } from '../http/http-server.ts';

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
};

/** An error in the format of Spring Boot's BasicErrorController (without messages, the default). */
export const springError = (
  status: number,
  ask: ParsedRequest,
  time: Millis,
  allow?: string,
): ServerReply => ({
  status,
  json: {
    timestamp: new Date(time).toISOString().replace('Z', '+00:00'),
    status,
    error: reasons[status] ?? 'Error',
    path: ask.rawPath,
  },
  ...(allow === undefined ? {} : { headers: { Allow: allow } }),
});

/** Actuator's response for an existing endpoint without the requested item: 404 without a body. */
export const emptyNotFound: ServerReply = { status: 404 };
