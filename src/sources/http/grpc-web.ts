import type { HealthStatus } from '../../kinds/health/fact.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';

/** Statuses of `grpc.health.v1.HealthCheckResponse` by number. */
const servingStatuses: readonly (readonly [word: string, status: HealthStatus])[] = [
  ['UNKNOWN', 'unknown'],
  ['SERVING', 'up'],
  ['NOT_SERVING', 'down'],
  ['SERVICE_UNKNOWN', 'down'],
];

/** The flag of a frame of trailers. It is no character of its own in UTF-8, so that decoded text has the replacement. */
const trailerFlags = ['\u0080', '\uFFFD'];
const headerLength = 5;

/** The frames as text: those of grpc-web-text are in base64, in one or more padded pieces. */
const framesOf = (type: string, text: string): string =>
  type.startsWith('application/grpc-web-text')
    ? text
        .split(/(?<==)(?!=)/)
        .map((piece) => Buffer.from(piece, 'base64').toString('latin1'))
        .join('')
    : text;

/**
 * Reads the answer of `grpc.health.v1.Health/Check` in the frames of gRPC-web: the status of the message, or the error in the
 * trailers, which HTTP reports as 200. Undefined for another type of content. Source: grpc/grpc, PROTOCOL-WEB.md; grpc.health.v1.
 */
export const grpcWebHealth = (
  type: string,
  text: string,
): { readonly status: HealthStatus; readonly detail: string } | undefined => {
  if (!/^application\/grpc-web/i.test(type)) return undefined;
  const frames = framesOf(type.toLowerCase(), text);
  const code = /grpc-status:\s*(\d+)/i.exec(frames)?.[1];
  if (code !== undefined && code !== '0') {
    const message = /grpc-message:\s*([^\r\n]*)/i.exec(frames)?.[1] ?? '';
    return { status: 'down', detail: oneLine(`grpc-status ${code} ${message}`, 280) };
  }
  if (frames === '' || trailerFlags.includes(frames.charAt(0)))
    return { status: 'unknown', detail: 'the gRPC-web answer has no message, so the health is unknown' };
  const length = frames.charCodeAt(headerLength - 1);
  // An empty message has the default value of its one field.
  const number = length === 0 ? 0 : frames.charCodeAt(headerLength + 1);
  const [word, status] = servingStatuses[number] ?? [`status ${number}`, 'unknown'];
  return { status, detail: status === 'up' ? '' : `body reports ${word}` };
};
