import type { Dispatcher } from 'undici';
import { stripControls } from '../../domain/controls.ts';
import { abortWireError, wireError } from '../wire-error.ts';
import type { HttpStream } from './stream.ts';

const longestReason = 64 * 1024;

async function* chunksOf(
  body: AsyncIterable<unknown>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of body) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    if (signal.aborted) throw abortWireError(signal);
    throw wireError(error) ?? error;
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

/** An answer whose headers have come, as sources see it. Leaving the loop over its chunks ends the connection. */
export const httpStream = (
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
