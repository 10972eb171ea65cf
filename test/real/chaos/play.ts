import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../../src/domain/base/fault.ts';
import type { Defect } from '../../chaos/support/defects.ts';
import { drawFault, faultNames, seededNumbers, type WireFault } from '../../chaos/support/fault-kinds.ts';
import { playRound, type RoundResult } from '../../chaos/support/round.ts';
import type { PlayedRound } from '../../chaos/support/table.ts';
import { countedClock } from './counted-clock.ts';
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts';
import { openTargetEngine, realGround } from './ground.ts';
import type { ChaosTarget } from './targets.ts';
import { openUndisturbed, type Undisturbed } from './truth.ts';

/** Rounds of one source type at the same time: they mostly wait. */
const defaultWidth = 8;
const endsWithinMs: Millis = 120_000;

/** A source type on a real server, with an undisturbed reader of it. */
export interface Playable extends AsyncDisposable {
  readonly target: ChaosTarget;
  readonly undisturbed: Undisturbed;
}

export const openPlayable = async (target: ChaosTarget): Promise<Playable> => {
  const counted = countedClock();
  const undisturbed = await openUndisturbed(await openTargetEngine(target, counted, {}), counted.clock);
  return { target, undisturbed, [Symbol.asyncDispose]: () => undisturbed[Symbol.asyncDispose]() };
};

/** The result of a round that does not end: no wait in it is that long, also on a busy machine. */
const unended = async (over: AbortSignal): Promise<Pick<RoundResult, 'affected' | 'breaches'>> => {
  await sleep(endsWithinMs, undefined, { signal: over }).catch(() => {});
  return { affected: true, breaches: [{ promise: 'recovery', what: 'the round has not ended' }] };
};

/** Plays a round through a proxy of its own. `defectOf`: a defect to be caught. */
export const playReal = async (
  { target, undisturbed }: Playable,
  fault: WireFault,
  defectOf?: (proxy: FaultProxy) => Defect,
): Promise<Omit<PlayedRound, 'longestTurnMs'>> => {
  await using proxy = openFaultProxy();
  const ground = realGround(target, proxy, undisturbed, defectOf?.(proxy));
  const over = new AbortController();
  const { affected, breaches } = await Promise.race([
    playRound(ground, target.type, fault),
    unended(over.signal),
  ]);
  over.abort();
  return { env: 'real', source: target.type, type: target.type, fault, affected, breaches };
};

/** Draws faults from a seed; their kinds take turns, so that eight rounds have all of them. */
const drawFaults = (count: number, seed: number): readonly WireFault[] => {
  const random = seededNumbers(seed);
  return Array.from({ length: count }, (_, nth) => {
    const fault = drawFault(random);
    const name = faultNames[nth % faultNames.length] ?? fault.name;
    return { ...fault, name, after: name === 'refuse' ? 0 : fault.after };
  });
};

/** Plays rounds on the sources of a server, which take turns. */
export const playRealRounds = async (
  playables: readonly Playable[],
  count: number,
  seed: number,
): Promise<readonly Omit<PlayedRound, 'longestTurnMs'>[]> => {
  const faults = drawFaults(count, seed);
  const played = await Promise.all(
    playables.map(async (playable, index) => {
      const own = faults.filter((_, nth) => nth % playables.length === index);
      const rounds: Omit<PlayedRound, 'longestTurnMs'>[] = [];
      const lane = async (): Promise<void> => {
        for (let fault = own.shift(); fault !== undefined; fault = own.shift())
          rounds.push(await playReal(playable, fault));
      };
      await Promise.all(Array.from({ length: playable.target.width ?? defaultWidth }, lane));
      return rounds;
    }),
  );
  return played.flat();
};
