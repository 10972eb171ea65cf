import type { FactKind } from '../../domain/facts/facts.ts';
import type { Row } from '../../domain/facts/snapshot.ts';
import type { FieldValue } from '../../kinds/define/fields.ts';
import { fieldOf } from '../../kinds/registry/registry.ts';

/** The fields by which other rows and labels call an object that runs. */
const namingFields: readonly string[] = ['name', 'ip', 'instance', 'pid', 'uid'];
/** Things that are one of their kind on a host are called by the host. */
const hostNamed: ReadonlySet<string> = new Set(['unit', 'process']);

const textOf = (value: FieldValue | undefined): string =>
  value === undefined || typeof value === 'object' ? '' : String(value);

/** Returns the names by which other rows and labels know the object of a row. */
export const objectNames = (kind: FactKind, row: Row): readonly string[] => {
  const of = (name: string): string => textOf(fieldOf(kind, name)?.of(row.fact, row.level));
  const fields = hostNamed.has(of('kind')) ? [...namingFields, 'node'] : namingFields;
  return fields.map(of).filter((name) => name !== '');
};

/** Returns whether a value names an object: 'orders-1' and 'http://orders-1:8080/metrics' are the object orders-1. */
export const isCalled = (value: string, name: string): boolean => {
  const host = value.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
  return value === name || host === name || host.replace(/:\d+$/, '') === name;
};
