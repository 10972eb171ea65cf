import type { Millis } from '../../../domain/base/fault.ts';
import type { ParsedRequest, ServerReply } from './http-server.ts';

/** A number in the format of Go's `FormatFloat(v, 'f', -1, 64)`: all digits, no exponent. */
export const goFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const plain = String(value);
  if (!plain.includes('e')) return Object.is(value, -0) ? '-0' : plain;
  const [mantissa = '', exponent = '0'] = plain.replace('-', '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const power = Number(plain.split('e')[1] ?? exponent);
  const digits = `${whole}${fraction}`;
  const text = power < 0 ? `0.${'0'.repeat(-power - 1)}${digits}` : digits.padEnd(whole.length + power, '0');
  return value < 0 ? `-${text}` : text;
};

/** A number in Go's format 'e' with the shortest mantissa: 25 → '2.5e+01'. */
export const goExponent = (value: number): string => {
  if (!Number.isFinite(value)) return goFloat(value);
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const size = String(Math.abs(Number(power))).padStart(2, '0');
  return `${digits}e${Number(power) < 0 ? '-' : '+'}${size}`;
};

/** RFC 3339 with milliseconds, the format of Alertmanager and Prometheus. */
export const rfc3339 = (time: Millis): string => new Date(Math.round(time)).toISOString();

/** The API's success envelope. */
export const successAnswer = (data: unknown): ServerReply => ({
  status: 200,
  json: { status: 'success', data },
});

/** The API's error envelope. `bad_data` is a client error, `execution` an evaluation error. */
export const errorAnswer = (errorType: 'bad_data' | 'execution', error: string): ServerReply => ({
  status: errorType === 'bad_data' ? 400 : 422,
  json: { status: 'error', errorType, error },
});

export const badParameter = (name: string, why: string): ServerReply =>
  errorAnswer('bad_data', `invalid parameter "${name}": ${why}`);

/** Plain-text responses of Go's multiplexer. */
export const goPageNotFound: ServerReply = { status: 404, text: '404 page not found\n' };
export const methodNotAllowed = (allow: string): ServerReply => ({
  status: 405,
  text: 'Method Not Allowed\n',
  headers: { Allow: allow },
});

/** Request parameters: those of a POST form first, then those of the URL. */
export const formParameters = (ask: ParsedRequest): URLSearchParams => {
  const isForm = ask.method === 'POST' && ask.contentType === 'application/x-www-form-urlencoded';
  return new URLSearchParams([...(isForm ? new URLSearchParams(ask.body) : []), ...ask.query]);
};
