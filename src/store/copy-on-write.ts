/** A record that is copied at its first change, so that one that nothing changed keeps its identity. */
export interface Draft<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  /** The record as it stands now: the original one if nothing was changed. */
  readonly result: Readonly<Record<string, T>>;
}

export const draftOf = <T>(original: Readonly<Record<string, T>>): Draft<T> => {
  let copy: Record<string, T> | undefined;
  const now = (): Readonly<Record<string, T>> => copy ?? original;
  const changed = (): Record<string, T> => (copy ??= { ...original });
  return {
    get: (key) => now()[key],
    set: (key, value) => {
      if (now()[key] !== value) changed()[key] = value;
    },
    delete: (key) => {
      if (Object.hasOwn(now(), key)) delete changed()[key];
    },
    get result() {
      return now();
    },
  };
};
