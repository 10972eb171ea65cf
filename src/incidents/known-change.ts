import type { Millis } from '../domain/base/fault.ts';
import type { TimelineLine } from '../domain/incidents/incident-event.ts';

/** A change that a cockpit has observed. `seenAt`: wall-clock ms. */
interface SeenChange {
  readonly kind: string;
  readonly text: string;
  readonly seenAt: Millis;
}

/** Two cockpits may observe the same change at different times. */
const sameMs: Millis = 60_000;

/** 'Error rate OK → CRIT: 1.6, limit > 1': the object, and the change without the value, which each cockpit reads itself. */
const partsOf = (text: string): { readonly object: string; readonly change: string } | undefined => {
  const [, object, from, to] = /^(.+?) (\S+) → ([^:]+)/.exec(text) ?? [];
  return object === undefined ? undefined : { object, change: `${from} → ${to}` };
};

/**
 * True if the timeline has this change, observed by this cockpit or another. An object that changes back and again has
 * changed twice.
 */
export const isKnownChange = (
  timeline: readonly TimelineLine[],
  { kind, text, seenAt }: SeenChange,
): boolean => {
  const near = timeline.filter((line) => line.word === kind && Math.abs(line.at - seenAt) < sameMs);
  const seen = partsOf(text);
  if (seen === undefined) return near.some((line) => line.text === text);
  const ofObject = near.flatMap(({ at, text: other }) => {
    const parts = partsOf(other);
    return parts?.object === seen.object ? [{ at, change: parts.change }] : [];
  });
  const isBetween = (time: Millis, end: Millis): boolean =>
    time > Math.min(end, seenAt) && time < Math.max(end, seenAt);
  return ofObject.some(
    (line) =>
      line.change === seen.change &&
      !ofObject.some((other) => other.change !== seen.change && isBetween(other.at, line.at)),
  );
};
