import { ageText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { ProofState } from '../../domain/run.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Recorder } from '../recorder.ts';
import { graceOf, type WatchedProof } from './watched-proof.ts';

/** How long a run that has recovered stays watched when its runbook says nothing. */
export const defaultWatchMs: Millis = 10 * 60_000;

/** Looking more often than this tells nobody anything sooner: what is looked at is read at its own pace. */
const shortestMs: Millis = 1000;

interface WatchParts {
  readonly proofs: readonly WatchedProof[];
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly forMs: Millis;
}

/** Since when a proof has been what it is, and what it said last. */
interface Standing {
  readonly state: ProofState;
  readonly since: Millis;
}

const words = ({ state }: Standing): string => `${state.title}: ${state.why}`;

/** Who ended it, in words: the reason that its signal was aborted with. */
const reasonOf = (signal: AbortSignal): string =>
  typeof signal.reason === 'string' ? signal.reason : 'it was stopped';

/**
 * Looks at the proofs of a recovered run until its time is over, one of them has been false for longer than its grace,
 * or the signal aborts. Unknown is no relapse; where it lasts, that is told, and again when it is over. Always ends with
 * `watched`.
 */
export const watch = async (parts: WatchParts, signal: AbortSignal): Promise<void> => {
  const { proofs, clock, recorder, forMs } = parts;
  const began = clock.now();
  const until = began + forMs;
  const standings = new Map<WatchedProof, Standing>();
  let blindTold = '';

  const look = async (): Promise<void> => {
    for (const proof of proofs) {
      const state = await proof.look(signal);
      const was = standings.get(proof);
      const since = was?.state.value === state.value ? was.since : clock.now();
      standings.set(proof, { state, since });
    }
  };

  /** The proofs that have had this value for longer than their grace. */
  const lasting = (value: ProofState['value'], now: Millis): readonly Standing[] =>
    [...standings].flatMap(([proof, standing]) =>
      standing.state.value === value && now - standing.since >= graceOf(proof.everyMs()) ? [standing] : [],
    );

  const tellBlind = async (now: Millis): Promise<void> => {
    const blind = lasting('unknown', now).map(words).join('; ');
    const isNews = (blind === '') !== (blindTold === '');
    blindTold = blind;
    if (isNews) await recorder.note({ event: 'watching', until, ...(blind === '' ? {} : { blind }) });
  };

  const ended = (held: boolean, why: string) => recorder.note({ event: 'watched', held, why });
  const passed = (): string => ageText(clock.now() - began);

  await recorder.note({ event: 'watching', until });
  for (;;) {
    await look();
    const now = clock.now();
    if (signal.aborted) return void (await ended(false, `after ${passed()}: ${reasonOf(signal)}`));
    const relapsed = lasting('false', now);
    if (relapsed.length > 0) {
      const why = relapsed.map(words).join('; ');
      await recorder.note({
        event: 'relapsed',
        proofs: [...standings.values()].map(({ state }) => state),
        why,
      });
      return void (await ended(false, `it relapsed after ${passed()}`));
    }
    await tellBlind(now);
    if (now >= until) return void (await atTheEnd(standings, ended, passed()));
    const pace = Math.min(...proofs.map((proof) => proof.everyMs()));
    await clock.sleep(Math.min(Math.max(shortestMs, pace), until - now), signal);
  }
};

/** Its time is over: it has held when all of it is seen to hold now. */
const atTheEnd = (
  standings: ReadonlyMap<WatchedProof, Standing>,
  ended: (held: boolean, why: string) => Promise<unknown>,
  passed: string,
): Promise<unknown> => {
  const open = [...standings.values()].filter(({ state }) => state.value !== 'true');
  if (open.length === 0) return ended(true, `for ${passed}`);
  return ended(false, `after ${passed} nobody can say whether it holds: ${open.map(words).join('; ')}`);
};
