import type { Level } from '../../../domain/facts/level.ts';
import {
  type Severity,
  severityOfAlert,
  severityOfKind,
  severityOfRunbook,
  severityOfSignal,
} from '../../../domain/facts/severity.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Column } from '../../kit/components/table.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';

/** The severity of a row from the profile; undefined if the profile defines none. */
export const rowSeverity = ({ open }: CockpitState, { subject, level }: PaneRow): Severity | undefined => {
  if (subject === undefined) return undefined;
  switch (subject.kind) {
    case 'signal':
      return severityOfSignal(open?.severity, subject.signal);
    case 'alerts':
      return severityOfAlert(open?.severity, subject.fact, level);
    default:
      return severityOfKind(open?.severity, subject.kind, level);
  }
};

/** The severity of the incident that a runbook handles. */
export const runbookSeverity = ({ open }: CockpitState, runbook: string): Severity | undefined =>
  severityOfRunbook(open?.severity, runbook);

/** Default rank by level, for rows without a severity. */
const defaultRank: Readonly<Record<Level, number>> = { crit: 2, warn: 3, unknown: 4, ok: 5 };

/** The rank of a row for sorting; 1 is the most urgent. */
export const urgencyRank = (severity: Severity | undefined, level: Level): number =>
  severity?.rank ?? defaultRank[level];

/** 'P1 High · respond: 1h': id, title and response time. */
export const severityLabel = ({ id, title, respond }: Severity): string =>
  `${id}${title === id ? '' : ` ${title}`}${respond === '' ? '' : ` · respond: ${respond}`}`;

/** The severity column, as wide as its longest id; none if the profile defines no severities. */
export const severityColumn = <R>(
  { pen, cockpit }: RenderContext,
  of: (row: R) => Severity | undefined,
): readonly Column<R>[] => {
  const ids = cockpit.open?.severity?.severities.map(({ id }) => id.length) ?? [];
  return ids.length === 0
    ? []
    : [
        {
          head: 'SEV',
          width: Math.min(10, Math.max(3, ...ids) + 1),
          cell: (row) => {
            const severity = of(row);
            return pen.run(severity?.id ?? '–', severity === undefined ? 'faint' : 'plain');
          },
        },
      ];
};
