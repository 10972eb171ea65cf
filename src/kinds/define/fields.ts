import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';
import type { Level } from '../../domain/facts/level.ts';
import { isoTime } from '../../domain/text/format.ts';
import { type OptionalField, optional, type WordsOfText, wordsOf } from './shared-fields.ts';

/** A field's value in comparisons. 64-bit offsets are `bigint`. */
export type FieldValue = string | number | bigint | readonly string[];

/** Units of numbers, for docs and tables. '' is a plain count. */
type FieldUnit = '' | 'ms' | 's' | '%' | 'messages' | '/s' | 'bytes' | 'cores' | 'of 1';

/** Formats an engine time as ISO 8601 UTC of the machine's clock. */
export type IsoFormatter = (at: Millis) => string;

/** The column of a field in the pane of its kind: in wide mode, or where the user turns it on. */
export interface FieldColumn {
  /** In capitals, as in other panes: 'IMAGE'. */
  readonly head: string;
  /** Width in terminal cells. */
  readonly width: number;
  /** True: it takes part of the width that is left, and a long text keeps its end. */
  readonly grows?: true;
}

/**
 * One field of a kind, for expressions, `check --json`, the docs, columns, and rows that processes share. `J` is the type of
 * its JSON value; `never`: it is not in the JSON. `S`: the type of `holds`.
 */
export interface Field<F, J = unknown, S = unknown> {
  /** `state`: a word, where 'unknown' means no data. */
  readonly type: 'text' | 'state' | 'number' | 'time' | 'level' | 'list';
  /** Its meaning, for the docs: a phrase without a full stop. */
  readonly says: string;
  readonly unit?: FieldUnit;
  /** Part of the identity: known even when the rest of the row is stale. */
  readonly identity?: true;
  /** Possible values, when the list is closed. */
  readonly words?: readonly string[];
  /** Words of a level that this field never has, in lower case, and the condition to write instead. */
  readonly instead?: Readonly<Record<string, string>>;
  /** Compared case-insensitively: a word in the system's own spelling ('CrashLoopBackOff'). */
  readonly anyCase?: true;
  /** The value of the row's property of this name, for `shared`. Absent: computed, or more than a value. */
  readonly holds?: S;
  /** Absent: no column beside those that its pane declares. */
  readonly column?: FieldColumn;
  /** The value; undefined when it is absent. */
  of(fact: F, level: Level): FieldValue | undefined;
  /** The value in JSON. Absent: the field exists only in expressions. */
  json?(fact: F, iso: IsoFormatter): J;
}

/** The fields of a kind by name, in the order of `check --json`. */
export type FieldTable<F> = Readonly<Record<string, Field<F>>>;

/** The JSON keys of a field table, with their types. */
export type JsonOf<T> = {
  readonly [N in keyof T as T[N] extends Field<never, infer J>
    ? [J] extends [never]
      ? never
      : N
    : never]: T[N] extends Field<never, infer J> ? J : never;
};

/** Converts a number for JSON: unknown, NaN and ±Inf become null, never 0. */
export const jsonNumber = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;

type Get<F, V> = (fact: F) => V;

/** Builders of the fields of one kind's rows: `const { id, number } = fieldsOf<Widget>()`. */
export const fieldsOf = <F extends Fact>() => ({
  /** A text that is part of the identity. */
  id: (says: string, of: Get<F, string>): Field<F, string, 'text'> => ({
    ...{ type: 'text', says, identity: true, holds: 'text' },
    ...{ of, json: of },
  }),

  /** A number that is part of the identity. */
  idNumber: (says: string, of: Get<F, number>): Field<F, number, 'number'> => ({
    ...{ type: 'number', says, identity: true, holds: 'number' },
    ...{ of, json: of },
  }),

  /** One of several space-separated words; part of the identity. */
  idWord: <const W extends string>(
    says: string,
    words: W,
    of: Get<F, string>,
  ): Field<F, string, WordsOfText<W>> => ({
    ...{ type: 'text', says, identity: true, words: words.split(' '), holds: wordsOf(words) },
    ...{ of, json: of },
  }),

  text: (says: string, of: Get<F, string>): Field<F, string, 'text'> => ({
    ...{ type: 'text', says, holds: 'text' },
    ...{ of, json: of },
  }),

  /** A text that may be absent. */
  maybeText: (
    says: string,
    of: Get<F, string | undefined>,
  ): Field<F, string | null, OptionalField<'text'>> => ({
    ...{ type: 'text', says, holds: optional('text') },
    of,
    json: (fact) => of(fact) ?? null,
  }),

  /** A word in the system's own spelling, compared case-insensitively. */
  foreignWord: (says: string, of: Get<F, string>): Field<F, string, 'text'> => ({
    ...{ type: 'text', says, anyCase: true, holds: 'text' },
    ...{ of, json: of },
  }),

  /** One of several space-separated words; 'unknown' among them means no data. */
  state: <const W extends string>(
    says: string,
    words: W,
    of: Get<F, string>,
  ): Field<F, string, WordsOfText<W>> => ({
    ...{ type: 'state', says, words: words.split(' '), holds: wordsOf(words) },
    ...{ of, json: of },
  }),

  /** A number that may be absent. Without a unit it is a count, which is never negative. */
  number: (
    says: string,
    unit: FieldUnit,
    of: Get<F, number | undefined>,
  ): Field<F, number | null, OptionalField<'number' | 'count'>> => ({
    ...{ type: 'number', says, unit, holds: optional(unit === '' ? 'count' : 'number') },
    of,
    json: (fact) => jsonNumber(of(fact)),
  }),

  /** A 64-bit number: exact in expressions, a decimal string in JSON. */
  bigNumber: (says: string, unit: FieldUnit, of: Get<F, bigint | undefined>): Field<F, string | null> => ({
    ...{ type: 'number', says, unit },
    of,
    json: (fact) => of(fact)?.toString() ?? null,
  }),

  time: (says: string, of: Get<F, Millis | undefined>): Field<F, string | null, OptionalField<'time'>> => ({
    ...{ type: 'time', says, holds: optional('time') },
    of: (fact) => {
      const ms = of(fact);
      return ms === undefined ? undefined : isoTime(ms);
    },
    json: (fact, iso) => {
      const ms = of(fact);
      return ms === undefined ? null : iso(ms);
    },
  }),

  /** A list, which equals each of its members; `json` when JSON has more than the texts. */
  list: <J = readonly string[]>(
    says: string,
    of: Get<F, readonly string[]>,
    json: Get<F, J>,
  ): Field<F, J, 'texts'> => ({ ...{ type: 'list', says, holds: 'texts' }, of, json }),

  /** A field that never has certain words of its kind's levels; `instead`: the condition to write for each. */
  withoutWords: <J, S>(field: Field<F, J, S>, instead: Readonly<Record<string, string>>): Field<F, J, S> => ({
    ...field,
    instead,
  }),

  /** A field of expressions that `check --json` omits. */
  unprinted: <S>({ json: _, ...field }: Field<F, unknown, S>): Field<F, never, S> => field,

  /** A field that is calculated from others: rows have no property of its name. */
  computed: <J>({ holds: _, ...field }: Field<F, J>): Field<F, J> => field,

  /** A field with a column in the pane of its kind, below `head`. `width`: in terminal cells. */
  inColumn: <J, S>(
    head: string,
    width: number,
    field: Field<F, J, S>,
    more: Pick<FieldColumn, 'grows'> = {},
  ): Field<F, J, S> => ({ ...field, column: { head, width, ...more } }),
});
