import type { Millis } from '../../domain/base/fault.ts';
import type { Breaker } from '../../kinds/breakers/fact.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { field, list, text } from '../kit/values/wire-value.ts';
import type { ActuatorInstance } from './instance.ts';

/** A state transition of a breaker, on our clock. */
interface BreakerTransition {
  readonly at: Millis;
  /** 'CLOSED_TO_OPEN', 'OPEN_TO_HALF_OPEN' … */
  readonly transition: string;
}

/** Java's ZonedDateTime: '2026-03-04T10:15:07.5+01:00[Europe/Berlin]'. Undefined for anything else. */
const parseZonedTime = (written: string | undefined): number | undefined => {
  const ms = Date.parse((written ?? '').replace(/\[.*\]$/, ''));
  return Number.isNaN(ms) ? undefined : ms;
};

/**
 * Parses the transitions of a breaker, oldest first. `toClock`: converts the wall clock of the service. Source: resilience4j,
 * circuitbreakerevents endpoint.
 */
export const parseTransitions = (
  body: unknown,
  name: string,
  toClock: (wallMs: number) => Millis,
): readonly BreakerTransition[] =>
  list(field(body, 'circuitBreakerEvents'))
    .flatMap((event): readonly BreakerTransition[] => {
      const transition = text(field(event, 'stateTransition'));
      const time = parseZonedTime(text(field(event, 'creationTime')));
      const isOwn = text(field(event, 'circuitBreakerName')) === name;
      return transition === undefined || time === undefined || !isOwn
        ? []
        : [{ at: toClock(time), transition }];
    })
    .sort((a, b) => a.at - b.at);

const opens = /_TO_OPEN$/;

/** Known times of one breaker's timer. */
export interface BreakerTimer {
  /** Its last change to open; undefined while it is not open, or the change is unknown. */
  readonly openedAt: Millis | undefined;
  /** Duration in the open state before it became half-open, by the time at which it opened. */
  readonly waits: ReadonlyMap<Millis, Millis>;
}

const nothingKnown: BreakerTimer = { openedAt: undefined, waits: new Map() };

/** Adds transitions to what is known: a breaker keeps 100 events only, so a busy one loses its transitions soon. */
export const withTransitions = (
  { waits: known }: BreakerTimer,
  transitions: readonly BreakerTransition[],
): BreakerTimer => {
  const waits = new Map(known);
  let openedAt: Millis | undefined;
  for (const { at, transition } of transitions) {
    if (openedAt !== undefined && transition === 'OPEN_TO_HALF_OPEN') waits.set(openedAt, at - openedAt);
    openedAt = opens.test(transition) ? at : undefined;
  }
  return { openedAt, waits: new Map([...waits].slice(-mostWaits)) };
};

/** The waits to remember. */
const mostWaits = 5;
/** Waits that differ by more are no constant: the breaker waits for a call, or its duration grows with each attempt. */
const toleranceMs = 1500;

/**
 * The time at which an open breaker becomes half-open, by the waits that were observed before. The endpoint does not tell
 * the configured wait. Undefined unless at least two waits were alike.
 */
export const halfOpenTime = ({ openedAt, waits }: BreakerTimer): Millis | undefined => {
  const all = [...waits.values()];
  const shortest = Math.min(...all);
  if (openedAt === undefined || all.length < 2 || Math.max(...all) - shortest > toleranceMs) return undefined;
  return openedAt + shortest;
};

/** Adds the time of the next half-open state to the breakers of one instance, as far as it is known. */
export interface HalfOpenTimers {
  timed<B extends Pick<Breaker, 'name' | 'state' | 'halfOpenAt'>>(
    breakers: readonly B[],
    signal: AbortSignal,
  ): Promise<readonly B[]>;
}

const isTripped = (state: string): boolean => state === 'open' || state === 'half-open';

/** A body that is no JSON has no events. */
const bodyOf = (answer: Pick<HttpAnswer, 'json'>): unknown => {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
};

/** The events of a breaker, by type. */
const transitionsPath = (name: string): string =>
  `/circuitbreakerevents/${encodeURIComponent(name)}/STATE_TRANSITION`;

/**
 * Creates the timers of an instance. They read the transitions of a breaker when its state has changed, and while an
 * expected change has not come. Without access to the events nothing is known, which is no fault.
 */
export const createHalfOpenTimers = (instance: ActuatorInstance): HalfOpenTimers => {
  const timers = new Map<string, BreakerTimer & { readonly state: string }>();

  /** Undefined when they could not be read this time. A service without this endpoint has none. */
  const readTransitions = async (
    name: string,
    signal: AbortSignal,
  ): Promise<readonly BreakerTransition[] | undefined> => {
    const answer = await instance.endpoint.get(transitionsPath(name), signal).catch(() => undefined);
    if (answer === undefined || answer.status >= 500) return undefined;
    if (answer.status !== 200) return [];
    // Its clock may differ from ours by more than a countdown can bear; the header has whole seconds.
    const served = Date.parse(answer.headers.date ?? '');
    const ahead = Number.isNaN(served) ? 0 : served - instance.wallNow();
    const skewMs = Math.abs(ahead) > toleranceMs ? ahead : 0;
    const offsetMs = instance.wallNow() - instance.now() + skewMs;
    return parseTransitions(bodyOf(answer), name, (wallMs) => wallMs - offsetMs);
  };

  const timerOf = async (name: string, state: string, signal: AbortSignal): Promise<BreakerTimer> => {
    const known = timers.get(name);
    const expected = known && halfOpenTime(known);
    const isOverdue = state === 'open' && expected !== undefined && expected <= instance.now();
    if (known?.state === state && !isOverdue) return known;
    const transitions = await readTransitions(name, signal);
    if (transitions === undefined) return { ...(known ?? nothingKnown), openedAt: undefined };
    const timer = withTransitions(known ?? nothingKnown, transitions);
    timers.set(name, { ...timer, state });
    return timer;
  };

  return {
    timed: async (breakers, signal) => {
      for (const { name, state } of breakers)
        if (!isTripped(state) && timers.has(name))
          timers.set(name, { openedAt: undefined, waits: timers.get(name)?.waits ?? new Map(), state });
      return Promise.all(
        breakers.map(async (breaker) => {
          if (!isTripped(breaker.state)) return breaker;
          const timer = await timerOf(breaker.name, breaker.state, signal);
          const time = breaker.state === 'open' ? halfOpenTime(timer) : undefined;
          return time === undefined || time <= instance.now() ? breaker : { ...breaker, halfOpenAt: time };
        }),
      );
    },
  };
};
