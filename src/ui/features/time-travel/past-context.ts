import type { Millis } from '../../../domain/fault.ts';
import { commandInPast } from '../../../runs/policy/past.ts';
import type { CockpitState, RunbookSuggestion } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { PastSnapshot, TimeTravel } from '../../../store/past/decode-state.ts';
import { memoizePerObject } from '../../panes/memoize.ts';
import { type EnvironmentView, environmentView, type RenderContext } from '../../render-context.ts';
import { formatPastTime } from './past-time.ts';

/** Why nothing can be changed while an earlier moment is looked at, or undefined. */
export const timeTravelBlockedReason = ({ past }: Pick<RenderContext, 'past'>): string | undefined =>
  past === undefined
    ? undefined
    : `showing ${formatPastTime(past.at ?? past.requestedAt, past.live.now + past.live.wallOffset)}: press . to return to live`;

/**
 * The commands that keys have while an earlier moment is looked at: what the policy does not allow there is refused,
 * whichever key gives it. What goes on already can be followed, ticked and cancelled.
 */
export const withReadOnlyCommands = (commands: Commands, refuse: () => void, goLive: () => void): Commands =>
  new Proxy(commands, {
    get: (all, name) => {
      const rule = commandInPast(String(name));
      const command = Reflect.get(all, name);
      if (rule === 'allowed') return command;
      if (rule === 'refused') return refuse;
      return (...given: readonly unknown[]): void => {
        goLive();
        Reflect.apply(command, all, given);
      };
    },
  });

const cockpits = memoizePerObject<CockpitState>();

/** Whether runbooks fit is worked out of what is live, and says nothing of another moment. */
const unjudged = (suggestion: RunbookSuggestion): RunbookSuggestion => ({
  ...suggestion,
  fits: 'never',
  why: 'matches are evaluated for live data only',
});

/**
 * The cockpit with what its journal said up to a moment of the engine's clock, and nothing that is only true of now.
 * The same object for the same moment.
 */
const cockpitAt = (cockpit: CockpitState, moment: Millis): CockpitState =>
  cockpits(cockpit, [moment], () => ({
    ...cockpit,
    suggestions: cockpit.suggestions.map(unjudged),
    journal: cockpit.journal.slice(0, 1 + cockpit.journal.findLastIndex(({ at }) => at <= moment)),
  }));

/** Facts as they were, judged at the moment at which they were kept. */
const keptView = (looked: Extract<PastSnapshot, { is: 'kept' }>): EnvironmentView =>
  environmentView(looked.state, looked.now);

/** What the screen showed, or would have shown, at an earlier moment (of the machine's clock). */
export const renderContextAt = (live: RenderContext, wanted: Millis, past: TimeTravel): RenderContext => {
  const { own, others, cockpit, wallOffset } = live;
  const { open } = cockpit;
  if (own === undefined || open === undefined) return live;
  const { system, env } = open;
  const looked = past.snapshotAt({ system, env }, own.facts, wanted);
  const { own: _, ...rest } = live;
  // Where nothing was kept of the open environment no pane has rows.
  const columns = [...(looked.is === 'kept' ? others : [])].flatMap(
    ([name, { facts }]): readonly (readonly [string, EnvironmentView])[] => {
      const other = past.snapshotAt({ system, env: name }, facts, wanted);
      return other.is === 'kept' ? [[name, keptView(other)]] : [];
    },
  );
  const shown = looked.is === 'kept' ? looked : undefined;
  return {
    ...rest,
    ...(shown === undefined ? {} : { own: keptView(shown) }),
    others: new Map(columns),
    cockpit: cockpitAt(cockpit, (shown?.at ?? wanted) - wallOffset),
    now: shown?.now ?? wanted - wallOffset,
    wallOffset: shown === undefined ? wallOffset : shown.at - shown.now,
    past: {
      requestedAt: wanted,
      lookup: looked,
      live,
      ...(shown === undefined ? {} : { at: shown.at }),
      omitted: shown?.unkept ?? {},
    },
  };
};
