import { WireError } from '../../platform/failures.ts';
import { stripDeep } from '../../platform/terminal/sanitize.ts';
import { field, number, text } from '../wire-value.ts';
import { GoneError } from './problem.ts';

/** Longer than any object that etcd takes (1.5 MiB), with room for its JSON. */
const longestLine = 8 * 1024 * 1024;

export type WatchEvent =
  | { readonly is: 'put' | 'gone'; readonly object: unknown; readonly version: string }
  /** Nothing has changed up to this version. */
  | { readonly is: 'bookmark'; readonly version: string };

/**
 * Events of a watch, one JSON document a line, in batches as they came together. Throws GoneError when the version is
 * too old, WireError for any other ERROR and for what is no event.
 * Source: Kubernetes API concepts, "Efficient detection of changes".
 */
export async function* watchEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly WatchEvent[], void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const end = rest.lastIndexOf('\n');
    if (end < 0) {
      if (rest.length > longestLine) throw new WireError('malformed', 'an event of its watch has no end');
      continue;
    }
    const lines = rest.slice(0, end).split('\n');
    rest = rest.slice(end + 1);
    yield lines.filter((line) => line.trim() !== '').map(eventOf);
  }
}

const eventOf = (line: string): WatchEvent => {
  let event: unknown;
  try {
    event = stripDeep(JSON.parse(line));
  } catch {
    throw new WireError('malformed', 'a line of its watch is no JSON');
  }
  const [type, object] = [text(field(event, 'type')), field(event, 'object')];
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
      throw errorOf(object);
    default:
      throw new WireError('malformed', 'a line of its watch is no event');
  }
};

const errorOf = (status: unknown): WireError => {
  const words = `its watch was ended: ${text(field(status, 'message')) ?? 'no reason given'}`;
  const isOld = number(field(status, 'code')) === 410 || text(field(status, 'reason')) === 'Expired';
  return isOld ? new GoneError(words) : new WireError('unreachable', words);
};
