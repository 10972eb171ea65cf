import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import type { CauseIndex } from '../findings/causes.ts';
import type { FindingRow } from '../findings/findings.ts';
import { relatedTitle, renderRelatedSignals, renderSignalTiles } from '../signals/related-signals.ts';

/** The signal that a finding is about; [] for a finding of another kind. */
const signalOf = (row: FindingRow): readonly SignalRow[] =>
  row.is === 'finding' && row.subject?.kind === 'signal' ? [row.subject.signal] : [];

/** The finding that a row is or stands for, with its consequences; of a runbook all findings. */
const findingsBehind = (
  row: FindingRow,
  rows: readonly FindingRow[],
  causes: CauseIndex,
): readonly FindingRow[] => {
  if (row.is === 'runbook') return rows;
  const cause = row.is === 'fold' ? row.cause : row;
  return [cause, ...causes.consequencesOf(cause)];
};

/** The signals beyond their limits that a problem is about: its own, then those of its consequences. `rows`: all rows of Problems. */
export const signalsOfProblem = (
  row: FindingRow,
  rows: readonly FindingRow[],
  causes: CauseIndex,
): readonly SignalRow[] => findingsBehind(row, rows, causes).flatMap(signalOf);

/**
 * Renders charts of the signals beyond their limits that a problem is about: its own, then those of its consequences. Without one,
 * the signals that are related to the row. `rows`: all rows of Problems.
 */
export const renderProblemCharts = (
  view: RenderContext,
  row: FindingRow,
  { rows, causes }: { readonly rows: readonly FindingRow[]; readonly causes: CauseIndex },
  room: { readonly width: number; readonly height: number },
): readonly StyledLine[] => {
  const signals = signalsOfProblem(row, rows, causes);
  const label = row.is === 'fold' ? row.cause.label : row.label;
  const tiles = renderSignalTiles(view, signals, { title: relatedTitle, label }, room);
  if (tiles.length > 0) return tiles;
  return row.is === 'finding' ? renderRelatedSignals(view, row.finding.row, room) : [];
};
