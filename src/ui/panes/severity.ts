import type { Level } from '../../domain/level.ts';
import {
  type Severity,
  severityOfAlert,
  severityOfKind,
  severityOfRunbook,
  severityOfSignal,
} from '../../domain/severity.ts';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Column } from '../components/table.ts';
import type { RenderContext } from '../render-context.ts';
import type { PaneRow } from './pane-row.ts';

/** How urgent a row is, in the words of its system. Undefined: the profile does not say. */
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

/** How urgent the incident is that a runbook is for. */
export const runbookSeverity = ({ open }: CockpitState, runbook: string): Severity | undefined =>
  severityOfRunbook(open?.severity, runbook);

/** What nothing is said of stands where most systems put its level. */
const usualRank: Readonly<Record<Level, number>> = { crit: 2, warn: 3, unknown: 4, ok: 5 };

/** 1 is the most urgent. */
export const urgencyRank = (severity: Severity | undefined, level: Level): number =>
  severity?.rank ?? usualRank[level];

/** 'P1 High · respond: 1h': what it is called, and how soon somebody answers. */
export const severityLabel = ({ id, title, respond }: Severity): string =>
  `${id}${title === id ? '' : ` ${title}`}${respond === '' ? '' : ` · respond: ${respond}`}`;

/** A column of severities, as wide as the longest; none where the profile has none. */
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
            return pen.run(severity?.id ?? '–', severity === undefined ? 'faint' : 'bold');
          },
        },
      ];
};
