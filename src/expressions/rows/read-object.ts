import type { FactKind, FactTypes } from '../../domain/facts/facts.ts';
import type { Row } from '../../domain/facts/snapshot.ts';

/** An object whose number a signal reads from its source: `read: { lag: GROUP }`. */
export interface ReadObject {
  readonly kind: FactKind;
  readonly name: string;
}

/** Fields of a signal's `read` that name the object of a row, and the name of that object. */
const namedReads: {
  readonly [K in FactKind]?: {
    readonly fields: readonly string[];
    nameOf(fact: FactTypes[K]): string;
  };
} = {
  lag: { fields: ['lag'], nameOf: ({ group }) => group },
  queues: { fields: ['depth', 'length'], nameOf: ({ name }) => name },
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
  object.kind === kind && namedReads[kind]?.nameOf(fact) === object.name;
