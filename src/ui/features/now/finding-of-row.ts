import { isKind } from '../../../kinds/registry/registry.ts';
import type { SituationFinding } from '../../../situation/finding.ts';
import { sameFailure } from '../../../situation/source-finding.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
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

/** The finding of the situation that a row is; undefined for a row that is none, such as a runbook. */
export const findingOfRow = (view: RenderContext, row: FindingRow): SituationFinding | undefined =>
  row.is === 'finding' || row.is === 'blind'
    ? viewSituation(view)?.findings.find((finding) => isAbout(row, finding, subjectOf(view, finding)))
    : undefined;
