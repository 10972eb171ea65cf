import type { StoreApi } from 'zustand/vanilla';
import type { RunEvent } from '../../domain/run.ts';
import type { Executor } from '../../runs/door.ts';
import type { CockpitState, RunView } from '../../store/cockpit.ts';
import { applyRunEvent } from '../../store/run-view.ts';
import { runJournalEntry } from '../journal/run-entries.ts';
import { withCriticals } from './critical-notifier.ts';
import { withJournalEntries, withMessage } from './messages.ts';

/** Watches recovered runs, several at a time. */
interface RecoveredRunWatch {
  /** Starts watching a run that has just recovered. */
  begin(run: string): void;
  /** Stops watching with a reason. Resolves when that is in the ledger. */
  stop(why: string): Promise<void>;
}

const isOf = (run: string, view: RunView): boolean => view.proposal?.run === run;

const titleOf = ({ proposal, runbook }: RunView): string => proposal?.title ?? runbook.title;

/** Adds an event to a run wherever it is shown. */
const withEvent = (state: CockpitState, event: RunEvent): Partial<CockpitState> => ({
  endedRuns: state.endedRuns.map((view) => (isOf(event.run, view) ? applyRunEvent(view, event) : view)),
  ...(state.run !== undefined && isOf(event.run, state.run) ? { run: applyRunEvent(state.run, event) } : {}),
});

/** Shows the card of a relapsed run, unless the card of another run is open. */
const withCard = ({ run, endedRuns: ended }: CockpitState, id: string): Partial<CockpitState> => {
  const relapsed = ended.find((view) => isOf(id, view));
  const isFree = run === undefined || isOf(id, run) || (run.stage === 'ended' && run.background);
  return relapsed === undefined || !isFree ? {} : { run: { ...relapsed, background: false } };
};

/** Reports an event of a watched run besides its card: a message, a journal entry, the bell. */
const reported = (state: CockpitState, view: RunView, event: RunEvent): CockpitState => {
  const title = titleOf(view);
  const entry = runJournalEntry(title, event, view.events);
  const base = { ...state, ...(entry === undefined ? {} : withJournalEntries(state, [entry])) };
  switch (event.event) {
    case 'relapsed': {
      const rung = withCriticals(base, [
        { at: event.at, key: `run ${event.run}`, text: `${title}, relapsed,` },
      ]);
      return { ...rung, ...withMessage(rung, event.at, 'crit', `${title}: RELAPSED · ${event.why}`) };
    }
    case 'watching':
      if (event.blind === undefined) return base;
      return {
        ...base,
        ...withMessage(base, event.at, 'unknown', `${title}: verification unavailable · ${event.blind}`),
      };
    case 'watched':
      if (view.relapsed === true) return base;
      return {
        ...base,
        ...withMessage(
          base,
          event.at,
          event.held ? 'ok' : 'warn',
          event.held ? `${title}: still recovered ${event.why}` : `${title}: no longer watched, ${event.why}`,
        ),
      };
    default:
      return base;
  }
};

/** Watches recovered runs through the executor, and shows and reports the result. */
export const createRecoveredRunWatch = (
  cockpit: StoreApi<CockpitState>,
  executor: Executor,
): RecoveredRunWatch => {
  const going = new Map<string, { readonly stop: AbortController; readonly over: Promise<void> }>();

  const follow = async (run: string, signal: AbortSignal): Promise<void> => {
    for await (const event of executor.watch(run, signal))
      cockpit.setState((state) => {
        const after = { ...state, ...withEvent(state, event) };
        const view = after.endedRuns.find((one) => isOf(run, one));
        const shown = event.event === 'relapsed' ? { ...after, ...withCard(after, run) } : after;
        return view === undefined ? shown : reported(shown, view, event);
      });
    going.delete(run);
  };

  return {
    begin: (run) => {
      const stop = new AbortController();
      going.set(run, { stop, over: follow(run, stop.signal) });
    },
    stop: async (why) => {
      const all = [...going.values()];
      for (const { stop } of all) stop.abort(why);
      await Promise.all(all.map(({ over }) => over));
    },
  };
};
