import type { RunEvent } from '../../../domain/runs/run.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { applyRunEvent } from '../../../store/run-view.ts';
import { runJournalEntry } from '../../journal/run-entries.ts';
import type { CockpitParts, OpenedEnvironment } from '../environment/cockpit-parts.ts';
import { withJournalEntries } from '../environment/messages.ts';
import { readAfterRunEvent } from './read-after-run.ts';

interface FollowRunParts extends Pick<CockpitParts, 'cockpit'> {
  readonly engine: OpenedEnvironment['engine'];
  /** Called after the last event, with the run as it is shown. */
  ended(run: RunView | undefined, event: Extract<RunEvent, { event: 'ended' }>): void;
}

/** Shows the events of the run on screen as they come, on its card and in the journal, and reads again what it has changed. */
export const followRun = async (
  events: AsyncIterable<RunEvent>,
  { cockpit, engine, ended }: FollowRunParts,
): Promise<void> => {
  for await (const event of events) {
    cockpit.setState((s) => (s.run === undefined ? {} : { run: applyRunEvent(s.run, event) }));
    const { run } = cockpit.getState();
    if (run !== undefined) {
      const title = run.proposal?.title ?? run.runbook.title;
      const entry = runJournalEntry(title, event, run.events, run.proposal?.drill === true);
      if (entry !== undefined) cockpit.setState((s) => withJournalEntries(s, [entry]));
      readAfterRunEvent(engine, run, event);
    }
    if (event.event === 'ended') ended(run, event);
  }
};
