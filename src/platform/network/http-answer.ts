import type { Dispatcher } from 'undici';
import { stripControls } from '../../domain/text/controls.ts';
import { oneLine, parseStripped } from '../masking/sanitize.ts';
import { toAbortError, toWireError, WireError } from '../runtime/wire-error.ts';
import type { TextBody } from './http-body.ts';
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
  /** The value of a long body, parsed while it arrived; 'broken': it is not JSON. */
  readonly json?: TextBody['json'];
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
    rawText: raw.body,
    latencyMs: raw.latencyMs,
    url: raw.url,
    json: () => parseBody(raw, headers['content-type'] ?? ''),
  };
};

const parseBody = ({ body, json }: RawAnswer, contentType: string): unknown => {
  try {
    if (json === undefined) return parseStripped(body);
    if (json !== 'broken') return json.value;
  } catch {
    // Explained below.
  }
  throw new WireError('malformed', `expected JSON, got ${whatCame(body, contentType)}`);
};

const whatCame = (body: string, contentType: string): string => {
  if (body.trim() === '') return 'an empty body';
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const start = `"${oneLine(body, 40)}"`;
  if (type === '') return start;
  return /[/+]json$/.test(type) ? `${type} that is not JSON: ${start}` : type;
};
