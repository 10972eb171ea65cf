import { parseObjectRef } from '../../api/api-resources.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import type { KubeParts } from '../../api/parts.ts';
import { formatKubeEvent, parseKubeEvent } from '../../pod/event.ts';
import { eventsPath, resolveNamespace } from '../write/find-object.ts';
import { defineObjectRead, objectParams } from '../write/read-operation.ts';

/** `events`: events of an object, newest first. They remain available for an hour after the object is deleted. */
export const events = defineObjectRead(
  { name: 'events', says: 'shows the events of an object', params: objectParams },
  (parts) => ({
    requests: async ({ object, namespace: requestedNamespace }, signal) => {
      const named = parseObjectRef(object);
      if (named === undefined) return [];
      const namespace = named.kind.isNamespaced
        ? await resolveNamespace(parts, requestedNamespace, signal)
        : '*';
      const where = namespace === '*' ? 'the cluster' : `namespace ${namespace}`;
      const target = {
        name: named.name,
        uid: `${named.kind.singular}/${named.name}`,
        saw: 'its events',
        where,
      };
      return [{ path: eventsPath(named.kind, namespace, named.name), target }];
    },
    lines: (answer) => formatEventLines(answer.json(), parts),
  }),
);

export const formatEventLines = (body: unknown, { client }: Pick<KubeParts, 'client'>): readonly string[] => {
  const events = parseListChunk(body).items.map((raw) => parseKubeEvent(raw, client.toClock));
  if (events.length === 0) return ['no events'];
  return events
    .sort((a, b) => b.lastAt - a.lastAt)
    .map((event) => `${event.type === 'Warning' ? '! ' : ''}${event.reason}: ${formatKubeEvent(event)}`);
};
