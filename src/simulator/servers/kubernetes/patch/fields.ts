import { isList, isObject, type Json } from './json.ts';
import { mergeKeyOf } from './strategic.ts';

/** A set of fields as managedFields has it: 'f:spec' → 'f:replicas' → {}. */
export interface FieldSet {
  readonly [key: string]: FieldSet;
}

/** The fields of a value, down to what is set as a whole. */
export const fieldsOf = (value: Json, field = ''): FieldSet => {
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [`f:${key}`, fieldsOf(each, key)]));
  const key = isList(value) ? mergeKeyOf(field, value) : undefined;
  if (!isList(value) || key === undefined) return {};
  return Object.fromEntries(
    value.flatMap((item) =>
      isObject(item) ? [[`k:${JSON.stringify({ [key]: item[key] ?? null })}`, fieldsOf(item)] as const] : [],
    ),
  );
};

/** Paths of everything that is set as a whole, as conflicts name them: '.spec.template.spec.containers[name="api"].image'. */
export const leavesOf = (fields: FieldSet, prefix = ''): readonly string[] =>
  Object.entries(fields).flatMap(([key, below]) => {
    const path = key.startsWith('f:') ? `${prefix}.${key.slice(2)}` : `${prefix}${itemOf(key)}`;
    return Object.keys(below).length === 0 ? [path] : leavesOf(below, path);
  });

const itemOf = (key: string): string => {
  const [, name = '', value = ''] = /^k:\{"([^"]+)":(.*)\}$/.exec(key) ?? [];
  return `[${name}=${value}]`;
};

/** Every leaf with its value, so that two objects can be compared field by field. */
export const leafValues = (value: Json, field = '', prefix = ''): ReadonlyMap<string, string> => {
  if (isObject(value) && Object.keys(value).length > 0)
    return new Map(
      Object.entries(value).flatMap(([key, each]) => [...leafValues(each, key, `${prefix}.${key}`)]),
    );
  const key = isList(value) ? mergeKeyOf(field, value) : undefined;
  if (!isList(value) || key === undefined || value.length === 0)
    return new Map([[prefix, JSON.stringify(value)]]);
  return new Map(
    value.flatMap((item) => {
      const name = isObject(item) ? JSON.stringify(item[key] ?? null) : '';
      return [...leafValues(item, '', `${prefix}[${key}=${name}]`)];
    }),
  );
};
