/** What was made last of one thing, and with which other inputs. */
interface Made<V> {
  readonly inputs: readonly unknown[];
  readonly value: V;
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((input, index) => Object.is(input, b[index]));

/**
 * Keeps, for each thing, what was made of it last. It is made anew when one of the other inputs is not the very same
 * as then; so all that the making reads has to be among them. Forgotten with the thing.
 */
export const keptOn = <V>(): ((thing: object, inputs: readonly unknown[], make: () => V) => V) => {
  const kept = new WeakMap<object, Made<V>>();
  return (thing, inputs, make) => {
    const had = kept.get(thing);
    if (had !== undefined && same(had.inputs, inputs)) return had.value;
    const value = make();
    kept.set(thing, { inputs, value });
    return value;
  };
};
