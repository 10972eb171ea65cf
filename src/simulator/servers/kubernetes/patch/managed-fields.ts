import { defined } from '../../../../domain/base/defined.ts';
import type { KubeObject, ManagedFields } from '../../../model/spec/cluster-objects.ts';
import { isJsonList, isJsonObject, type Json, toJson } from './json.ts';
import { mergeKeyOf } from './merge-patch.ts';

/** A set of fields in the format of managedFields: 'f:spec' → 'f:replicas' → {}. */
interface FieldSet {
  readonly [key: string]: FieldSet;
}

/** Fields of a value, down to atomic ones. */
const fieldsOf = (value: Json, field = ''): FieldSet => {
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [`f:${key}`, fieldsOf(each, key)]));
  const key = isJsonList(value) ? mergeKeyOf(field, value) : undefined;
  if (!isJsonList(value) || key === undefined) return {};
  return Object.fromEntries(
    value.flatMap((item) =>
      isJsonObject(item)
        ? [[`k:${JSON.stringify({ [key]: item[key] ?? null })}`, fieldsOf(item)] as const]
        : [],
    ),
  );
};

/** Paths of all atomic fields, as in conflict messages: '.spec.template.spec.containers[name="api"].image'. */
const leavesOf = (fields: FieldSet, prefix = ''): readonly string[] =>
  Object.entries(fields).flatMap(([key, below]) => {
    const path = key.startsWith('f:') ? `${prefix}.${key.slice(2)}` : `${prefix}${itemOf(key)}`;
    return Object.keys(below).length === 0 ? [path] : leavesOf(below, path);
  });

const itemOf = (key: string): string => {
  const [, name = '', value = ''] = /^k:\{"([^"]+)":(.*)\}$/.exec(key) ?? [];
  return `[${name}=${value}]`;
};

/** Every leaf with its value, to compare two objects field by field. */
const leafValues = (value: Json, field = '', prefix = ''): ReadonlyMap<string, string> => {
  if (isJsonObject(value) && Object.keys(value).length > 0)
    return new Map(
      Object.entries(value).flatMap(([key, each]) => [...leafValues(each, key, `${prefix}.${key}`)]),
    );
  const key = isJsonList(value) ? mergeKeyOf(field, value) : undefined;
  if (!isJsonList(value) || key === undefined || value.length === 0)
    return new Map([[prefix, JSON.stringify(value)]]);
  return new Map(
    value.flatMap((item) => {
      const name = isJsonObject(item) ? JSON.stringify(item[key] ?? null) : '';
      return [...leafValues(item, '', `${prefix}[${key}=${name}]`)];
    }),
  );
};

/** Fields set by the server, which have no manager. */
const withoutServers = (object: Json): Json => {
  if (!isJsonObject(object)) return object;
  const { status: _, apiVersion: __, kind: ___, metadata, ...rest } = object;
  const { labels, annotations } = isJsonObject(metadata) ? metadata : {};
  const kept = {
    ...defined({ labels, annotations }),
  };
  return { metadata: kept, ...rest };
};

/** A set of fields without some leaves and the resulting empty parents. */
const less = (fields: FieldSet, removed: ReadonlySet<string>): FieldSet => {
  const keep = (set: FieldSet, prefix: string): FieldSet =>
    Object.fromEntries(
      Object.entries(set).flatMap(([key, below]) => {
        const [path = ''] = leavesOf({ [key]: {} }, prefix);
        if (Object.keys(below).length === 0) return removed.has(path) ? [] : [[key, below] as const];
        const rest = keep(below, path);
        return Object.keys(rest).length === 0 ? [] : [[key, rest] as const];
      }),
    );
  return keep(fields, '');
};

const paths = (entry: ManagedFields): ReadonlySet<string> => new Set(leavesOf(fieldSet(entry.fieldsV1)));

/** managedFields JSON as a set of fields; a value that is not an object is a leaf. */
const fieldSet = (value: Readonly<Record<string, unknown>>): FieldSet =>
  Object.fromEntries(
    Object.entries(value).map(([key, below]) => [
      key,
      typeof below === 'object' && below !== null ? fieldSet({ ...below }) : {},
    ]),
  );

/** Leaves that differ between two versions of an object. */
const changedLeaves = (before: Json, after: Json): ReadonlySet<string> => {
  const was = leafValues(withoutServers(before));
  const is = leafValues(withoutServers(after));
  return new Set([...is].filter(([path, value]) => was.get(path) !== value).map(([path]) => path));
};

/** A field and its manager. */
export interface FieldOwnership {
  readonly field: string;
  readonly manager: string;
  readonly operation: ManagedFields['operation'];
}

/** Fields that an applied configuration would change and that have another manager. */
export const applyConflictsOf = (
  managed: readonly ManagedFields[],
  manager: string,
  live: Json,
  merged: Json,
): readonly FieldOwnership[] => {
  const changed = changedLeaves(live, merged);
  return managed
    .filter((entry) => entry.manager !== manager)
    .flatMap((entry) =>
      [...paths(entry)]
        .filter((path) => changed.has(path))
        .map((field) => ({ field, manager: entry.manager, operation: entry.operation })),
    );
};

/** Managers of an object's fields; an initial object was applied by kubectl. */
export const managedFieldsBefore = (live: KubeObject | undefined): readonly ManagedFields[] => {
  if (live === undefined || live.metadata.managedFields !== undefined)
    return live?.metadata.managedFields ?? [];
  return [
    {
      manager: 'kubectl-client-side-apply',
      operation: 'Update',
      apiVersion: live.apiVersion,
      time: live.metadata.creationTimestamp,
      fieldsType: 'FieldsV1',
      fieldsV1: fieldsOf(withoutServers(toJson(live))),
    },
  ];
};

interface FieldWriter {
  readonly manager: string;
  readonly operation: ManagedFields['operation'];
  readonly apiVersion: string;
  readonly time: string;
}

/** Managers after a write: the writer owns the changed (or applied) fields, others keep the rest. */
export const managedFieldsAfter = (
  managed: readonly ManagedFields[],
  before: Json,
  after: Json,
  by: FieldWriter,
  applied?: Json,
): readonly ManagedFields[] => {
  const changed = changedLeaves(before, after);
  if (changed.size === 0 && applied === undefined) return managed;
  const isWriter = (entry: ManagedFields): boolean =>
    entry.manager === by.manager && entry.operation === by.operation;
  const own = fieldsOf(withoutServers(applied ?? after));
  const all = new Set(leavesOf(own));
  const unchanged = new Set([...all].filter((path) => !changed.has(path)));
  const had = managed.find(isWriter);
  const kept = new Set([...unchanged].filter((path) => had === undefined || !paths(had).has(path)));
  const fieldsV1 = applied === undefined ? less(own, kept) : own;
  const others = managed
    .filter((entry) => !isWriter(entry))
    .map((entry) => ({ ...entry, fieldsV1: less(fieldSet(entry.fieldsV1), changed) }));
  return [...others, { ...by, fieldsType: 'FieldsV1' as const, fieldsV1 }];
};
