import type { Fact } from '../domain/facts.ts';
import { absentText, formatCount } from '../domain/format.ts';
import type { Level, LimitWords } from '../domain/level.ts';
import { levelRank, worseLevel } from '../domain/level.ts';
import { isInBound, parseBound } from '../domain/threshold.ts';
import { type Field, type FieldTable, fieldsOf, type IsoFormatter, type JsonOf } from './fields.ts';

/** How the level of a kind's rows is judged by words: states, severities, what is missing. */
interface LevelRule<F> {
  /** The level of each word, in small letters. A word that is not listed is ok. */
  readonly words: Readonly<Record<string, Level>>;
  /** The words that a row is judged by. Absent: its state. */
  of?(fact: F): readonly string[];
  /** `first`: words run from the particular to the general, and the first that is known decides. Absent: the worst. */
  readonly decides?: 'first';
  /** Words of built-in bounds, in place of which a `warn` bound of the profile comes: 'near max'. */
  readonly replacedByWarn?: readonly string[];
  /** The words that `limits` may name, where the list is closed; of other kinds any word may be given a level. */
  readonly closed?: readonly string[];
}

const isLevel = (text: string | undefined): text is Level =>
  text !== undefined && Object.hasOwn(levelRank, text);

const limitOf = (limits: LimitWords, word: string): Level | undefined => {
  const own = Object.keys(limits).find((key) => key.toLowerCase() === word.toLowerCase());
  const level = own === undefined || own === 'warn' || own === 'crit' ? undefined : limits[own];
  return isLevel(level) ? level : undefined;
};

const wordLevel = (
  { words, replacedByWarn = [] }: Pick<LevelRule<never>, 'words' | 'replacedByWarn'>,
  word: string,
  limits: LimitWords,
): Level | undefined => {
  const own = limitOf(limits, word);
  if (own !== undefined) return own;
  if (limits.warn !== undefined && replacedByWarn.includes(word)) return undefined;
  const known = word.toLowerCase();
  return Object.hasOwn(words, known) ? words[known] : undefined;
};

const numberLevel = (value: number | undefined, limits: LimitWords): Level => {
  const past = (text: string | undefined): boolean => {
    const bound = text === undefined || value === undefined ? undefined : parseBound(text);
    return bound !== undefined && value !== undefined && 'op' in bound && isInBound(bound, value) === true;
  };
  return past(limits.crit) ? 'crit' : past(limits.warn) ? 'warn' : 'ok';
};

/**
 * The level of a fact: what its words say, or its number by the profile's `warn` and `crit`, whichever is worse.
 * `limits` name a word ('disabled: ok'), or bounds on the kind's number. Words are compared without regard to case.
 */
const judge = <F>(
  rule: LevelRule<F>,
  fact: F,
  state: string,
  value: number | undefined,
  limits: LimitWords,
): Level => {
  const words = (rule.of?.(fact) ?? [state]).filter((word) => word !== '');
  const levels = words.map((word) => wordLevel(rule, word, limits)).filter((level) => level !== undefined);
  const said = rule.decides === 'first' ? (levels[0] ?? 'ok') : levels.reduce(worseLevel, 'ok');
  return worseLevel(said, numberLevel(value, limits));
};

/** The keys that every row has in `check --json`, behind its own. `at` is ISO 8601 UTC. */
interface RowStamp {
  readonly level: Level;
  readonly source: string;
  readonly at: string;
}

/** A row of `check --json` of a kind with these fields. */
export type JsonRow<T> = JsonOf<T> & RowStamp;

/** A row of any kind. */
export type CheckRow = RowStamp & Readonly<Record<string, unknown>>;

/** A row in the text of `check`. */
export interface CheckWords {
  readonly name: string;
  /** '' where it has none. */
  readonly state: string;
  /** Numbers and reasons in words; undefined and '' are left out. */
  readonly details: readonly (string | undefined)[];
  /** The main value: what is left of the row, beside its name, where many are fine. */
  readonly value?: string;
}

/** The names under which lines of a log may be about a row. */
export interface LogNames {
  readonly title: string;
  /** By which it may be known as a workload, the closest first. */
  readonly names: readonly string[];
  /** What appears in its lines, where no workload goes by its name; '' for nothing. */
  readonly word: string;
}

/** What a kind is made of. Everything else about it is derived: see `Kind`. */
interface KindSpec<F extends Fact, T extends FieldTable<F>> {
  /** Its name in expressions, in `check --json` and below `limits`: a plural noun, 'breakers'. */
  readonly name: string;
  /** What its rows are, for the docs: 'Circuit breakers of every instance'. */
  readonly says: string;
  /** Its fields in the order of `check --json`; `level`, `source` and `at` are added to them. */
  readonly fields: T;
  /** What identifies a row among those of its source and kind. Absent: the fields that are identities. */
  identity?(fact: F): readonly (string | number)[];
  /** What a person calls the row: 'bus-0 · broker'. Absent: its identity. */
  label?(fact: F): string;
  /** The row's state in a word or two, as `limits` name it: 'open', 'near max'. 'unknown' where it is not known. */
  state(fact: F): string;
  /** How a row's level is judged. */
  readonly levels: LevelRule<F>;
  /** The field whose number `warn` and `crit` of `limits` judge. Absent: the kind has no such number. */
  readonly bounds?: keyof T & string;
  /** False: its rows do not count in the total level, nor in the exit code of `check`. */
  readonly inTotal?: false;
  /** False: the header does not count its rows. */
  readonly inHeader?: false;
  /** Whether the row belongs to the open environment, and counts there. Absent: it does. */
  isOf?(fact: F, env: string): boolean;
  /** Whether a row whose state was `was` has been in the same trouble since, now that it is `is`. Absent: a new state starts a new clock. */
  goesOn?(was: string, is: string): boolean;
  /** Identifies the object among successors of the same name, as an operation pins it: a uid. */
  pin?(fact: F): string | number | undefined;
  /** Labels, which `labels.NAME` finds in expressions. */
  labels?(fact: F): Readonly<Record<string, string>>;
  /** Describes the row where its `field` is a choice of a parameter; '' where the value alone is enough. */
  choice?(fact: F, field: string): string;
  /** One line of plain text, as a diagnose step shows it. Absent: field by field. */
  line?(fact: F): string;
  /** Its row in the text of `check`, from the JSON. Absent: identity, state and numbers. */
  words?(row: JsonRow<T>): CheckWords;
  /** All its rows in the text of `check`, where they are not one line each. */
  lines?(rows: readonly JsonRow<T>[]): readonly CheckTextLine<JsonRow<T>>[];
  /** The larger thing that it belongs to: a service, a consumer group. NOW ranks findings of one thing together. */
  belongsTo?(fact: F): string;
  /** What it needs and does not get: NOW ranks what others need first. */
  needs?(fact: F): readonly string[];
  /** Under which names LOGS looks for its lines. Absent: its label. */
  logNames?(fact: F): LogNames;
}

/** A row of `check --json` with its words. */
export interface CheckTextLine<R = CheckRow> {
  readonly row: R;
  readonly words: CheckWords;
}

/**
 * A kind of fact, whole: what expressions, row keys, levels, `check`, NOW, exports, the profile's schema and the docs
 * take from it. Made by `defineKind`.
 */
export interface KindDefinition<F extends Fact = Fact>
  extends Omit<KindSpec<F, FieldTable<F>>, 'identity' | 'label' | 'words' | 'lines' | 'levels'> {
  /** Its own fields and `level`, `source`, `at`. */
  readonly allFields: FieldTable<F>;
  readonly levels: LevelRule<F>;
  identity(fact: F): readonly (string | number)[];
  label(fact: F): string;
  /** The level of a row by the kind's rule and the profile's `limits` of this kind. */
  levelOf(fact: F, limits: LimitWords): Level;
  /** A field by name, `labels.NAME` included; undefined when it has none of that name. */
  field(name: string): Field<F> | undefined;
  /** The row of `check --json`. */
  json(fact: F, level: Level, iso: IsoFormatter): CheckRow;
  /** Rows of `check --json` as lines of its text, in their order. */
  lines(rows: readonly CheckRow[]): readonly CheckTextLine[];
}

const { id, time } = fieldsOf<Fact>();

const common: FieldTable<Fact> = {
  level: { type: 'level', says: 'ok, unknown, warn or crit', of: (_, now) => now },
  source: id('source id', (fact) => fact.source),
  at: time('time of the reading', (fact) => fact.at),
};

const joined = (parts: readonly (string | number)[]): string =>
  parts.filter((part) => part !== '').join(' · ');

/** A row of a kind that has no words of its own: identity, state, and the numbers that are known. */
const wordsBy =
  (fields: FieldTable<never>) =>
  (row: CheckRow): CheckWords => {
    const named = Object.entries(fields);
    const texts = (isWanted: (field: Field<never>) => boolean): readonly string[] =>
      named.flatMap(([name, field]) => (isWanted(field) ? [String(row[name] ?? '')] : []));
    return {
      name: joined(texts(({ identity }) => identity === true)),
      state: texts(({ type }) => type === 'state')[0] ?? '',
      details: named.map(([name, { type, identity, unit = '' }]) => {
        const value = row[name];
        return type !== 'number' || identity === true || typeof value !== 'number'
          ? undefined
          : `${name} ${formatCount(value)}${unit === '' ? '' : ` ${unit}`}`;
      }),
    };
  };

const ownLabel = <F>(of: (fact: F) => Readonly<Record<string, string>>, name: string): Field<F> => ({
  type: 'text',
  says: 'a label',
  identity: true,
  of: (fact) => (Object.hasOwn(of(fact), name) ? of(fact)[name] : undefined),
});

const labelPrefix = 'labels.';

/**
 * Makes a kind of its declaration, with defaults made of its fields.
 * @throws {Error} when it has no name that an expression can write, or a field takes a name that every kind has
 */
export const defineKind = <F extends Fact, T extends FieldTable<F> = FieldTable<F>>(
  spec: KindSpec<F, T>,
): KindDefinition<F> => {
  const { name, fields } = spec;
  if (!/^[a-z][\w-]*$/i.test(name)) throw new Error(`kind "${name}": the name must be one word of letters`);
  const taken = Object.keys(fields).find((field) => Object.hasOwn(common, field));
  if (taken !== undefined) throw new Error(`kind ${name}: the field name ${taken} is reserved`);
  const identities = Object.values(fields).filter((field) => field.identity === true);
  const identity = (fact: F): readonly (string | number)[] =>
    spec.identity?.(fact) ?? identities.map((field) => String(field.of(fact, 'ok') ?? ''));
  const printed = Object.entries(fields).filter(([, { json }]) => json !== undefined);
  const wordsOf = spec.words ?? wordsBy(fields);
  const linesOf =
    spec.lines ??
    ((rows: readonly JsonRow<T>[]): readonly CheckTextLine<JsonRow<T>>[] =>
      rows.map((row) => ({ row, words: wordsOf(row) })));
  const bound = spec.bounds === undefined ? undefined : fields[spec.bounds];
  const numberOf = (fact: F): number | undefined => {
    const value = bound?.of(fact, 'ok');
    return typeof value === 'number' ? value : undefined;
  };
  return {
    ...spec,
    allFields: { ...fields, ...common },
    identity,
    label: (fact) => spec.label?.(fact) ?? joined(identity(fact)),
    levelOf: (fact, limits) => judge(spec.levels, fact, spec.state(fact), numberOf(fact), limits),
    field: (wanted) => {
      if (Object.hasOwn(fields, wanted)) return fields[wanted];
      if (Object.hasOwn(common, wanted)) return common[wanted];
      return spec.labels !== undefined && wanted.startsWith(labelPrefix)
        ? ownLabel((fact: F) => spec.labels?.(fact) ?? {}, wanted.slice(labelPrefix.length))
        : undefined;
    },
    json: (fact, level, iso) => ({
      ...Object.fromEntries(printed.map(([key, field]) => [key, field.json?.(fact, iso)])),
      level,
      source: fact.source,
      at: iso(fact.at),
    }),
    // The rows are those that `json` has made of the same fields.
    lines: (rows) => linesOf(rows as readonly JsonRow<T>[]) as readonly CheckTextLine[],
  };
};

/** How a row without a state is shown. */
export const stateText = (state: string): string => (state === '' ? absentText : state);
