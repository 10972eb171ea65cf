import { eventWords, parseEvent } from '../event.ts';
import { objectNamed } from '../kinds.ts';
import { parseChunk } from '../list.ts';
import { eventsPath, namespaceFor } from '../operations/found.ts';
import type { KubeParts } from '../parts.ts';
import { defineReading, objectParams } from './reading-operation.ts';

/** `events`: what happened to an object, the newest first. An object that is gone has its events for an hour yet. */
export const events = defineReading({ name: 'events', params: objectParams }, (parts) => ({
  asks: async ({ object, namespace: given }, signal) => {
    const named = objectNamed(object);
    if (named === undefined) return [];
    const namespace = named.kind.isNamespaced ? await namespaceFor(parts, given, signal) : '*';
    const where = namespace === '*' ? 'the cluster' : `namespace ${namespace}`;
    const target = { name: named.name, uid: `${named.kind.word}/${named.name}`, saw: 'its events', where };
    return [{ path: eventsPath(named.kind, namespace, named.name), target }];
  },
  lines: (answer) => eventLines(answer.json(), parts),
}));

export const eventLines = (body: unknown, { client }: Pick<KubeParts, 'client'>): readonly string[] => {
  const events = parseChunk(body).items.map((raw) => parseEvent(raw, client.toClock));
  if (events.length === 0) return ['no events'];
  return events
    .sort((a, b) => b.lastAt - a.lastAt)
    .map((one) => `${one.type === 'Warning' ? '! ' : ''}${one.reason}: ${eventWords(one)}`);
};
