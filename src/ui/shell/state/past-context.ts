import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { commandInPast } from '../../../runs/policy/past.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import type { PastSnapshot, TimeTravel } from '../../../store/past/decode-state.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { formatPastTime } from '../../kit/text/past-time.ts';
import {
  type EnvironmentView,
  environmentView,
  type RenderContext,
  wallNow,
} from '../contract/render-context.ts';
import { boundKey } from './keys-in-text.ts';
import { memoizePerObject } from './memoize.ts';

/** Why changes are blocked during time travel, or undefined. */
export const timeTravelBlockedReason = ({
  past,
  cockpit,
}: Pick<RenderContext, 'past' | 'cockpit'>): string | undefined =>
  past === undefined
    ? undefined
    : `showing ${formatPastTime(past.at ?? past.requestedAt, wallNow(past.live))}: press ${boundKey(cockpit, 'past.live', '.')} to return to live`;

/** Commands restricted by the time travel policy. Active runs can still be followed, ticked and canceled. */
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

/** Matches are computed from live data and say nothing about the past. */
const unjudged = (suggestion: RunbookSuggestion): RunbookSuggestion => ({
  ...suggestion,
  fits: 'never',
  why: 'runbooks are matched against live data only: return to live data first',
});

/** Checklists are judged for live data only. */
const withoutChecklists = ({
  checklists: _,
  checklistRecords: __,
  checklistData: ___,
  ...rest
}: CockpitState): CockpitState => rest;

/** The cockpit state with the journal up to a time of the engine's clock, without live-only data. Cached per time. */
const cockpitAt = (cockpit: CockpitState, moment: Millis, wallOffset: Millis): CockpitState =>
  cockpits(cockpit, [moment, wallOffset], () => ({
    ...withoutChecklists(cockpit),
    suggestions: cockpit.suggestions.map(unjudged),
    acknowledged: Object.fromEntries(
      Object.entries(cockpit.acknowledged).filter(([, { at }]) => at - wallOffset <= moment),
    ),
    journal: cockpit.journal.slice(0, 1 + cockpit.journal.findLastIndex(({ at }) => at <= moment)),
  }));

/** Recorded facts, evaluated at the time of the snapshot. */
const keptView = (looked: Extract<PastSnapshot, { is: 'kept' }>): EnvironmentView =>
  environmentView(looked.state, looked.now);

/** Returns the render context for an earlier wall clock time. */
export const renderContextAt = (
  live: RenderContext,
  wantedMoment: Millis,
  past: TimeTravel,
): RenderContext => {
  const { own, others, cockpit, wallOffset } = live;
  const { open } = cockpit;
  if (own === undefined || open === undefined) return live;
  const { system, env } = open;
  const looked = past.snapshotAt({ system, env }, own.facts, wantedMoment);
  const { own: _, ...rest } = live;
  // Without a snapshot of the open environment no pane has rows.
  const columns = [...(looked.is === 'kept' ? others : [])].flatMap(
    ([name, { facts }]): readonly (readonly [string, EnvironmentView])[] => {
      const other = past.snapshotAt({ system, env: name }, facts, wantedMoment);
      return other.is === 'kept' ? [[name, keptView(other)]] : [];
    },
  );
  const shown = looked.is === 'kept' ? looked : undefined;
  const now = shown?.now ?? wantedMoment - wallOffset;
  return {
    ...rest,
    ...(shown === undefined ? {} : { own: keptView(shown) }),
    others: new Map(columns),
    cockpit: cockpitAt(cockpit, (shown?.at ?? wantedMoment) - wallOffset, wallOffset),
    now,
    paneNow: now,
    wallOffset: shown === undefined ? wallOffset : shown.at - shown.now,
    past: {
      requestedAt: wantedMoment,
      lookup: looked,
      live,
      ...defined({ at: shown?.at }),
      omitted: shown?.unkept ?? {},
    },
  };
};
