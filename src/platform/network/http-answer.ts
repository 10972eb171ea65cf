import type { Dispatcher } from 'undici';
import { stripControls } from '../../domain/text/controls.ts';
import { oneLine, sanitizeDeep } from '../masking/sanitize.ts';
import { toAbortError, toWireError, WireError } from '../runtime/wire-error.ts';
import type { HttpAnswer, HttpStream } from './http-messages.ts';

const longestReason = 64 * 1024;

async function* chunksOf(
  body: AsyncIterable<unknown>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of body) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    if (signal.aborted) throw toAbortError(signal);
    throw toWireError(error) ?? error;
  }
}

const headersOf = (headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[stripControls(name).toLowerCase(), stripControls([value].flat().join(', '))]],
    ),
  );

/**
 * Converts a response whose headers have arrived for sources. Leaving the loop over its chunks closes the connection.
 */
export const toHttpStream = (
  answer: Dispatcher.ResponseData,
  url: string,
  latencyMs: number,
  signal: AbortSignal,
): HttpStream => {
  const chunks = chunksOf(answer.body, signal);
  return {
    status: answer.statusCode,
    headers: headersOf(answer.headers),
    latencyMs,
    url,
    chunks,
    text: async (maxBytes = longestReason) => {
      const kept: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of chunks) {
        kept.push(chunk.subarray(0, maxBytes - size));
        size += chunk.length;
        if (size >= maxBytes) break;
      }
      return stripControls(new TextDecoder().decode(Buffer.concat(kept)));
    },
  };
};

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly latencyMs: number;
  readonly url: string;
}

/** Converts a response for sources. All its text is stripped of control sequences. */
export const toHttpAnswer = (raw: RawAnswer): HttpAnswer => {
  const headers = Object.fromEntries(
    Object.entries(raw.headers).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [[stripControls(name).toLowerCase(), stripControls([value].flat().join(', '))]],
    ),
  );
  return {
    status: raw.status,
    headers,
    get text() {
      return stripControls(raw.body);
    },
    latencyMs: raw.latencyMs,
    url: raw.url,
    json: () => parseJson(raw.body, headers['content-type'] ?? ''),
  };
};

/**
 * Parses first and strips strings afterwards: stripping first, an escape that opens a string would swallow what
 * follows.
 */
const parseJson = (body: string, contentType: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new WireError('malformed', `expected JSON, got ${whatCame(body, contentType)}`);
  }
  return isPlain(body) ? value : sanitizeDeep(value);
};

/** Escapes that may encode a control character: all except quotes, slashes, line ends, tabs and <, >, &. */
const oddEscape = /\\(?!["\\/nt]|u003[ce]|u0026)/i;

/**
 * True if no string of this JSON can contain characters to strip. Checking the text is ten times faster than walking
 * the value.
 */
const isPlain = (body: string): boolean => !oddEscape.test(body) && stripControls(body) === body;

const whatCame = (body: string, contentType: string): string => {
  if (body.trim() === '') return 'an empty body';
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const start = `"${oneLine(body, 40)}"`;
  if (type === '') return start;
  return /[/+]json$/.test(type) ? `${type} that is not JSON: ${start}` : type;
};
