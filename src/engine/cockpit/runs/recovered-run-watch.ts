import type { StoreApi } from 'zustand/vanilla';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { incidentLine, incidentOf } from '../../../domain/runs/run-outcome.ts';
import type { Executor } from '../../../runs/context/executor-api.ts';
import type { CockpitState, RunView } from '../../../store/cockpit.ts';
import { applyRunEvent } from '../../../store/run-view.ts';
import { runJournalEntry } from '../../journal/run-entries.ts';
import { withCriticals } from '../attention/critical-notifier.ts';
import { withJournalEntries, withMessage } from '../environment/messages.ts';

/** Watches runs after their end, several at a time. */
interface RecoveredRunWatch {
  /** Starts watching a run that has just recovered, or was executed in an incident that goes on. */
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

/** Reports a changed state of the incident around a run; the bell rings when the incident returns after the all-clear. */
const withIncident = (
  state: CockpitState,
  before: RunView,
  { run, at, incident }: Extract<RunEvent, { event: 'incident' }>,
): CockpitState => {
  const was = incidentOf(before.events)?.state;
  if (was === incident.state) return state;
  const text = `${titleOf(before)}: ${incidentLine(incident)}`;
  const isBack = was === 'all-clear' && incident.state === 'ongoing';
  const base = isBack
    ? withCriticals(state, [
        { at, key: `run ${run} incident`, text: `${titleOf(before)}, incident is back,` },
      ])
    : state;
  const level = {
    ongoing: isBack ? 'crit' : 'warn',
    unknown: 'unknown',
    clearing: 'warn',
    'all-clear': 'ok',
  } as const;
  return { ...base, ...withMessage(base, at, level[incident.state], text) };
};

/** Reports an event of a watched run besides its card: a message, a journal entry, the bell. */
const reported = (state: CockpitState, before: RunView, view: RunView, event: RunEvent): CockpitState => {
  const title = titleOf(view);
  const entry = runJournalEntry(title, event, view.events, view.proposal?.drill === true);
  const base = { ...state, ...(entry === undefined ? {} : withJournalEntries(state, [entry])) };
  switch (event.event) {
    case 'relapsed': {
      const alerted = withCriticals(base, [
        { at: event.at, key: `run ${event.run}`, text: `${title}, relapsed,` },
      ]);
      return { ...alerted, ...withMessage(alerted, event.at, 'crit', `${title}: RELAPSED · ${event.why}`) };
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
          event.held
            ? `${title}: still recovered ${event.why}`
            : `${title}: opsdeck no longer watches the run, ${event.why}`,
        ),
      };
    case 'incident':
      return withIncident(base, before, event);
    default:
      return base;
  }
};

/**
 * Watches ended runs through the executor, and shows and reports the result. `changed` is called when the outcome of a
 * run in the ledger has changed.
 */
export const createRecoveredRunWatch = (
  cockpit: StoreApi<CockpitState>,
  executor: Executor,
  changed: () => void = () => {},
): RecoveredRunWatch => {
  const going = new Map<string, { readonly stop: AbortController; readonly over: Promise<void> }>();

  const follow = async (run: string, signal: AbortSignal): Promise<void> => {
    for await (const event of executor.watch(run, signal)) {
      cockpit.setState((state) => {
        const before = state.endedRuns.find((endedRun) => isOf(run, endedRun));
        const after = { ...state, ...withEvent(state, event) };
        const shown = event.event === 'relapsed' ? { ...after, ...withCard(after, run) } : after;
        return before === undefined ? shown : reported(shown, before, applyRunEvent(before, event), event);
      });
      if (event.event === 'relapsed' || event.event === 'incident') changed();
    }
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
