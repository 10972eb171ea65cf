import type { FactKind, FactTypes } from '../../domain/facts/facts.ts';
import type { Row } from '../../domain/facts/snapshot.ts';

/** An object whose number a signal reads from its source: `read: { lag: GROUP }`. */
export interface ReadObject {
  readonly kind: FactKind;
  readonly name: string;
}

/** Fields of a signal's `read` that name the object of a row, and the names of that object. */
const namedReads: {
  readonly [K in FactKind]?: {
    readonly fields: readonly string[];
    namesOf(fact: FactTypes[K]): readonly string[];
  };
} = {
  lag: { fields: ['lag'], namesOf: ({ group }) => [group] },
  // A check is named by its ID, which is a part of the instance, or by its service.
  health: {
    fields: ['status', 'failures', 'latency'],
    namesOf: ({ service, instance }) => [service, ...instance.split('/')],
  },
  queues: { fields: ['depth', 'inFlight', 'delayed', 'length'], namesOf: ({ name }) => [name] },
};

const readsByName: readonly (readonly [FactKind, readonly string[]])[] = Object.entries(namedReads).map(
  // The keys of the table are kinds.
  ([kind, { fields }]) => [kind as FactKind, fields],
);

/** Returns the object whose number a signal reads; undefined: it is that of no such object. */
export const objectOfRead = (read: Readonly<Record<string, unknown>>): ReadObject | undefined => {
  for (const [kind, fields] of readsByName)
    for (const field of fields) {
      const name = read[field];
      if (typeof name === 'string') return { kind, name };
    }
  return undefined;
};

/** True for a row of that object. The source of both is the caller's concern. */
export const isOfObject = <K extends FactKind>(object: ReadObject, kind: K, { fact }: Row<K>): boolean =>
  object.kind === kind && namedReads[kind]?.namesOf(fact).includes(object.name) === true;
