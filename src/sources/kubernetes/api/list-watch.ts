import { defined } from '../../../domain/base/defined.ts';
import { sanitizeDeep } from '../../../platform/masking/sanitize.ts';
import { parseJsonInTurns } from '../../../platform/network/bounded-json.ts';
import { TooLargeError, WireError } from '../../../platform/runtime/wire-error.ts';
import { GoneError } from '../../kit/contract/kube-api-errors.ts';
import { field, list, number, text } from '../../kit/values/wire-value.ts';
import type { KubeClient } from './client.ts';

/** Above the etcd limit for one object (1.5 MiB), with room for its JSON. */
const maxLineBytes = 8 * 1024 * 1024;

export type WatchEvent =
  | { readonly is: 'put' | 'gone'; readonly object: unknown; readonly version: string }
  /** No changes up to this version. */
  | { readonly is: 'bookmark'; readonly version: string };

/**
 * Parses watch events, one JSON document per line, in batches as they arrive. Throws GoneError when the version is too
 * old, and WireError for any other ERROR or a malformed event.
 * Source: Kubernetes API concepts, "Efficient detection of changes".
 */
export async function* watchEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly WatchEvent[], void, undefined> {
  const decoder = new TextDecoder();
  let partialLine = '';
  for await (const chunk of chunks) {
    const part = decoder.decode(chunk, { stream: true });
    partialLine += part;
    const end = part.includes('\n') ? partialLine.lastIndexOf('\n') : -1;
    if (end < 0) {
      if (partialLine.length > maxLineBytes)
        throw new WireError('malformed', 'the watch ended inside an event: opsdeck lists the objects again');
      continue;
    }
    const lines = partialLine.slice(0, end).split('\n');
    partialLine = partialLine.slice(end + 1);
    const events: WatchEvent[] = [];
    for (const line of lines) if (line.trim() !== '') events.push(await parseWatchEvent(line));
    yield events;
  }
}

const parseWatchEvent = async (line: string): Promise<WatchEvent> => {
  let event: unknown;
  try {
    event = sanitizeDeep(await parseJsonInTurns(line));
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError(
      'malformed',
      'a line of the watch is not JSON: check proxies in front of the API server',
    );
  }
  const type = text(field(event, 'type'));
  const object = field(event, 'object');
  const version = text(field(field(object, 'metadata'), 'resourceVersion')) ?? '';
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { is: 'put', object, version };
    case 'DELETED':
      return { is: 'gone', object, version };
    case 'BOOKMARK':
      return { is: 'bookmark', version };
    case 'ERROR':
      throw watchError(object);
    default:
      throw new WireError(
        'malformed',
        'a line of the watch is not an event: check proxies in front of the API server',
      );
  }
};

const watchError = (status: unknown): WireError => {
  const words = `the API server ended the watch of the objects: ${text(field(status, 'message')) ?? 'no reason given'}`;
  const isOld = number(field(status, 'code')) === 410 || text(field(status, 'reason')) === 'Expired';
  return isOld ? new GoneError(words) : new WireError('unreachable', words);
};

/** Objects per response: small enough for early first rows, large enough for few round trips. */
const chunkSize = 500;
/** Used when 500 objects exceed the maximum response size. */
const smallChunkSize = 50;

/** Consumer of a list, chunk by chunk. */
export interface ListConsumer {
  /** The list (re)starts: discard earlier chunks. */
  begin(): void;
  /** `remaining`: objects still to come, where the server reports it. */
  take(items: readonly unknown[], remaining: number | undefined): void;
}

/** Runs one request of a list under the applicable deadline. */
export type RequestGuard = <T>(ask: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Lists a path completely, in chunks, and returns the resource version to watch from. Restarts the list once when a
 * continuation has expired. Throws WireError. Source: Kubernetes API concepts, "Retrieving large results sets in
 * chunks".
 */
export const listAll = async (
  client: Pick<KubeClient, 'get'>,
  path: string,
  query: Readonly<Record<string, string>>,
  into: ListConsumer,
  guard: RequestGuard,
): Promise<string> => {
  let limit = chunkSize;
  let next = '';
  let hasRestarted = false;
  into.begin();
  for (;;) {
    const fields = { ...query, limit: String(limit), ...(next === '' ? {} : { continue: next }) };
    const address = `${path}?${new URLSearchParams(fields).toString()}`;
    try {
      const chunk = parseListChunk(await guard((signal) => client.get(address, signal)));
      into.take(chunk.items, chunk.remaining);
      if (chunk.next === '') return chunk.version;
      next = chunk.next;
    } catch (error) {
      if (error instanceof GoneError && next !== '' && !hasRestarted) {
        [next, hasRestarted] = ['', true];
        into.begin();
      } else if (error instanceof TooLargeError && limit > smallChunkSize) limit = smallChunkSize;
      else throw error;
    }
  }
};

interface ListChunk {
  readonly items: readonly unknown[];
  readonly version: string;
  readonly next: string;
  readonly remaining?: number;
}

export const parseListChunk = (body: unknown): ListChunk => {
  const items = field(body, 'items');
  const metadata = field(body, 'metadata');
  // Go encodes an empty list as null.
  if ((!Array.isArray(items) && items !== null) || metadata === undefined)
    throw new WireError(
      'malformed',
      'the response is not a Kubernetes list, because the JSON has no items: check server in the kubeconfig',
    );
  const remaining = number(field(metadata, 'remainingItemCount'));
  return {
    items: list(items),
    version: text(field(metadata, 'resourceVersion')) ?? '',
    next: text(field(metadata, 'continue')) ?? '',
    ...defined({ remaining }),
  };
};
