import type { StoredDocument } from '../../model/spec/mongodb.ts';

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The object of the last name of a dotted path, created where it is missing. */
const parentOf = (document: StoredDocument, path: string): readonly [Container, string] => {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let container: Container = document;
  for (const name of names) {
    const next = container[name];
    const child = isContainer(next) ? next : {};
    container[name] = child;
    container = child;
  }
  return [container, last];
};

/** Applies an update with `$set`, `$unset`, `$inc` and `$currentDate`. Throws RangeError for other operators. */
export const applyUpdate = (document: StoredDocument, update: StoredDocument, now: number): boolean => {
  const before = JSON.stringify(document);
  for (const [operator, fields] of Object.entries(update)) {
    if (!['$set', '$unset', '$inc', '$currentDate'].includes(operator) || !isContainer(fields))
      throw new RangeError(`Unknown modifier: ${operator}`);
    for (const [path, value] of Object.entries(fields)) {
      const [parent, name] = parentOf(document, path);
      if (operator === '$set') parent[name] = value;
      else if (operator === '$unset') delete parent[name];
      else if (operator === '$inc') parent[name] = Number(parent[name] ?? 0) + Number(value);
      else parent[name] = new Date(now);
    }
  }
  return JSON.stringify(document) !== before;
};
