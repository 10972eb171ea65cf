import { randomUUID } from 'node:crypto';
import type { Millis } from '../../domain/base/fault.ts';
import { matcherOf } from '../../domain/regex/matcher.ts';

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** A requested silence; times of the caller's clock. */
export interface SilenceRequest {
  readonly id?: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly createdBy: string;
  readonly comment: string;
}

export interface StoredSilence extends SilenceRequest {
  readonly id: string;
  readonly updatedAt: Millis;
}

type SilenceState = 'active' | 'pending' | 'expired';

export const silenceState = ({ startsAt, endsAt }: StoredSilence, now: Millis): SilenceState => {
  if (now >= endsAt) return 'expired';
  return now < startsAt ? 'pending' : 'active';
};

/** Returns true when a matcher matches its label; a missing label is ''. */
export const matchesSilence = ({ value, isRegex, isEqual }: SilenceMatcher, text: string): boolean =>
  (isRegex ? matcherOf(`^(?:${value})$`, 's').test(text) : text === value) === isEqual;

const ranks: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

/** Silences of one Alertmanager. Source: Alertmanager, silence/silence.go. */
export class SilenceStore {
  #all: readonly StoredSilence[] = [];

  get(id: string): StoredSilence | undefined {
    return this.#all.find((silence) => silence.id === id);
  }

  /** Active ones first, by end time; expired ones last. */
  list(now: Millis): readonly StoredSilence[] {
    const rank = (silence: StoredSilence): number => ranks[silenceState(silence, now)];
    return this.#all.toSorted((a, b) => rank(a) - rank(b) || a.endsAt - b.endsAt);
  }

  /** Creates a silence or updates one that has not expired. An update that changes the matchers gets a new ID. */
  set(wish: SilenceRequest, now: Millis): StoredSilence {
    const before = wish.id === undefined ? undefined : this.get(wish.id);
    if (before !== undefined && canBecome(before, wish, now))
      return this.#put({ ...before, ...wish, id: before.id, updatedAt: now });
    if (before !== undefined) this.expire(before, now);
    return this.#put({ ...wish, id: randomUUID(), startsAt: Math.max(wish.startsAt, now), updatedAt: now });
  }

  expire(silence: StoredSilence, now: Millis): void {
    const state = silenceState(silence, now);
    if (state === 'expired') return;
    const startsAt = state === 'pending' ? now : silence.startsAt;
    this.#put({ ...silence, startsAt, endsAt: now, updatedAt: now });
  }

  #put(silence: StoredSilence): StoredSilence {
    this.#all = [...this.#all.filter(({ id }) => id !== silence.id), silence];
    return silence;
  }
}

const canBecome = (before: StoredSilence, wish: SilenceRequest, now: Millis): boolean => {
  if (JSON.stringify(before.matchers) !== JSON.stringify(wish.matchers)) return false;
  const state = silenceState(before, now);
  if (state === 'active') return wish.startsAt === before.startsAt && wish.endsAt >= now;
  return state === 'pending' && wish.startsAt >= now;
};
