import type { Fact } from '../../domain/facts/facts.ts';

/**
 * What a field holds when its row is shared between processes. `time`: on the clock of opsdeck, converted for the receiver.
 * A record has the words that a text may be.
 */
export type SharedValue =
  | 'text'
  | 'number'
  | 'count'
  | 'time'
  | 'flag'
  | 'labels'
  | 'number or text'
  | Readonly<Record<string, true>>;

/** A field that a row may lack. */
export interface OptionalField<V extends SharedValue = SharedValue> {
  readonly optional: V;
}

/** The fields of a kind's rows besides `source` and `at`, for code that knows no kind. */
export type SharedTable = Readonly<Record<string, SharedValue | OptionalField>>;

type ValueOf<V> = [V] extends [string]
  ? string extends V
    ? 'text'
    : Readonly<Record<V, true>>
  : [V] extends [number]
    ? 'number' | 'count' | 'time'
    : [V] extends [boolean]
      ? 'flag'
      : [V] extends [number | string]
        ? 'number or text'
        : [V] extends [Readonly<Record<string, string>>]
          ? 'labels'
          : never;

/** Every field of a fact: one that is added to the fact, or a word of a state, does not compile until it is here too. */
export type SharedFields<F extends Fact> = {
  readonly [K in Exclude<keyof F, keyof Fact>]-?: Record<never, never> extends Pick<F, K>
    ? OptionalField<ValueOf<Exclude<F[K], undefined>>>
    : ValueOf<F[K]>;
};

/** Marks a field that a row may lack. */
export const optional = <const V extends SharedValue>(value: V): OptionalField<V> => ({ optional: value });
