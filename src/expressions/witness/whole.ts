import type { FactKind } from '../../domain/facts/facts.ts';
import type { Row, Snapshot } from '../../domain/facts/snapshot.ts';
import type { FieldValue } from '../../kinds/define/fields.ts';
import { fieldOf } from '../../kinds/registry/registry.ts';
import type { GoneRow } from './gone.ts';

const fieldValue = (kind: FactKind, row: Row, name: string): FieldValue | undefined =>
  fieldOf(kind, name)?.of(row.fact, row.level);

/** Fields that a row has in common with the whole that it is a part of. */
const sharedFields = ['source', 'namespace', 'node'] as const;

/**
 * Returns the row of its own kind that a row is a part of, in the reading before the action: the pod of a container. Only an object with
 * an identity of its own counts; a service is no more than the sum of its containers.
 */
export const wholeOf = ({ kind, row }: GoneRow, before: Snapshot): Row | undefined => {
  const owner = fieldValue(kind, row, 'owner');
  if (owner === undefined || owner === '') return undefined;
  return before.kinds[kind].rows.find(
    (other) =>
      other.key !== row.key &&
      fieldValue(kind, other, 'name') === owner &&
      (fieldValue(kind, other, 'uid') ?? '') !== '' &&
      sharedFields.every((name) => fieldValue(kind, other, name) === fieldValue(kind, row, name)),
  );
};

/** True for the same object in two readings that still consists of as many parts. */
export const isSameWhole = (kind: FactKind, was: Row, is: Row): boolean =>
  fieldValue(kind, was, 'uid') === fieldValue(kind, is, 'uid') &&
  Number(fieldValue(kind, is, 'wanted') ?? 0) >= Number(fieldValue(kind, was, 'wanted') ?? 0);
