import type { SignalSpec } from '../../../domain/profile/profile.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { alertNamesOf, signalIdsOf } from '../../../expressions/rows/mentions.ts';
import { parseExpression } from '../../../expressions/rows/parse.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';

/** A text of a runbook that a search finds, and how much a match in it says about the runbook. */
export interface RunbookText {
  /** Its role: 'title', 'signal', 'step'. */
  readonly part: string;
  readonly text: string;
  /** 1: mentioned in passing. 6: what the runbook is about. */
  readonly weight: number;
}

type TitledSignal = Pick<SignalSpec, 'id' | 'title'>;

/** Words of the grammar of expressions, which are no symptoms. */
const grammar =
  /\b(?:any|all|count|alert|and|or|not|for|in|matches|rising|falling|name|state|status|level|field|labels)\b/g;

/** The names and states in an expression. */
const conditionText = (expression: string): string =>
  expression
    .replaceAll(grammar, ' ')
    .replaceAll(/[^\p{L}\p{N}.%-]+/gu, ' ')
    .trim();

const readsOf = (
  expression: string | undefined,
  signals: ReadonlyMap<string, string>,
  weight: number,
): readonly RunbookText[] => {
  if (expression === undefined) return [];
  const parsed = parseExpression(expression);
  if (!parsed.ok) return [{ part: 'condition', text: conditionText(expression), weight: weight - 1 }];
  const ids = [...signalIdsOf(parsed.expression)];
  return [
    ...[...alertNamesOf(parsed.expression)].map((text) => ({ part: 'alert', text, weight: weight + 1 })),
    ...ids.map((id) => ({ part: 'signal', text: `${signals.get(id) ?? ''} ${id}`.trim(), weight })),
    { part: 'condition', text: conditionText(expression), weight: weight - 1 },
  ];
};

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

interface SearchedStep {
  readonly title: string;
  readonly use?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly notes?: string;
  readonly that?: string;
}

const stepTexts = (
  part: string,
  steps: readonly SearchedStep[],
  signals: ReadonlyMap<string, string>,
  weight: number,
): readonly RunbookText[] =>
  steps.flatMap(({ title, use = '', with: given, notes = '', that }) => [
    { part, text: title, weight },
    { part, text: notes, weight },
    { part, text: [use, ...textsIn(given)].join(' '), weight: 1 },
    ...readsOf(that, signals, 2),
  ]);

/** The texts of a runbook that a symptom is searched in, those that say most about it first. */
export const runbookTexts = (runbook: Runbook, signals: readonly TitledSignal[]): readonly RunbookText[] => {
  const { id, title, symptoms = [], when, diagnose, act, verify, notes = '', params } = runbook;
  const titles = new Map(signals.map((signal) => [signal.id, signal.title]));
  return [
    { part: 'title', text: title, weight: 6 },
    { part: 'id', text: id, weight: 6 },
    ...symptoms.map((text) => ({ part: 'symptom', text, weight: 6 })),
    ...readsOf(when, titles, 4),
    { part: 'notes', text: notes, weight: 3 },
    ...stepTexts('diagnosis', diagnose, titles, 3),
    ...stepTexts('step', act, titles, 3),
    ...stepTexts('verification', verify === 'none' ? [] : verify, titles, 2),
    ...params.map((param) => ({
      part: 'parameter',
      text: `${param.title ?? ''} ${param.name}`.trim(),
      weight: 1,
    })),
  ].filter(({ text }) => text !== '');
};

const searchTexts = memoizePerObject<string>();

/** All texts of a runbook, for a filter. */
export const runbookSearchText = (runbook: Runbook, signals: readonly TitledSignal[]): string =>
  searchTexts(runbook, [signals], () =>
    runbookTexts(runbook, signals)
      .map(({ text }) => text)
      .join(' '),
  );
