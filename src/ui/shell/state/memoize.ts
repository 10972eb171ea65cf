import { wholePart } from './tracked-reads.ts';

/**
 * Memoizes the last result while its inputs are identical, because several keys and the following frame compute the same
 * list.
 */
export const memoizeLast = <A, R>(
  inputsOf: (input: A) => readonly unknown[],
  make: (input: A) => R,
): ((input: A) => R) => {
  let cached: { readonly of: readonly unknown[]; readonly result: R } | undefined;
  return (input) => {
    const of = inputsOf(input);
    if (
      cached !== undefined &&
      cached.of.length === of.length &&
      cached.of.every((value, index) => value === of[index])
    )
      return cached.result;
    cached = { of, result: make(input) };
    return cached.result;
  };
};

/** A memoized value with its other inputs. */
interface MemoizedValue<V> {
  readonly inputs: readonly unknown[];
  readonly value: V;
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((input, index) => Object.is(input, b[index]));

/**
 * Memoizes values per object, by default one. A value is recomputed when another input is not identical (`Object.is`), so
 * `inputs` must contain everything that `make` reads. Weak: entries are removed with their object.
 */
export const memoizePerObject = <V>(
  kept = 1,
): ((thing: object, inputs: readonly unknown[], make: () => V) => V) => {
  const memoized = new WeakMap<object, readonly MemoizedValue<V>[]>();
  return (given, givenInputs, make) => {
    const thing = wholePart(given);
    const inputs = givenInputs.map(wholePart);
    const values = memoized.get(thing) ?? [];
    const cached = values.find((memoizedValue) => same(memoizedValue.inputs, inputs));
    if (cached !== undefined) return cached.value;
    const value = make();
    memoized.set(thing, [{ inputs, value }, ...values.slice(0, kept - 1)]);
    return value;
  };
};
