import { WireError } from '../../platform/failures.ts';
import { field, list, number, text } from '../wire-value.ts';
import type { KubeClient } from './client.ts';
import { GoneError } from './problem.ts';

/** Objects per answer: small enough for first rows soon, large enough for few round trips. */
const chunkSize = 500;
/** When 500 objects are more than an answer may hold. */
const smallChunkSize = 50;

/** Who takes in a list, chunk by chunk. */
export interface Taking {
  /** Whatever came before does not count: the list begins (again). */
  begin(): void;
  /** `remaining`: how many are to come, where the server says so. */
  take(items: readonly unknown[], remaining: number | undefined): void;
}

/** One request of a list, under whatever deadline holds for it. */
export type Guard = <T>(ask: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Lists a path to its end, in chunks, and gives the version at which a watch takes over. A continuation that has
 * expired begins the list anew, once. Throws WireError. Source: Kubernetes API concepts, "Retrieving large results sets
 * in chunks".
 */
export const listAll = async (
  client: KubeClient,
  path: string,
  query: Readonly<Record<string, string>>,
  into: Taking,
  guard: Guard,
): Promise<string> => {
  let [limit, next, hasBegunAnew] = [chunkSize, '', false];
  into.begin();
  for (;;) {
    const fields = { ...query, limit: String(limit), ...(next === '' ? {} : { continue: next }) };
    const address = `${path}?${new URLSearchParams(fields).toString()}`;
    try {
      const chunk = parseChunk(await guard((signal) => client.get(address, signal)));
      into.take(chunk.items, chunk.remaining);
      if (chunk.next === '') return chunk.version;
      next = chunk.next;
    } catch (error) {
      if (error instanceof GoneError && next !== '' && !hasBegunAnew) {
        [next, hasBegunAnew] = ['', true];
        into.begin();
      } else if (isTooLong(error) && limit > smallChunkSize) limit = smallChunkSize;
      else throw error;
    }
  }
};

const isTooLong = (error: unknown): boolean =>
  error instanceof WireError && error.kind === 'malformed' && error.message.includes('longer than');

interface Chunk {
  readonly items: readonly unknown[];
  readonly version: string;
  readonly next: string;
  readonly remaining?: number;
}

export const parseChunk = (body: unknown): Chunk => {
  const items = field(body, 'items');
  const metadata = field(body, 'metadata');
  // An empty list of Go's is null.
  if ((!Array.isArray(items) && items !== null) || metadata === undefined)
    throw new WireError('malformed', 'no list of Kubernetes: its JSON has no items');
  const remaining = number(field(metadata, 'remainingItemCount'));
  return {
    items: list(items),
    version: text(field(metadata, 'resourceVersion')) ?? '',
    next: text(field(metadata, 'continue')) ?? '',
    ...(remaining === undefined ? {} : { remaining }),
  };
};
