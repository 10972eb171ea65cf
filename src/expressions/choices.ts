import type { FactKind } from '../domain/facts.ts';
import type { ParamSpec } from '../domain/runbook.ts';
import type { Row, Snapshot } from '../domain/snapshot.ts';
import type { FieldValue } from '../kinds/fields.ts';
import { fieldOf, isKind, kindOf } from '../kinds/registry.ts';
import { missingDataText } from './evaluation-context.ts';
import { parseTest } from './parse.ts';
import { fieldValue, testRow } from './test-row.ts';

/**
 * Possible values of a parameter. `hidden`: why there may be more that could not be read. `problem`: why none could be
 * read.
 */
type ParamChoices =
  | {
      readonly choices: readonly string[];
      readonly hidden?: string;
      /** Description of each choice by its value: the user of a session, the state of a pod. */
      readonly about?: Readonly<Record<string, string>>;
    }
  | { readonly problem: string };

const textsOf = (value: FieldValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'object' ? value : [String(value)];

/** Describes a choice that several rows provide: the first description, and the number of others. */
export const togetherNote = (words: readonly string[]): string => {
  const distinct = [...new Set(words)].filter((one) => one !== '');
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
  return fieldOf(kind, field) === undefined ? { what: `no field "${field}" in ${kind}` } : { kind, field };
};

/**
 * Returns the distinct values of a field over the fresh rows that match `where`, in order. A problem when there are
 * none and some could not be read.
 */
const liveChoices = <K extends FactKind>(
  kind: K,
  field: string,
  where: string | undefined,
  snapshot: Snapshot,
): ParamChoices => {
  const parsed = where === undefined ? undefined : parseTest(kind, where);
  if (parsed?.ok === false) return { problem: `where, col ${parsed.col}: ${parsed.message}` };
  const view = snapshot.kinds[kind];
  const meets = (row: Row<K>) => (parsed === undefined ? 'true' : testRow(parsed.test.test, kind, row, {}));
  const fitting = view.rows.filter((row) => !row.stale && meets(row) === 'true');
  const worded = fitting.flatMap((row) =>
    textsOf(fieldValue(kind, row, field)).map((text) => ({
      text,
      words: kindOf(kind).choice?.(row.fact, field) ?? '',
    })),
  );
  const choices = worded.map(({ text }) => text);
  const about = Object.fromEntries(
    [...Map.groupBy(worded, ({ text }) => text)].flatMap(([text, rows]) => {
      const words = togetherNote(rows.map((one) => one.words));
      return words === '' ? [] : [[text, words]];
    }),
  );
  const unsure = view.rows.some((row) => (row.stale ? meets(row) !== 'false' : meets(row) === 'unknown'));
  const hidden = missingDataText(kind, view) ?? (unsure ? `some ${kind} have unknown values` : undefined);
  if (choices.length === 0 && hidden !== undefined) return { problem: `unavailable: ${hidden}` };
  return {
    choices: [...new Set(choices)],
    ...(hidden !== undefined && { hidden }),
    ...(Object.keys(about).length > 0 && { about }),
  };
};

/** Returns the current choices of a parameter: its fixed values, or the distinct values of live facts, in order. */
export const choicesOf = (spec: ParamSpec, snapshot: Snapshot): ParamChoices => {
  if (spec.of !== undefined) return { choices: [...new Set(spec.of)] };
  if (spec.from === undefined) return { problem: 'neither from: nor of: is set' };
  const origin = choiceOrigin(spec.from);
  return 'what' in origin
    ? { problem: origin.what }
    : liveChoices(origin.kind, origin.field, spec.where, snapshot);
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
