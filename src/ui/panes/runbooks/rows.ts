import type { Millis } from '../../../domain/fault.ts';
import type { Ending } from '../../../domain/run.ts';
import type { Suggestion } from '../../../store/cockpit.ts';
import { byFit } from '../../actions.ts';
import type { View } from '../../view.ts';
import type { PaneRow } from '../pane.ts';

/** How a runbook was run last in this session. */
export interface LastRun {
  readonly at: Millis;
  readonly ending: Ending;
}

/** One runbook, with how it fits now. */
export interface RunbookRow extends PaneRow {
  readonly suggestion: Suggestion;
  readonly last?: LastRun;
}

const lastRunOf = ({ cockpit }: View, id: string): LastRun | undefined => {
  for (const { runbook, events } of cockpit.ended) {
    if (runbook.id !== id) continue;
    const ended = events.findLast((event) => event.event === 'ended');
    if (ended?.event === 'ended') return { at: ended.at, ending: ended.ending };
  }
  return undefined;
};

/** Every runbook: those that fit first, then those of which that cannot be told. */
export const runbookRows = (view: View): readonly RunbookRow[] =>
  byFit(view.cockpit.suggestions).map((suggestion): RunbookRow => {
    const { runbook, fits, why } = suggestion;
    const last = lastRunOf(view, runbook.id);
    return {
      key: runbook.id,
      level: fits === 'unknown' ? 'unknown' : 'ok',
      notable: fits === 'yes',
      label: runbook.title,
      text: `${runbook.id} ${runbook.title} ${why}`,
      suggestion,
      ...(last === undefined ? {} : { last }),
    };
  });
