import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';
import { type Level, type LimitWords, noLimits } from '../../domain/facts/level.ts';
import { absentText, formatCount } from '../../domain/text/format.ts';
import { type Field, type FieldTable, fieldsOf, type IsoFormatter, type JsonOf } from './fields.ts';
import {
  type JudgedBy,
  judgedBy,
  type LevelReason,
  type LevelRule,
  levelReasons,
  type NumberBounds,
  worstReason,
} from './judge-level.ts';
import type { OtherFields, SharedFields, SharedTable } from './shared-fields.ts';

/** The keys that every row of `check --json` has after its own. `at` is ISO 8601 UTC. */
interface RowStamp {
  readonly level: Level;
  readonly source: string;
  readonly at: string;
}

/** A row of `check --json` for a kind with these fields. */
export type JsonRow<T> = JsonOf<T> & RowStamp;

/** A row of any kind. */
export type CheckRow = RowStamp & Readonly<Record<string, unknown>>;

/** A row in the text output of `check`. */
export interface CheckWords {
  readonly name: string;
  /** '' when it has none. */
  readonly state: string;
  /** Numbers and reasons as text; undefined and '' are dropped. */
  readonly details: readonly (string | undefined)[];
  /** The main value: shown with the name when many rows are fine. */
  readonly value?: string;
}

/** The names under which log lines may refer to a row. */
export interface LogNames {
  readonly title: string;
  /** Possible workload names, the most specific first. */
  readonly names: readonly string[];
  /** Text to search for when no workload has its name; '' for none. */
  readonly word: string;
}

/** The declaration of a kind. Everything else about it is derived: see `Kind`. */
interface KindSpec<F extends Fact, T extends FieldTable<F>> {
  /** Name in expressions, in `check --json` and below `limits`: a plural noun, 'breakers'. */
  readonly name: string;
  /** Description of its rows for the docs: 'Circuit breakers of every instance'. */
  readonly says: string;
  /** Fields in the order of `check --json`; `level`, `source` and `at` are added. */
  readonly fields: T;
  /** Identity of a row within its source and kind. Absent: the identity fields. */
  identity?(fact: F): readonly (string | number)[];
  /** Display name of the row: 'bus-0 · broker'. Absent: its identity. */
  label?(fact: F): string;
  /** The row's state in one or two words, as used in `limits`: 'open', 'near max'. 'unknown' when it is not known. */
  state(fact: F): string;
  /** Formats a state for people: 'falling behind' for `falling-behind`. Absent: as it is in JSON. */
  shownState?(state: string): string;
  /** The rule for a row's level. */
  readonly levels: LevelRule<F>;
  /** The field that `warn` and `crit` of `limits` apply to. Absent: the kind has no such number. */
  readonly bounds?: keyof T & string;
  /** Built-in bounds on that number, which `warn` and `crit` of `limits` replace. Absent: none. */
  readonly builtInBounds?: NumberBounds;
  /** False: its rows count neither in the overall level nor in the exit code of `check`. */
  readonly inTotal?: false;
  /** False: the header does not count its rows. */
  readonly inHeader?: false;
  /** False: the overview has no pane of it, because other panes show its rows. */
  readonly inOverview?: false;
  /** Returns whether the row belongs to the open environment and counts there. Absent: it does. */
  isOf?(fact: F, env: string): boolean;
  /** Returns whether the states `was` and `is` belong to one incident. Absent: a new state restarts the timer. */
  goesOn?(was: string, is: string): boolean;
  /** The beginning of its state according to the source, on the clock of opsdeck. Absent or undefined: unknown. */
  beganAt?(fact: F): Millis | undefined;
  /** Distinguishes the object from successors of the same name; operations pin it: a uid. */
  pin?(fact: F): string | number | undefined;
  /**
   * Tells the object from another one of its key that has taken its place: the uid of a pod, the start of a session. An object
   * that restarts by itself stays the same. Absent or undefined: its key is all that is known of it.
   */
  object?(fact: F): string | undefined;
  /**
   * Returns whether it is switched off, so that it cannot fail: a workload without replicas, a breaker that lets everything through. It shows
   * nothing about a failure of before, unless an action switches it off or a check asks for that state.
   */
  isOff?(fact: F): boolean;
  /**
   * A number that only grows, within an object of a key and from one to the next: the number of a run, the end of a log. With a lower one the
   * row shows another object, because that of before is gone.
   */
  sequence?(fact: F): number | undefined;
  /**
   * Explains how a later row of the same object shows nothing about its failure of before, although it looks better: a canceled run of CI, a
   * health report without the part that was down. Continues a sentence about the object. Absent or undefined: it shows the object.
   */
  noEvidence?(was: F, is: F): string | undefined;
  /**
   * Numbers that only grow within a run of an object, by the name of their field, which is that of the fact. With a lower one the object was
   * restarted, and counts from zero.
   */
  readonly counters?: readonly string[];
  /** Labels, available to expressions as `labels.NAME`. */
  labels?(fact: F): Readonly<Record<string, string>>;
  /** Describes the row when its `field` is a choice of a parameter; '' when the value alone suffices. */
  choice?(fact: F, field: string): string;
  /** The row as one line of plain text, for diagnose steps. Absent: field by field. */
  line?(fact: F): string;
  /** The row in the text output of `check`, built from the JSON. Absent: identity, state and numbers. */
  words?(row: JsonRow<T>): CheckWords;
  /** All rows in the text output of `check`, when they are not one line each. */
  lines?(rows: readonly JsonRow<T>[]): readonly CheckTextLine<JsonRow<T>>[];
  /** The parent object: a service, a consumer group. Problems ranks the findings of one parent together. */
  belongsTo?(fact: F): string;
  /** The dependencies that it is missing: Problems ranks dependencies first. */
  needs?(fact: F): readonly string[];
  /**
   * True: a row that is not ok says that its parent object is impaired. Problems folds the findings of dependent objects under
   * it. Absent: it says something else (an alert about a backup), and explains nothing.
   */
  readonly impairs?: true;
  /** The names under which Logs searches for its lines. Absent: its label. */
  logNames?(fact: F): LogNames;
  /**
   * Says that the processes of a team share its rows, which are the same for everyone, from one response: the properties of
   * rows besides those that `fields` tell, or all of them. Absent: its rows are not shared, because they say what this machine reaches.
   */
  readonly shared?: OtherFields<F, T> | SharedFields<F>;
}

/** A row of `check --json` with its text. */
export interface CheckTextLine<R = CheckRow> {
  readonly row: R;
  readonly words: CheckWords;
}

/**
 * A complete kind of facts, used by expressions, row keys, levels, `check`, Problems, exports, the profile's schema and the
 * docs. Made by `defineKind`.
 */
export interface KindDefinition<F extends Fact = Fact>
  extends Omit<KindSpec<F, FieldTable<F>>, 'identity' | 'label' | 'words' | 'lines' | 'levels' | 'shared'> {
  /** Its own fields plus `level`, `source` and `at`. */
  readonly allFields: FieldTable<F>;
  readonly levels: LevelRule<F>;
  /** Every property of its rows that processes share. Absent: its rows are not shared. */
  readonly shared?: SharedTable;
  identity(fact: F): readonly (string | number)[];
  label(fact: F): string;
  /** Returns the level of a row by the kind's rule and the profile's `limits`. */
  levelOf(fact: F, limits: LimitWords): Level;
  /** Returns the rules that give a row its level; the worst decides, and none means ok. */
  reasonsOf(fact: F, limits: LimitWords): readonly LevelReason[];
  /** Returns the bounds on the kind's number under the profile's `limits`. */
  boundsOf(limits: LimitWords): NumberBounds;
  /** Returns a field by name, including `labels.NAME`; undefined when it does not exist. */
  field(name: string): Field<F> | undefined;
  /** Builds the row of `check --json`. */
  json(fact: F, level: Level, iso: IsoFormatter): CheckRow;
  /** Formats rows of `check --json` as lines of text, in their order. */
  lines(rows: readonly CheckRow[]): readonly CheckTextLine[];
}

const { id, time } = fieldsOf<Fact>();

const common: FieldTable<Fact> = {
  level: {
    type: 'level',
    says: 'opsdeck gives the row one of these levels: ok, unknown, warn or crit',
    of: (_, now) => now,
  },
  source: id('source id', (fact) => fact.source),
  at: time('opsdeck read the row at this time', (fact) => fact.at),
};

const joined = (parts: readonly (string | number)[]): string =>
  parts.filter((part) => part !== '').join(' · ');

/** Default text of a row: identity, state, and the known numbers. */
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

/** The values of the properties that fields tell. */
const toldBy = (fields: FieldTable<never>): SharedTable =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, { holds }]) =>
      // Only the builders of fields set it.
      holds === undefined ? [] : [[name, holds as SharedTable[string]]],
    ),
  );

/** Every property of shared rows. A table that repeats what fields tell has all of them: that of a plugin for an earlier SDK. */
const wholeTable = (told: SharedTable, shared: SharedTable): SharedTable =>
  Object.entries(shared).some(([name, value]) => JSON.stringify(told[name]) === JSON.stringify(value))
    ? shared
    : { ...told, ...shared };

const labelPrefix = 'labels.';

/**
 * Creates a kind from its declaration; defaults are derived from its fields.
 * @throws {Error} when its name is not valid in expressions, or a field uses a name that every kind has
 */
export const defineKind = <F extends Fact, T extends FieldTable<F> = FieldTable<F>>(
  spec: KindSpec<F, T>,
): KindDefinition<F> => {
  const { name, fields } = spec;
  if (!/^[a-z][\w-]*$/i.test(name))
    throw new Error(`kind "${name}": the name must be one word of letters. Rename the kind`);
  const taken = Object.keys(fields).find((field) => Object.hasOwn(common, field));
  if (taken !== undefined)
    throw new Error(`kind ${name}: the field name ${taken} is reserved. Rename the field`);
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
  let judge = judgedBy(spec.levels, noLimits, spec.builtInBounds);
  const judgeOf = (limits: LimitWords): JudgedBy<F> => {
    if (judge.limits !== limits) judge = judgedBy(spec.levels, limits, spec.builtInBounds);
    return judge;
  };
  const reasonsOf = (fact: F, limits: LimitWords): readonly LevelReason[] =>
    levelReasons(judgeOf(limits), fact, spec.state(fact), numberOf(fact));
  const { shared, ...declared } = spec;
  return {
    ...declared,
    allFields: { ...fields, ...common },
    ...(shared === undefined ? {} : { shared: wholeTable(toldBy(fields), shared) }),
    identity,
    label: (fact) => spec.label?.(fact) ?? joined(identity(fact)),
    levelOf: (fact, limits) => worstReason(reasonsOf(fact, limits)),
    reasonsOf,
    boundsOf: (limits) => judgeOf(limits).bounds,
    field: (name) => {
      if (Object.hasOwn(fields, name)) return fields[name];
      if (Object.hasOwn(common, name)) return common[name];
      return spec.labels !== undefined && name.startsWith(labelPrefix)
        ? ownLabel((fact: F) => spec.labels?.(fact) ?? {}, name.slice(labelPrefix.length))
        : undefined;
    },
    json: (fact, level, iso) => ({
      ...Object.fromEntries(printed.map(([key, field]) => [key, field.json?.(fact, iso)])),
      level,
      source: fact.source,
      at: iso(fact.at),
    }),
    // `json` built the rows from the same fields.
    lines: (rows) => linesOf(rows as readonly JsonRow<T>[]) as readonly CheckTextLine[],
  };
};

/** Formats a state; a row without one shows the text for absence. */
export const stateText = (state: string): string => (state === '' ? absentText : state);
