import { BSONRegExp } from 'bson';
import type { StoredDocument } from '../../model/spec/mongodb.ts';

const isPlain = (value: unknown): value is StoredDocument =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A value that can be compared: dates and IDs as text or numbers. */
const comparable = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'object' && value !== null && '_bsontype' in value) {
    // A 64-bit integer equals a 32-bit one of the same value.
    const number = value._bsontype === 'Long' ? Number(value) : Number.NaN;
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return isPlain(value) || Array.isArray(value) ? JSON.stringify(value) : value;
};

const same = (a: unknown, b: unknown): boolean => (comparable(a) ?? null) === (comparable(b) ?? null);

/** Compares values of one type; others are not ordered here. */
const compareValues = (a: unknown, b: unknown): number | undefined => {
  const x = comparable(a);
  const y = comparable(b);
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  return typeof x === 'string' && typeof y === 'string' ? (x < y ? -1 : x > y ? 1 : 0) : undefined;
};

/** The value of a dotted path. */
export const valueAt = (document: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isPlain(value) ? value[name] : undefined), document);

const compares: Readonly<Record<string, (order: number) => boolean>> = {
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
};

/** A pattern as text, or as a value of BSON, which clients send instead. */
const patternOf = (operand: unknown): RegExp => {
  if (operand instanceof RegExp) return operand;
  return operand instanceof BSONRegExp
    ? new RegExp(operand.pattern, operand.options.replaceAll(/[^imsu]/g, ''))
    : new RegExp(String(operand));
};

const holds = (operator: string, value: unknown, operand: unknown): boolean => {
  const order = compares[operator];
  if (order !== undefined) {
    const found = compareValues(value, operand);
    return found !== undefined && order(found);
  }
  if (operator === '$eq') return same(value, operand);
  if (operator === '$ne') return !same(value, operand);
  if (operator === '$in') return Array.isArray(operand) && operand.some((element) => same(value, element));
  if (operator === '$nin') return Array.isArray(operand) && !operand.some((element) => same(value, element));
  if (operator === '$exists') return (value !== undefined) === (operand === true || operand === 1);
  if (operator === '$regex') return typeof value === 'string' && patternOf(operand).test(value);
  throw new RangeError(`unknown operator: ${operator}`);
};

const isOperators = (value: unknown): value is StoredDocument =>
  isPlain(value) && Object.keys(value).some((key) => key.startsWith('$'));

const listOf = (value: unknown): readonly StoredDocument[] =>
  Array.isArray(value) ? value.filter(isPlain) : [];

/** Returns whether a document matches a filter of equality, comparison and logic. Throws RangeError for other operators. */
export const isMatchOf = (document: StoredDocument, filter: StoredDocument): boolean =>
  Object.entries(filter).every(([name, wantedOperand]) => {
    if (name === '$and')
      return listOf(wantedOperand).every((storedDocument) => isMatchOf(document, storedDocument));
    if (name === '$or')
      return listOf(wantedOperand).some((storedDocument) => isMatchOf(document, storedDocument));
    if (name === '$nor')
      return !listOf(wantedOperand).some((storedDocument) => isMatchOf(document, storedDocument));
    if (name.startsWith('$')) throw new RangeError(`unknown top level operator: ${name}`);
    const value = valueAt(document, name);
    if (wantedOperand instanceof BSONRegExp || wantedOperand instanceof RegExp)
      return holds('$regex', value, wantedOperand);
    return isOperators(wantedOperand)
      ? Object.entries(wantedOperand).every(([operator, operand]) => holds(operator, value, operand))
      : same(value, wantedOperand);
  });

/** Sorts documents by fields, each 1 or -1; `$natural` keeps or reverses their order. */
export const sorted = (
  documents: readonly StoredDocument[],
  sort: StoredDocument = {},
): readonly StoredDocument[] => {
  if (sort.$natural !== undefined) return sort.$natural === -1 ? documents.toReversed() : documents;
  return documents.toSorted((a, b) => {
    for (const [name, direction] of Object.entries(sort)) {
      const order = compareValues(valueAt(a, name), valueAt(b, name)) ?? 0;
      if (order !== 0) return direction === -1 ? -order : order;
    }
    return 0;
  });
};

/** The documents with only the fields of a projection, all of which are 1, and `_id`. An empty projection keeps all. */
export const projected = (
  documents: readonly StoredDocument[],
  projection: StoredDocument,
): readonly StoredDocument[] => {
  const paths = Object.keys(projection).filter((path) => path !== '_id');
  if (paths.length === 0) return documents;
  return documents.map((document) => {
    const kept: StoredDocument = projection._id === 0 ? {} : { _id: document._id };
    for (const path of paths) {
      const value = valueAt(document, path);
      if (value === undefined) continue;
      const names = path.split('.');
      const last = names.pop() ?? '';
      let parent: Record<string, unknown> = kept;
      for (const name of names) {
        const inner = isPlain(parent[name]) ? parent[name] : {};
        parent[name] = inner;
        parent = inner;
      }
      parent[last] = value;
    }
    return kept;
  });
};
