import type { Note } from '../../../domain/facts.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Feed } from '../../source.ts';
import { eventWords, type KubeEvent, parseEvent } from '../event.ts';
import { kinds } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import { type Followed, feedOf, follow } from './followed.ts';

/** A cluster in trouble has thousands; the newest tell what goes on. */
const shown = 200;

/** Events of type Warning, newest first. All events of one object: the operation `events`. */
export const warningsFeed = (
  parts: KubeParts,
): { readonly feed: Feed; readonly followed: Followed<KubeEvent> } => {
  const { client, source } = parts;
  const followed = follow(parts, {
    kind: kinds.event,
    query: { fieldSelector: 'type=Warning' },
    parse: (raw) => parseEvent(raw, client.toClock),
  });
  const read = async (signal: AbortSignal): Promise<Batch<Note>> => {
    const { objects, faults } = await followed.read(signal);
    const at = client.now();
    const newest = objects.toSorted((a, b) => b.lastAt - a.lastAt).slice(0, shown);
    return {
      items: newest.map((one) => ({
        source,
        at,
        title: `${one.object} ${one.reason}`,
        text: eventWords(one),
      })),
      faults,
    };
  };
  return { feed: feedOf(parts, { name: 'warnings', kind: 'notes', followed }, read), followed };
};
