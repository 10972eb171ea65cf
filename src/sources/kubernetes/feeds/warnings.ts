import type { Note } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { apiResources } from '../api/api-resources.ts';
import type { KubeParts } from '../api/parts.ts';
import { formatKubeEvent, type KubeEvent, parseKubeEvent } from '../pod/event.ts';
import { kubeFeed, type ResourceWatcher, watchResource } from './resource-feed.ts';

/** A cluster in trouble has thousands; the newest show the current problem. */
const maxWarnings = 200;

/** Events of type Warning, newest first. The operation `events` lists all events of one object. */
export const warningsFeed = (
  parts: KubeParts,
): { readonly feed: Feed; readonly followed: ResourceWatcher<KubeEvent> } => {
  const { client, source } = parts;
  const followed = watchResource(parts, {
    kind: apiResources.event,
    query: { fieldSelector: 'type=Warning' },
    parse: (raw) => parseKubeEvent(raw, client.toClock),
  });
  const read = async (signal: AbortSignal): Promise<Reading<Note>> => {
    const { objects, faults } = await followed.read(signal);
    const time = client.now();
    const newest = objects.toSorted((a, b) => b.lastAt - a.lastAt).slice(0, maxWarnings);
    return {
      items: newest.map((kubeEvent) => ({
        source,
        at: time,
        title: `${kubeEvent.object} ${kubeEvent.reason}`,
        text: formatKubeEvent(kubeEvent),
      })),
      faults,
    };
  };
  return { feed: kubeFeed(parts, { name: 'warnings', kind: 'notes', watcher: followed }, read), followed };
};
