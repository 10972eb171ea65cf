import type { Millis } from '../../../domain/fault.ts';
import type { Ending } from '../../../domain/run.ts';
import type { Severity } from '../../../domain/severity.ts';
import type { Suggestion } from '../../../store/cockpit.ts';
import type { PaneRow } from '../../panes/row.ts';
import { severityOf, urgency } from '../../panes/severity.ts';
import type { View } from '../../view.ts';

/** How a runbook was run last in this session. */
export interface LastRun {
  readonly at: Millis;
  readonly ending: Ending;
}

/** One runbook, with how it fits now. */
export interface RunbookRow extends PaneRow {
  readonly suggestion: Suggestion;
  readonly last?: LastRun;
  readonly severity?: Severity;
}

const lastRunOf = ({ cockpit }: View, id: string): LastRun | undefined => {
  for (const { runbook, events } of cockpit.ended) {
    if (runbook.id !== id) continue;
    const ended = events.findLast((event) => event.event === 'ended');
    if (ended?.event === 'ended') return { at: ended.at, ending: ended.ending };
  }
  return undefined;
};

/** Of two that fit now the one for what is more urgent. */
const byUrgency = (a: RunbookRow, b: RunbookRow): number =>
  a.notable === true && b.notable === true
    ? urgency(a.severity, 'ok') - urgency(b.severity, 'ok')
    : Number(b.notable) - Number(a.notable);

/** Every runbook: those that fit first, then those of which that cannot be told. */
export const runbookRows = (view: View): readonly RunbookRow[] =>
  view.cockpit.suggestions
    .map((suggestion): RunbookRow => {
      const { runbook, fits, why } = suggestion;
      const last = lastRunOf(view, runbook.id);
      const severity = severityOf(view.cockpit, runbook.id);
      return {
        key: runbook.id,
        level: fits === 'unknown' ? 'unknown' : 'ok',
        notable: fits === 'yes',
        label: runbook.title,
        text: `${runbook.id} ${runbook.title} ${why} ${severity?.id ?? ''}`,
        suggestion,
        ...(last === undefined ? {} : { last }),
        ...(severity === undefined ? {} : { severity }),
      };
    })
    .toSorted(byUrgency);
