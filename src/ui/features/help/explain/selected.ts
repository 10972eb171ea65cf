import { defined } from '../../../../domain/base/defined.ts';
import type { FactKind } from '../../../../domain/facts/facts.ts';
import { levelRank } from '../../../../domain/facts/level.ts';
import {
  certainSince,
  formatStateAge,
  isStartUnknown,
  type PossibleStart,
} from '../../../../domain/facts/state-start.ts';
import { formatClockTime } from '../../../../domain/text/format.ts';
import type { KindDefinition } from '../../../../kinds/define/define-kind.ts';
import { factKey, kindOf } from '../../../../kinds/registry/registry.ts';
import type { KeyContext, PaneCell } from '../../../shell/contract/pane.ts';
import type { PaneRow, RowSubject } from '../../../shell/contract/pane-row.ts';
import {
  type EnvironmentView,
  type RenderContext,
  toWallTime,
} from '../../../shell/contract/render-context.ts';
import { boundKey } from '../../../shell/state/keys-in-text.ts';
import { isFindingRow, problemText } from '../../findings/columns.ts';
import { type FindingRow, problemStart } from '../../findings/findings.ts';
import { explainFact } from './explain-fact.ts';
import { explainSignal } from './explain-signal.ts';
import { type ExplainContext, type Explanation, explainFault } from './explanation.ts';

/** The row or cell under the cursor, explained. */
export interface SelectedExplanation {
  /** 'Selected row', 'Selected cell: staging' */
  readonly heading: string;
  readonly label: string;
  /** The problem of the row as its pane words it: '82 % fail, limit 50 %'. '' if it has none. */
  readonly problem: string;
  /** Absent: it shows no fact or signal. */
  readonly explanation?: Explanation;
  /** Why the cell shows nothing. */
  readonly absent?: string;
}

const levelOfSubject = ({ snapshot }: EnvironmentView, subject: RowSubject): number => {
  if (subject.kind === 'signal') return levelRank[subject.signal.level];
  const key = factKey(subject.kind, subject.fact);
  const row = snapshot.kinds[subject.kind].rows.find((candidate) => candidate.key === key);
  return row === undefined ? -1 : levelRank[row.level];
};

interface DecidingSubject {
  readonly subject: RowSubject | undefined;
  /** 'the worst of 3: group · topic · p1'; '' if the row has one fact only. */
  readonly decides: string;
}

const nameOfSubject = (subject: RowSubject): string => {
  if (subject.kind === 'signal') return subject.signal.title;
  const kind: KindDefinition = kindOf<FactKind>(subject.kind);
  return kind.label(subject.fact);
};

/** The fact that decides the level of a row: a consumer group is as bad as its worst partition. */
const decidingSubject = ({ subject, facts }: PaneRow, of: EnvironmentView): DecidingSubject => {
  const all = facts?.() ?? [];
  if (all.length < 2) return { subject, decides: '' };
  const worst = all.reduce((best, rowSubject) =>
    levelOfSubject(of, rowSubject) > levelOfSubject(of, best) ? rowSubject : best,
  );
  return { subject: worst, decides: `the worst of ${all.length}: ${nameOfSubject(worst)}` };
};

const explainSubject = (context: ExplainContext, subject: RowSubject): Explanation | undefined =>
  subject.kind === 'signal' ? explainSignal(context, subject.signal) : explainFact(context, subject);

const problemOf = (
  { view, pane }: Pick<KeyContext, 'view' | 'pane'>,
  row: PaneRow,
): { readonly text: string; readonly start: PossibleStart } => {
  if (isFindingRow(row)) return { text: problemText(view, row), start: problemStart(row) };
  const problem = pane.problems(view).find((candidate) => candidate.row.key === row.key);
  return { text: problem?.describe(view) ?? '', start: problem ?? {} };
};

const contextOf = (view: RenderContext, env: string, of: EnvironmentView): ExplainContext => ({
  now: view.now,
  env: `${view.cockpit.open?.system ?? of.facts.frame.system}/${env}`,
  of,
  askKey: boundKey(view.cockpit, 'ask', 'r'),
});

/** 'since 10:02:47, 13m ago'; 'seen since 10:15:04, ≥3s ago' if its beginning was not observed. */
const sinceDetails = (view: RenderContext, start: PossibleStart): Explanation['details'] => {
  const since = certainSince(start);
  if (since === undefined) return [];
  const name = isStartUnknown(start) ? 'seen since' : 'since';
  return [[name, `${formatClockTime(toWallTime(view, since))}, ${formatStateAge(start, view.now)} ago`]];
};

/** Adds when the problem began, and which of several facts decides. */
const completed = (
  view: RenderContext,
  explanation: Explanation,
  start: PossibleStart,
  decides: string,
): Explanation => ({
  ...explanation,
  details: [
    ...(decides === '' ? [] : ([['decided by', decides]] as const)),
    ...sinceDetails(view, start),
    ...explanation.details,
  ],
});

const explainCell = (view: RenderContext, row: PaneRow, cell: PaneCell): SelectedExplanation => {
  const { env, shown, absent } = cell;
  const explanation =
    shown === undefined ? undefined : explainSubject(contextOf(view, env, shown.of), shown.subject);
  return {
    heading: `Selected cell: ${env}`,
    label: row.label,
    problem: '',
    ...defined({ explanation, absent }),
  };
};

/** The row of a pane that a finding repeats; any other row itself. */
const repeatedRow = (row: PaneRow): PaneRow =>
  isFindingRow(row) && row.is === 'finding' ? row.finding.row : row;

const isBlind = (row: PaneRow): row is Extract<FindingRow, { readonly is: 'blind' }> =>
  isFindingRow(row) && row.is === 'blind';

/** Explains the row under the cursor, or its cell in the column of another environment; undefined without a row. */
export const explainSelected = (
  context: Pick<KeyContext, 'view' | 'pane' | 'row'>,
): SelectedExplanation | undefined => {
  const { view, pane, row } = context;
  const { own } = view;
  if (row === undefined || own === undefined) return undefined;
  if (row.foldedKeys !== undefined)
    return {
      heading: 'Selected row',
      label: row.label,
      problem: '',
      absent: `stands for ${row.foldedKeys.length} rows. ${boundKey(view.cockpit, 'zoom', 'z')} shows them, and ? explains each`,
    };
  const openEnv = view.cockpit.open?.env ?? '';
  const cell = pane.cell?.(view, row);
  if (cell !== undefined && cell.env !== openEnv) return explainCell(view, row, cell);
  const { text, start } = problemOf(context, row);
  const explaining = contextOf(view, openEnv, own);
  const { subject, decides } = decidingSubject(repeatedRow(row), own);
  const explanation = isBlind(row)
    ? explainFault(explaining, row.fault)
    : subject === undefined
      ? undefined
      : explainSubject(explaining, subject);
  return {
    heading: 'Selected row',
    label: row.label,
    // Why data is missing is explained already.
    problem: explanation?.level === 'unknown' ? '' : text,
    ...(explanation === undefined ? {} : { explanation: completed(view, explanation, start, decides) }),
    ...defined({ absent: cell?.absent }),
  };
};
