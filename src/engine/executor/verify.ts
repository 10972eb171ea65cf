import type { Millis } from '../../domain/fault.ts';
import type { ParamValues } from '../../domain/param-value.ts';
import type { ExpiredLogin, ProofState } from '../../domain/run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { Clock } from '../../io/io.ts';
import { snapshotOf } from '../../store/snapshot.ts';
import type { Engine } from '../engine.ts';
import type { End } from './end.ts';
import { expiredLogin, withRenewal } from './expired.ts';
import { freshState } from './fresh-state.ts';
import { createProof, type Proof, type ProofFacts } from './proof.ts';
import { untilAfter } from './until-after.ts';

export interface VerifyParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly verify: Runbook['verify'];
  readonly params: ParamValues;
  /** When the last act was answered (or the last manual step ticked). */
  readonly actedAt: Millis;
  /** Told whenever a proof looks different. */
  tell(proofs: readonly ProofState[]): Promise<unknown>;
  /** A login without which they cannot be read has expired: true when it was renewed. Absent: nobody can. */
  renew?(login: ExpiredLogin): Promise<boolean>;
}

/** A pause between two readings even when one takes longer than the interval. */
const shortestPauseMs: Millis = 250;

/** Reads what the proofs need, for no longer than until the next moment that decides one of them. */
const readFor = async (
  proofs: readonly Proof[],
  { engine, clock }: VerifyParts,
  signal: AbortSignal,
): Promise<void> => {
  const now = clock.now();
  const ids = [...new Set(proofs.flatMap(({ feeds }) => feeds.map(({ id }) => id)))];
  const moments = proofs.flatMap((proof) => proof.nextAt(now) ?? []);
  if (moments.length === 0) return;
  const deadline = clock.deadline(Math.min(...moments) - now);
  await engine.readNow(ids, AbortSignal.any([signal, deadline.signal]));
  deadline.clear();
};

const look = (proofs: readonly Proof[], { engine, clock, actedAt }: VerifyParts): readonly ProofState[] => {
  const now = clock.now();
  const state = freshState(engine.facts.getState(), actedAt, now);
  const sight = { snapshot: snapshotOf(state, now), history: state.history, now };
  return proofs.map((proof) => proof.look(sight));
};

/** A login because of which something that the proofs rest on cannot be read. */
const expiredFor = (
  proofs: readonly Proof[],
  { facts, profile }: Engine,
  refused: ReadonlyMap<string, ExpiredLogin>,
): ExpiredLogin | undefined => {
  const { feeds } = facts.getState();
  const faults = proofs.flatMap((proof) => proof.feeds.flatMap(({ id }) => feeds[id]?.faults ?? []));
  return faults
    .filter(({ source }) => !refused.has(source))
    .map((fault) => expiredLogin(profile, fault))
    .find((login) => login !== undefined);
};

const notProven = (
  states: readonly ProofState[],
  failed: readonly boolean[],
  logins: readonly ExpiredLogin[],
): End => ({
  ending: 'executed-not-recovered',
  why: logins.reduce(withRenewal, words(states, failed)),
});

const words = (states: readonly ProofState[], failed: readonly boolean[]): string =>
  states
    .filter((_, index) => failed[index] === true)
    .map(({ title, value, why }) =>
      value === 'true'
        ? `${title}: true, but too late`
        : `${title}: ${value === 'false' ? 'not so' : value}, ${why}`,
    )
    .join('; ');

const pauseMs = (proofs: readonly Proof[], began: Millis, now: Millis): Millis => {
  const dueAt = Math.max(began + Math.min(...proofs.map(({ everyMs }) => everyMs)), now + shortestPauseMs);
  return Math.min(dueAt, ...proofs.flatMap((proof) => proof.nextAt(now) ?? [])) - now;
};

/**
 * Proves that a run did what it was for: reads the facts that its proofs need, again and again, until all of them
 * hold at the same time for as long as they must, or one of them cannot any more. A reading counts only when it began
 * after the last act was answered. What is unknown at its deadline is not proven. The signal ends it as cancelled.
 */
export const verify = async (parts: VerifyParts, signal: AbortSignal): Promise<End> => {
  if (parts.verify === 'none') return { ending: 'recovered', why: 'the runbook says that it needs no proof' };
  if (parts.verify.length === 0) return { ending: 'executed-not-recovered', why: 'no proof is written' };
  const { engine, clock, actedAt } = parts;
  const { signals, sources } = engine.profile;
  const mayGrow = sources.some(({ via }) => via !== undefined);
  const at: ProofFacts = { feeds: () => engine.feeds, mayGrow, signals };
  let proofs = parts.verify.map((step) => createProof(step, at, parts.params, actedAt));
  let shown = '';
  /** Logins that nobody renewed: they are asked for once. */
  const refused = new Map<string, ExpiredLogin>();
  await untilAfter(actedAt, clock, signal);
  for (;;) {
    const began = clock.now();
    await readFor(proofs, parts, signal);
    if (signal.aborted) return { ending: 'cancelled', why: 'cancelled while its proofs were read' };
    const login = expiredFor(proofs, engine, refused);
    if (login !== undefined) {
      if (await parts.renew?.(login))
        // Nothing could be seen meanwhile: the time in which they must come true begins anew.
        proofs = parts.verify.map((step) => createProof(step, at, parts.params, clock.now()));
      else refused.set(login.source, login);
      continue;
    }
    const states = look(proofs, parts);
    const text = JSON.stringify(states);
    if (text !== shown) await parts.tell(states);
    shown = text;

    const now = clock.now();
    const verdicts = proofs.map((proof) => proof.verdict(now));
    if (verdicts.every((verdict) => verdict === true))
      return { ending: 'recovered', why: states.map(({ title }) => title).join('; ') };
    if (verdicts.includes(false))
      return notProven(
        states,
        verdicts.map((verdict) => verdict === false),
        [...refused.values()],
      );
    await clock.sleep(pauseMs(proofs, began, now), signal);
  }
};
