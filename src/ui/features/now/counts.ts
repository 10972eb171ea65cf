import type { FactKind } from '../../../domain/facts/facts.ts';
import { kindOf } from '../../../kinds/registry/registry.ts';
import type { FindingCounts } from '../../shell/contract/features.ts';
import type { Pane } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { pendingLevel } from '../../shell/panes/ranking.ts';
import { isRoot, triageRows } from '../../shell/panes/row-triage.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { collectFindings } from '../findings/findings.ts';

/** Kinds of facts whose rows say nothing when they are OK: a silenced alert, an idle session. */
export const countsOkRows = ({ kind }: Pane): boolean =>
  kind === undefined || kind === 'samples' || kind === 'notes' || kindOf<FactKind>(kind).inHeader !== false;

const isOkRow = (row: PaneRow): boolean =>
  row.level === 'ok' &&
  row.isWithoutData !== true &&
  row.isWithoutLimits !== true &&
  pendingLevel(row) === undefined &&
  isRoot(row);

const memoizedOk = memoizePerObject<readonly PaneRow[]>();

/** The rows of a pane that are OK; memoized by the rows. */
export const okRowsOf = (rows: readonly PaneRow[]): readonly PaneRow[] =>
  memoizedOk(rows, [], () => rows.filter(isOkRow));

const countOkRows = (rows: readonly PaneRow[]): number => {
  const { special, plainRoots } = triageRows(rows);
  return plainRoots + special.filter(isOkRow).length;
};

const memoized = memoizePerObject<FindingCounts>();

const none: FindingCounts = { ok: 0, warn: 0, crit: 0, unknown: 0, pending: 0 };

/**
 * Counts what Problems lists, once per set of rows: the one source of the header, of Problems and of the small screen. Every finding is
 * counted once, whether it is folded below its cause or not; a source without data is one unknown finding.
 */
export const countFindings = (view: RenderContext): FindingCounts => {
  const { own } = view;
  if (own === undefined) return none;
  const panes = view.features.panes.ofEnvironment();
  const inputs = panes.flatMap((pane) => [pane.problems(view), pane.allRows(view)]);
  return memoized(own.snapshot, inputs, () => {
    const { found, blind } = collectFindings(view);
    const counted = { ...none, unknown: blind.length };
    for (const { finding } of found) {
      const { level } = finding.row;
      // The level of a finding is worse than OK, or it is about to be.
      counted[level === 'ok' ? 'pending' : level]++;
    }
    for (const pane of panes) if (countsOkRows(pane)) counted.ok += countOkRows(pane.allRows(view));
    return counted;
  });
};
