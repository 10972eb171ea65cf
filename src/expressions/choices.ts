import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import { type Level, levelRank, worseLevel } from '../domain/facts/level.ts';
import type { Row, Snapshot } from '../domain/facts/snapshot.ts';
import type { ParamSpec, ParamValues } from '../domain/runbooks/runbook.ts';
import type { FieldValue } from '../kinds/define/fields.ts';
import { fieldOf, isKind, kindOf } from '../kinds/registry/registry.ts';
import { problemOnset } from './onset.ts';
import type { Test } from './rows/ast.ts';
import { paramNamesIn } from './rows/describe-row.ts';
import { missingDataText } from './rows/evaluation-context.ts';
import { parseTest } from './rows/parse.ts';
import { fieldValue, testRow } from './rows/test-row.ts';

/** The choices of a parameter, in the order in which they are offered: the most likely one first. */
export interface AvailableChoices {
  readonly choices: readonly string[];
  /** Why there may be more that could not be read. */
  readonly hidden?: string;
  /** Description of each choice by its value: the user of a session, the state of a pod. */
  readonly about?: Readonly<Record<string, string>>;
  /** The worst level of the facts of each choice, by its value. Absent: the choices are no facts. */
  readonly levels?: Readonly<Record<string, Level>>;
  /** Why a choice is not recommended, by its value: choosing it requires a reason. */
  readonly doubts?: Readonly<Record<string, string>>;
  /** When each choice was made, by its value. */
  readonly made?: Readonly<Record<string, Millis>>;
  /** Values that are listed and cannot be chosen: the current one. */
  readonly excluded?: readonly { readonly value: string; readonly about: string }[];
}

/**
 * Possible values of a parameter. `problem`: why none could be read. `dependsOn`: a parameter that has to be answered
 * first.
 */
export type ParamChoices = AvailableChoices | { readonly problem: string; readonly dependsOn?: string };

const textsOf = (value: FieldValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'object' ? value : [String(value)];

/** Describes a choice that several rows provide: the first description, and the number of others. */
export const togetherNote = (words: readonly string[]): string => {
  const distinct = [...new Set(words)].filter((text) => text !== '');
  const [first = ''] = distinct;
  return distinct.length < 2 ? first : `${first}, and ${distinct.length - 1} more`;
};

/** Parses the `KIND.FIELD` of a parameter, or returns what is wrong with it. */
export const choiceOrigin = (
  from: string,
): { readonly kind: FactKind; readonly field: string } | { readonly what: string } => {
  const [kind = '', ...rest] = from.split('.');
  const field = rest.join('.');
  if (!isKind(kind)) return { what: `unknown kind "${kind}"` };
  return fieldOf(kind, field) === undefined
    ? { what: `no field is called "${field}" in ${kind}` }
    : { kind, field };
};

/** One value of a row that a parameter can take. */
interface Candidate {
  readonly text: string;
  readonly words: string;
  readonly level: Level;
  readonly made?: Millis;
  readonly doubt?: string;
}

/** A time field has ISO 8601 text. */
const timeOf = (value: FieldValue | undefined): Millis | undefined => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
};

/** Why a row is not recommended: the author's words, or that it was made after the current problem began. */
const doubtOf = <K extends FactKind>(
  kind: K,
  row: Row<K>,
  made: Millis | undefined,
  { avoid = [] }: ParamSpec,
  snapshot: Snapshot,
): string | undefined => {
  const named = avoid.find(({ that }) => {
    const parsed = parseTest(kind, that);
    return parsed.ok && testRow(parsed.test.test, kind, row, {}) !== 'false';
  });
  if (named !== undefined) return named.why;
  const onset = made === undefined ? undefined : problemOnset(snapshot);
  if (onset === undefined || made === undefined || made < onset.at) return undefined;
  return `this choice was made after the problem began (${onset.what})`;
};

/** The worst level that health checks report per service and instance of the open environment. */
const healthLevels = ({ kinds, env }: Snapshot): ReadonlyMap<string, Level> => {
  const levels = new Map<string, Level>();
  for (const { fact, level, stale } of kinds.health.rows) {
    if (stale || fact.env !== env) continue;
    for (const name of [fact.service, fact.instance])
      if (name !== '') levels.set(name, worseLevel(levels.get(name) ?? 'ok', level));
  }
  return levels;
};

interface Origin<K extends FactKind> {
  readonly kind: K;
  readonly field: string;
  readonly test: Test | undefined;
}

const candidatesOf = <K extends FactKind>(
  { kind, field, test }: Origin<K>,
  spec: ParamSpec,
  snapshot: Snapshot,
  params: ParamValues,
): readonly Candidate[] =>
  snapshot.kinds[kind].rows
    .filter((row) => !row.stale && (test === undefined || testRow(test, kind, row, { params }) === 'true'))
    .flatMap((row) => {
      const made = spec.made === undefined ? undefined : timeOf(fieldValue(kind, row, spec.made));
      const doubt = doubtOf(kind, row, made, spec, snapshot);
      const { level } = row;
      return textsOf(fieldValue(kind, row, field)).map(
        (text): Candidate => ({
          text,
          words: kindOf(kind).choice?.(row.fact, field) ?? '',
          level,
          ...defined({ made, doubt }),
        }),
      );
    });

/** A choice and everything known about it. */
interface Choice extends Candidate {
  readonly isCheckedDown: boolean;
}

const togetherOf = (
  text: string,
  rows: readonly Candidate[],
  health: ReadonlyMap<string, Level> | undefined,
): Choice => {
  const own = rows.map(({ level }) => level).reduce(worseLevel, 'ok');
  const checked = health?.get(text) ?? 'ok';
  const made = rows.map((row) => row.made ?? Number.NaN).reduce((a, b) => Math.max(a, b), -Infinity);
  const doubt = rows.find((row) => row.doubt !== undefined)?.doubt;
  return {
    text,
    words: togetherNote(rows.map(({ words }) => words)),
    level: worseLevel(own, checked),
    isCheckedDown: levelRank[checked] > levelRank[own],
    ...(Number.isFinite(made) ? { made } : {}),
    ...defined({ doubt }),
  };
};

/** Recommended ones first; then the newest, where the choices have a date; then the worst level. Otherwise as read. */
const order = (a: Choice, b: Choice): number =>
  Number(a.doubt !== undefined) - Number(b.doubt !== undefined) ||
  (a.made !== undefined && b.made !== undefined ? b.made - a.made : 0) ||
  levelRank[b.level] - levelRank[a.level];

/** Where a choice has failed, a healthy one is probably not the one to act on. */
const healthyDoubt = (choice: Choice, all: readonly Choice[]): string | undefined => {
  const failed = all.filter(({ level }) => level === 'crit').map(({ text }) => text);
  if (choice.level !== 'ok' || failed.length === 0) return undefined;
  const [first, ...others] = failed;
  return `healthy, while ${first}${others.length === 0 ? ' is' : ` and ${others.length} more are`} critical`;
};

const recordOf = <T>(
  all: readonly Choice[],
  read: (choice: Choice) => T | undefined,
): Readonly<Record<string, T>> | undefined => {
  const entries = all.flatMap((choice): (readonly [string, T])[] => {
    const value = read(choice);
    return value === undefined ? [] : [[choice.text, value]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

const wordsOf = ({ words, isCheckedDown }: Choice): string | undefined => {
  const both = [words, isCheckedDown ? 'the health check fails' : '']
    .filter((text) => text !== '')
    .join(' · ');
  return both === '' ? undefined : both;
};

const asAvailable = (all: readonly Choice[], hidden: string | undefined): AvailableChoices => {
  const about = recordOf(all, wordsOf);
  const levels = recordOf(all, ({ level }) => level);
  const doubts = recordOf(all, (choice) => choice.doubt ?? healthyDoubt(choice, all));
  const made = recordOf(all, (choice) => choice.made);
  return {
    choices: all.map(({ text }) => text),
    ...defined({ hidden, about, levels, doubts, made }),
  };
};

/**
 * The parameters for each value of `each`, as `${each}`: a choice must be available for all of them. Once, without
 * `each`.
 */
const turnsOf = ({ each }: ParamSpec, params: ParamValues): readonly ParamValues[] => {
  const values = each === undefined ? undefined : params[each];
  if (values === undefined) return [params];
  return (Array.isArray(values) ? values : [String(values)]).map((value: string) => ({
    ...params,
    each: value,
  }));
};

/** Returns the distinct values of a field over the fresh rows that match `where` in every turn. */
const liveChoices = <K extends FactKind>(
  origin: Origin<K>,
  spec: ParamSpec,
  snapshot: Snapshot,
  params: ParamValues,
): ParamChoices => {
  const { kind, test } = origin;
  const turns = turnsOf(spec, params);
  const found = turns.map((values) => candidatesOf(origin, spec, snapshot, values));
  const inEvery = (text: string): boolean => found.every((rows) => rows.some((row) => row.text === text));
  const health = kind === 'health' ? undefined : healthLevels(snapshot);
  const all = [...Map.groupBy(found.flat(), ({ text }) => text)]
    .filter(([text]) => inEvery(text))
    .map(([text, rows]) => togetherOf(text, rows, health))
    .sort(order);
  const view = snapshot.kinds[kind];
  const meets = (row: Row<K>) =>
    test === undefined ? ['true'] : turns.map((values) => testRow(test, kind, row, { params: values }));
  const unsure = view.rows.some((row) =>
    meets(row).some((met) => (row.stale ? met !== 'false' : met === 'unknown')),
  );
  const hidden =
    missingDataText(kind, view) ??
    (unsure ? `some ${kind} have an unknown state, so choices may be missing` : undefined);
  if (all.length === 0 && hidden !== undefined) return { problem: `unavailable: ${hidden}` };
  const without = turns.flatMap(({ each = '' }, index) => (found[index]?.length === 0 ? [String(each)] : []));
  if (without.length > 0 && without.length < turns.length)
    return {
      problem: `there is nothing to choose for ${without.join(', ')}. Select only the others, or close the card and provide a choice`,
    };
  return asAvailable(all, hidden);
};

/** Fixed values in their order; those that health checks of this environment name have a level, the worst ones come first. */
const fixedChoices = (of: readonly string[], snapshot: Snapshot): AvailableChoices => {
  const texts = [...new Set(of)];
  const levels = healthLevels(snapshot);
  if (!texts.every((text) => levels.has(text))) return { choices: texts };
  const all = texts.map((text): Choice => {
    const level = levels.get(text) ?? 'unknown';
    return { text, words: '', level, isCheckedDown: levelRank[level] > levelRank.ok };
  });
  return asAvailable(all.toSorted(order), undefined);
};

/**
 * Returns the current choices of a parameter: its fixed values in order, or the distinct values of live facts, the most
 * likely first. `params`: the parameters answered so far.
 */
export const choicesOf = (spec: ParamSpec, snapshot: Snapshot, params: ParamValues = {}): ParamChoices => {
  if (spec.of !== undefined) return fixedChoices(spec.of, snapshot);
  if (spec.read !== undefined)
    return { problem: `opsdeck reads the choices from ${spec.read.use} when the runbook is started` };
  if (spec.from === undefined) return { problem: 'the choices need from: or of:' };
  const origin = choiceOrigin(spec.from);
  if ('what' in origin) return { problem: origin.what };
  const parsed = spec.where === undefined ? undefined : parseTest(origin.kind, spec.where);
  if (parsed?.ok === false) return { problem: `where, col ${parsed.col}: ${parsed.message}` };
  const test = parsed?.test.test;
  const needed = [
    ...(spec.each === undefined ? [] : [spec.each]),
    ...(test === undefined ? [] : paramNamesIn(test).filter((name) => name !== 'each')),
  ];
  const unanswered = needed.find((name) => !Object.hasOwn(params, name));
  if (unanswered !== undefined)
    return { problem: `answer ${unanswered} first: the choices depend on the answer`, dependsOn: unanswered };
  return liveChoices({ ...origin, test }, spec, snapshot, params);
};

/** Default maximum number of values in a loop. */
const defaultMaxChoices = 10;

/** Returns the minimum and maximum number of values in a selection. */
export const selectionBounds = ({
  min = 1,
  max = defaultMaxChoices,
}: ParamSpec): { readonly min: number; readonly max: number } => ({
  min,
  max,
});
