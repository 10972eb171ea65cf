import { isDeepStrictEqual } from 'node:util';
import type { StoreApi } from 'zustand/vanilla';
import type { Profile, SignalSpec, SourceEntry, Tier } from '../../domain/profile/profile.ts';
import { signalOfSeriesKey } from '../../persistence/history/newest-values.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { CockpitState, EnvironmentRef } from '../../store/cockpit.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { OpenedEnvironment, RejectedProfile } from './environment/cockpit-parts.ts';
import { sayProfileErrors } from './environment/messages.ts';

interface Environment {
  readonly profile: Pick<Profile, 'sources' | 'signals' | 'limits'>;
  readonly engine: { readonly facts: FactsStore };
}

/** Positions in the file are ignored in comparisons. */
const declaration = (entry: SourceEntry | SignalSpec | undefined): unknown =>
  entry === undefined ? undefined : { ...entry, position: undefined, limitPositions: undefined };

const sourceOf = ({ profile }: Environment, id: string): unknown =>
  declaration(profile.sources.find((source) => source.id === id));

/** Signals with the same source, read and thresholds in both profiles. */
const unchanged = (from: Environment, to: Environment): ReadonlySet<string> =>
  new Set(
    to.profile.signals
      .filter((signal) => {
        const before = from.profile.signals.find(({ id }) => id === signal.id);
        return (
          isDeepStrictEqual(declaration(before), declaration(signal)) &&
          isDeepStrictEqual(sourceOf(from, signal.source), sourceOf(to, signal.source))
        );
      })
      .map(({ id }) => id),
  );

/**
 * Carries over state when an environment is reopened with a changed profile: values and verdicts of unchanged signals
 * and, when all sources are unchanged, the time since which rows have their state. Readings are not carried over:
 * fresh ones arrive at once, and unread data must not look known.
 */
export const carryOverState = (from: Environment, to: Environment): void => {
  const same = unchanged(from, to);
  const was = from.engine.facts.getState();
  const of = <T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(entries).filter(([key]) => same.has(signalOfSeriesKey(key))));
  const everySource =
    isDeepStrictEqual(from.profile.limits, to.profile.limits) &&
    isDeepStrictEqual(from.profile.sources.map(declaration), to.profile.sources.map(declaration));
  to.engine.facts.setState((is) => ({
    verdicts: { ...of(was.verdicts), ...is.verdicts },
    history: { ...of(was.history), ...is.history },
    past: { ...of(was.past), ...is.past },
    since: everySource ? { ...was.since, ...is.since } : is.since,
  }));
};

/** Reloads the profile of the open environment after it is saved. */
interface ProfileReloader {
  /** Handles changed profile files: reloads at once, or after the run in progress. */
  saved(): void;
  /**
   * Reopens the environment so that its runs may act while its state database is unavailable; the policy decides when a run is
   * proposed. Never during a run. Without a reason, and once the database is available again, it is reopened as usual.
   */
  breakGlass(reason: string | undefined): void;
  /** Checks once per second whether a pending reload can start. */
  everySecond(): void;
}

interface ProfileReloaderParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now'>;
  /** The open environment, if any. */
  current(): OpenedEnvironment | undefined;
  open(ref: EnvironmentRef, breakGlass?: string): Promise<OpenedEnvironment | RejectedProfile>;
  /** Replaces the open environment. */
  enter(opened: OpenedEnvironment): Promise<void>;
  /** Tries again to open an environment that failed to open. */
  readAgain(): Promise<void>;
  say(text: string, level?: 'ok' | 'unknown' | 'warn', keptEnd?: string): void;
}

/** 'production.yaml:3:5: …': the message row has no room for the directory. */
const withoutDirectory = (line: string): string => line.replace(/^\S*\/(?=[^/\s]+:\d+:\d+: )/, '');

const openName = ({ system, env }: Pick<EnvironmentRef, 'system' | 'env'>): string => `${system}/${env}`;

/** Why an environment that was opened again may not replace the open one; undefined if it may. */
const entryProblem = (
  { profile, state }: Pick<OpenedEnvironment, 'profile' | 'state'>,
  open: EnvironmentRef,
  breakGlass: string | undefined,
): string | undefined => {
  if (breakGlass !== undefined && state?.breakGlass === undefined)
    return `break-glass is refused: ${state?.trouble() ?? 'the state is that of this machine'}`;
  // A saved file never switches to another environment; only a key does.
  return openName(profile) === openName(open)
    ? undefined
    : `the profile now declares ${openName(profile)}, so opsdeck did not load it · keeping the previous version`;
};

/**
 * Reopens an environment whose profile was saved: never during a run, one at a time, and only with a valid profile of
 * the same environment. An invalid one is reported and changes nothing.
 */
export const createProfileReloader = (parts: ProfileReloaderParts): ProfileReloader => {
  const { cockpit, clock, current, say } = parts;
  /** True while a run is being planned, confirmed, executed or verified. */
  const isGoing = (): boolean => !['ended', undefined].includes(cockpit.getState().run?.stage);
  let waits = false;
  let working = false;

  const sayOpened = (wasArmed: boolean, before: Tier, tier: Tier): void => {
    const changed = `profile reloaded${wasArmed ? '; read-only again' : ''}`;
    if (tier === before) say(changed);
    else say(`${changed}. Tier changed from ${before} to ${tier}`, 'warn');
  };

  const reopen = async (breakGlass?: string): Promise<void> => {
    const was = current();
    const { open } = cockpit.getState();
    if (was === undefined || open === undefined) return parts.readAgain();
    const opened = await parts.open(open, breakGlass);
    if ('refused' in opened) {
      const errors = opened.refused.map(withoutDirectory);
      return sayProfileErrors(errors, say, ' · keeping the previous version');
    }
    const problem = entryProblem(opened, open, breakGlass);
    if (problem !== undefined) {
      say(problem, 'warn');
      return opened.close();
    }
    // A run was started, or another environment opened, in the meantime.
    if (isGoing() || current() !== was) {
      waits = isGoing();
      return opened.close();
    }
    const wasArmed = was.arming.state(clock.now()).armedUntil !== undefined;
    carryOverState(was, opened);
    await parts.enter(opened);
    if (breakGlass !== undefined)
      say(
        'break-glass is on, so runs use the locks and the ledger of this machine. Arm the environment, and confirm targets by name',
        'warn',
      );
    else if (was.state?.breakGlass !== undefined)
      say('break-glass has ended. The environment is read-only again');
    else sayOpened(wasArmed, open.tier, opened.profile.tier);
  };

  const begin = async (breakGlass?: string): Promise<void> => {
    [waits, working] = [false, true];
    try {
      await reopen(breakGlass);
    } catch (error) {
      say(`internal error: ${String(error)}`, 'unknown');
    } finally {
      working = false;
    }
  };
  return {
    saved: () => {
      if (isGoing()) say('the profile has changed and will be reloaded when the run has ended');
      waits = true;
    },
    breakGlass: (reason) => {
      if (isGoing() || working)
        return say('a run is in progress: wait until the run has ended, then reload', 'warn');
      void begin(reason);
    },
    everySecond: () => {
      const state = current()?.state;
      // An available database is shared again: others see its locks. Before it was asked, no trouble says nothing; once it
      // was, it is over even if this state has never seen the database unavailable.
      const isOver =
        state?.breakGlass !== undefined && state.isAsked?.() === true && state.trouble() === undefined;
      if ((waits || isOver) && !working && !isGoing()) void begin();
    },
  };
};
