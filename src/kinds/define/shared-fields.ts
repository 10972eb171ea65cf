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
  | 'texts'
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
        : [V] extends [readonly string[]]
          ? 'texts'
          : [V] extends [Readonly<Record<string, string>>]
            ? 'labels'
            : never;

/** The value of every property of a fact. */
export type SharedFields<F extends Fact> = {
  readonly [K in Exclude<keyof F, keyof Fact>]-?: Record<never, never> extends Pick<F, K>
    ? OptionalField<ValueOf<Exclude<F[K], undefined>>>
    : ValueOf<F[K]>;
};

/** Marks a field that a row may lack. */
export const optional = <const V extends SharedValue>(value: V): OptionalField<V> => ({ optional: value });

/** True for a field that a row may lack. */
export const isOptional = (field: SharedTable[string]): field is OptionalField =>
  typeof field === 'object' && 'optional' in field;

type Words<W extends string> = W extends `${infer First} ${infer Rest}` ? First | Words<Rest> : W;

/** The words of a space-separated list, as a value of a field. */
export type WordsOfText<W extends string> = Readonly<Record<Words<W>, true>>;

/** Splits a space-separated list of words. */
export const wordsOf = <const W extends string>(words: W): WordsOfText<W> =>
  // The type has the same words.
  Object.fromEntries(words.split(' ').map((word) => [word, true])) as WordsOfText<W>;

/** A field as far as it tells the value of a property. */
interface Telling<S> {
  readonly holds?: S;
}

type ChoicesOf<V> = V extends OptionalField<infer O> ? ChoicesOf<O> : V extends string ? never : keyof V;

/** True if `S` describes a property as exactly as `Wanted`: with all of its words and no other one. */
type Tells<S, Wanted> = [S] extends [Wanted]
  ? [ChoicesOf<S>] extends [ChoicesOf<Wanted>]
    ? true
    : false
  : false;

type Told<S, Wanted> = unknown extends S ? false : Tells<S, Wanted>;

/** Names of properties whose values the fields of the kind tell. */
type ToldNames<F extends Fact, T> = {
  [K in keyof T & keyof SharedFields<F>]: T[K] extends Telling<infer S>
    ? Told<S, SharedFields<F>[K]> extends true
      ? K
      : never
    : never;
}[keyof T & keyof SharedFields<F>];

/** Names of fields that tell the value of a property that rows do not have. */
type Strayed<F extends Fact, T> = {
  [K in keyof T]: K extends keyof F
    ? never
    : T[K] extends Telling<infer S>
      ? unknown extends S
        ? never
        : K
      : never;
}[keyof T];

/**
 * The properties that no field of the kind tells: they do not compile until they are here, nor does a word of a state that is
 * missing in its field. A field that is not a property is `computed`.
 */
export type OtherFields<F extends Fact, T> = Omit<SharedFields<F>, ToldNames<F, T>> & {
  readonly [K in Strayed<F, T> & string]: `mark the field ${K} as computed: rows have no such property`;
};
