import { isDeepStrictEqual } from 'node:util';
import type { StoreApi } from 'zustand/vanilla';
import type { Profile, SignalSpec, SourceEntry, Tier } from '../../domain/profile.ts';
import { signalOfSeriesKey } from '../../persistence/history/newest-values.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CockpitState, EnvironmentRef } from '../../store/cockpit.ts';
import type { FactsStore } from '../../store/facts-store.ts';
import type { OpenedEnvironment, RejectedProfile } from './cockpit-parts.ts';

interface Environment {
  readonly profile: Pick<Profile, 'sources' | 'signals' | 'limits'>;
  readonly engine: { readonly facts: FactsStore };
}

/** Where it stands in the file is no part of what it is. */
const said = (entry: SourceEntry | SignalSpec | undefined): unknown =>
  entry === undefined ? undefined : { ...entry, position: undefined };

const sourceOf = ({ profile }: Environment, id: string): unknown =>
  said(profile.sources.find((source) => source.id === id));

/** Signals that are read from the same place and judged in the same way in both. */
const unchanged = (from: Environment, to: Environment): ReadonlySet<string> =>
  new Set(
    to.profile.signals
      .filter((signal) => {
        const before = from.profile.signals.find(({ id }) => id === signal.id);
        return (
          isDeepStrictEqual(said(before), said(signal)) &&
          isDeepStrictEqual(sourceOf(from, signal.source), sourceOf(to, signal.source))
        );
      })
      .map(({ id }) => id),
  );

/**
 * Hands on what still holds when an environment is opened again with a changed profile: values and verdicts of signals
 * that are read and judged as before, and, where every source is as before, since when rows stand as they do. Readings
 * themselves are not handed on: the first answers come at once, and what nobody has answered yet is not shown as known.
 */
export const carryOverState = (from: Environment, to: Environment): void => {
  const same = unchanged(from, to);
  const was = from.engine.facts.getState();
  const of = <T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(entries).filter(([key]) => same.has(signalOfSeriesKey(key))));
  const everySource =
    isDeepStrictEqual(from.profile.limits, to.profile.limits) &&
    isDeepStrictEqual(from.profile.sources.map(said), to.profile.sources.map(said));
  to.engine.facts.setState((is) => ({
    verdicts: { ...of(was.verdicts), ...is.verdicts },
    history: { ...of(was.history), ...is.history },
    past: { ...of(was.past), ...is.past },
    since: everySource ? { ...was.since, ...is.since } : is.since,
  }));
};

/** The open environment's profile is saved while it is open. */
interface ProfileReloader {
  /** The profile's files have changed: it is opened again, at once or after the run that is going. */
  saved(): void;
  /** Looks whether what it waits for has come. */
  everySecond(): void;
}

interface ProfileReloaderParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Pick<Clock, 'now'>;
  /** What is open now; undefined: nothing is. */
  current(): OpenedEnvironment | undefined;
  open(ref: EnvironmentRef): Promise<OpenedEnvironment | RejectedProfile>;
  /** Puts it in the place of what is open. */
  enter(opened: OpenedEnvironment): Promise<void>;
  /** Another try at what could not be opened. */
  readAgain(): Promise<void>;
  say(text: string, level?: 'ok' | 'unknown' | 'warn'): void;
}

/** Of a wrong profile's complaints so many are told; the message row shows the newest, which is the first one. */
const told = 3;

/** 'production.yaml:3:5: …': in the message row there is no room for the directory. */
const withoutDirectory = (line: string): string => line.replace(/^\S*\/(?=[^/\s]+:\d+:\d+: )/, '');

const openName = ({ system, env }: Pick<EnvironmentRef, 'system' | 'env'>): string => `${system}/${env}`;

/**
 * Opens an environment again whose profile was saved: never under a run, one at a time, and only with a profile that
 * can be opened and is still that environment's. A wrong one is told and changes nothing.
 */
export const createProfileReloader = (parts: ProfileReloaderParts): ProfileReloader => {
  const { cockpit, clock, current, say } = parts;
  /** A run is on its way to something: asked about, planned, sent or proved. */
  const isGoing = (): boolean => !['ended', undefined].includes(cockpit.getState().run?.stage);
  let waits = false;
  let working = false;

  const sayOpened = (wasArmed: boolean, before: Tier, tier: Tier): void => {
    const changed = `profile reloaded${wasArmed ? '; read-only again' : ''}`;
    if (tier === before) say(changed);
    else say(`${changed}; tier changed from ${before} to ${tier}`, 'warn');
  };

  const reopen = async (): Promise<void> => {
    const [was, { open }] = [current(), cockpit.getState()];
    if (was === undefined || open === undefined) return parts.readAgain();
    const opened = await parts.open(open);
    if ('refused' in opened) {
      for (const line of opened.refused.slice(0, told).reverse())
        say(`${withoutDirectory(line)} · keeping the previous version`, 'warn');
      return;
    }
    // Another environment is opened by a key, never by a file: nobody would expect to be somewhere else now.
    if (openName(opened.profile) !== openName(open)) {
      say(
        `the profile now declares ${openName(opened.profile)}: not loaded · keeping the previous version`,
        'warn',
      );
      return opened.close();
    }
    // While it was being opened somebody has begun a run, or gone elsewhere.
    if (isGoing() || current() !== was) {
      waits = isGoing();
      return opened.close();
    }
    const wasArmed = was.arming.state(clock.now()).armedUntil !== undefined;
    carryOverState(was, opened);
    await parts.enter(opened);
    sayOpened(wasArmed, open.tier, opened.profile.tier);
  };

  const begin = async (): Promise<void> => {
    [waits, working] = [false, true];
    try {
      await reopen();
    } catch (error) {
      say(`internal error: ${String(error)}`, 'unknown');
    } finally {
      working = false;
    }
  };
  return {
    saved: () => {
      if (isGoing()) say('the profile has changed: it will be reloaded when the run has ended');
      waits = true;
    },
    everySecond: () => {
      if (waits && !working && !isGoing()) void begin();
    },
  };
};
