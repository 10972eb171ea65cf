import { isKind } from '../../../kinds/registry/registry.ts';
import type { SituationFinding } from '../../../situation/finding.ts';
import { sameFailure } from '../../../situation/source-finding.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { viewSituation } from '../../shell/state/view-situation.ts';
import type { FindingRow } from '../findings/findings.ts';

/** The fact or signal that a finding of the situation is about. */
export const subjectOf = (view: RenderContext, { kind, key }: SituationFinding): unknown => {
  const { kinds, signals } = view.own?.snapshot ?? { kinds: undefined, signals: [] };
  if (kind === 'signals') return signals.find((signal) => key === `signals ${signal.key}`);
  const rows = kinds === undefined || !isKind(kind) ? [] : kinds[kind].rows;
  return rows.find((row) => key === `${kind} ${row.key}`)?.fact;
};

/** True if the row is the finding of the situation. */
export const isAbout = (row: FindingRow, finding: SituationFinding, subject: unknown): boolean => {
  if (row.is === 'blind') return finding.key === `sources ${sameFailure(row.fault)}`;
  if (row.is !== 'finding' || subject === undefined) return false;
  return (row.subject?.kind === 'signal' ? row.subject.signal : row.subject?.fact) === subject;
};

const memoized = memoizePerObject<ReadonlyMap<string, SituationFinding>>();

/** The key under which the situation has a row as a finding; undefined for a row that is not a finding, such as a runbook. */
const keyOfRow = (view: RenderContext, row: FindingRow): string | undefined => {
  if (row.is === 'blind') return `sources ${sameFailure(row.fault)}`;
  if (row.is !== 'finding' || row.subject === undefined) return undefined;
  const { subject } = row;
  if (subject.kind === 'signal') return `signals ${subject.signal.key}`;
  const rows: readonly { readonly fact: unknown; readonly key: string }[] =
    view.own?.snapshot.kinds[subject.kind].rows ?? [];
  const own = rows.find(({ fact }) => fact === subject.fact);
  return own === undefined ? undefined : `${subject.kind} ${own.key}`;
};

/** The finding of the situation that a row is; undefined if it is part of another one, or not a finding. */
export const findingOfRow = (view: RenderContext, row: FindingRow): SituationFinding | undefined => {
  const situation = viewSituation(view);
  const key = keyOfRow(view, row);
  if (situation === undefined || key === undefined) return undefined;
  const { findings } = situation;
  return memoized(findings, [], () => new Map(findings.map((finding) => [finding.key, finding]))).get(key);
};
