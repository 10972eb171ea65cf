/** True when two lists hold identical elements (===). */
export const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a === b || (a.length === b.length && a.every((value, index) => value === b[index]));

/** True when all fields of two records are identical (Object.is). */
export const sameFields = (a: object, b: object): boolean => {
  const fields = Object.entries(a);
  return (
    fields.length === Object.keys(b).length &&
    fields.every(([name, value]) => Object.is(value, Reflect.get(b, name)))
  );
};

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Like `sameFields`, but compares fields that are records by their own fields (one level deep). */
export const sameNestedFields = (a: object, b: object): boolean => {
  const fields = Object.entries(a);
  return (
    fields.length === Object.keys(b).length &&
    fields.every(([name, value]) => {
      const other: unknown = Reflect.get(b, name);
      return Object.is(value, other) || (isRecord(value) && isRecord(other) && sameFields(value, other));
    })
  );
};

/** Returns the previous list when its elements are identical, so that memoized results stay valid. */
export const reuseList = <T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] =>
  before !== undefined && sameList(before, now) ? before : now;

/** A record that is copied on its first change, so that an unchanged record keeps its identity. */
export interface CopyOnWriteRecord<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  /** The current record: the original one if nothing was changed. */
  readonly result: Readonly<Record<string, T>>;
}

export const copyOnWrite = <T>(original: Readonly<Record<string, T>>): CopyOnWriteRecord<T> => {
  let copy: Record<string, T> | undefined;
  const now = (): Readonly<Record<string, T>> => copy ?? original;
  const changed = (): Record<string, T> => (copy ??= { ...original });
  return {
    get: (key) => (Object.hasOwn(now(), key) ? now()[key] : undefined),
    set: (key, value) => {
      if (!Object.hasOwn(now(), key) || now()[key] !== value) changed()[key] = value;
    },
    delete: (key) => {
      if (Object.hasOwn(now(), key)) delete changed()[key];
    },
    get result() {
      return now();
    },
  };
};
