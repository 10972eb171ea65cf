import { z } from 'zod';
import { patchRejected } from './api-error.ts';
import { isJsonList, isJsonObject, isSameJson, type Json, toJson } from './json.ts';

const operations = z.array(
  z.object({
    op: z.enum(['add', 'remove', 'replace', 'test']),
    path: z.string(),
    value: z.unknown().optional(),
  }),
);

const segmentsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const valueAt = (target: Json | undefined, segments: readonly string[]): Json | undefined =>
  segments.reduce<Json | undefined>((value, key) => {
    if (isJsonList(value)) return value[Number(key)];
    return isJsonObject(value) ? value[key] : undefined;
  }, target);

/** The value with a change at one path; throws if the parent does not exist. */
const changedAt = (
  target: Json | undefined,
  [key, ...rest]: readonly string[],
  change: (parent: Json, key: string) => Json,
): Json => {
  if (key === undefined || (!isJsonObject(target) && !isJsonList(target))) throw patchRejected();
  if (rest.length === 0) return change(target, key);
  if (isJsonList(target))
    return target.map((item, index) => (String(index) === key ? changedAt(item, rest, change) : item));
  return { ...target, [key]: changedAt(target[key], rest, change) };
};

const set =
  (value: Json, adds: boolean) =>
  (parent: Json, key: string): Json => {
    if (isJsonList(parent)) {
      const index = key === '-' ? parent.length : Number(key);
      return parent.toSpliced(index, adds ? 0 : 1, value);
    }
    return isJsonObject(parent) ? { ...parent, [key]: value } : parent;
  };

const without = (parent: Json, key: string): Json => {
  if (isJsonList(parent)) return parent.toSpliced(Number(key), 1);
  if (!isJsonObject(parent)) return parent;
  const { [key]: _, ...rest } = parent;
  return rest;
};

/** A JSON patch: add, remove, replace, test. Throws a `422` for a failed test or a missing path. Source: RFC 6902. */
export const jsonPatch = (target: Json, patch: unknown): Json => {
  const parsed = operations.safeParse(patch);
  if (!parsed.success) throw patchRejected();
  return parsed.data.reduce<Json>((result, { op, path, value }) => {
    const segments = segmentsOf(path);
    const present = valueAt(result, segments);
    if (op === 'test') {
      if (!isSameJson(present, toJson(value))) throw patchRejected();
      return result;
    }
    if (op === 'add') return changedAt(result, segments, set(toJson(value), true));
    if (present === undefined) throw patchRejected();
    return changedAt(result, segments, op === 'replace' ? set(toJson(value), false) : without);
  }, target);
};
