import { drawFault, seededNumbers } from './fault-kinds.ts';
import { playRound } from './round.ts';
import { simulatedGround } from './simulated-ground.ts';
import type { PlayedRound, Round } from './table.ts';
import { environments, type FaultyEnvironment, openFaultyEnvironment } from './targets.ts';

/** Rounds on one simulator, before the next one is started. */
const roundsPerSimulator = 40;

/**
 * Measures the CPU time of this thread between turns of the event loop: waiting for the machine does not count.
 * A timer, not `setImmediate`: a loop that never waits would make the waiting of a round cost as much as work.
 */
const openTurnMeter = () => {
  let longest = 0;
  let isOpen = true;
  let before = process.threadCpuUsage();
  const turn = (): void => {
    const used = process.threadCpuUsage(before);
    longest = Math.max(longest, (used.user + used.system) / 1000);
    before = process.threadCpuUsage();
    if (isOpen) setTimeout(turn, 1);
  };
  setTimeout(turn, 1);
  return {
    reset: (): void => {
      longest = 0;
    },
    longestMs: (): number => longest,
    close: (): void => {
      isOpen = false;
    },
  };
};

const played = async (
  faultyEnvironment: FaultyEnvironment,
  round: Round,
  meter: ReturnType<typeof openTurnMeter>,
): Promise<PlayedRound> => {
  meter.reset();
  const { affected, breaches } = await playRound(
    simulatedGround(faultyEnvironment, round.source),
    round.source,
    round.fault,
  );
  const type = faultyEnvironment.profile.sources.find(({ id }) => id === round.source)?.type ?? '';
  return { ...round, type, affected, breaches, longestTurnMs: meter.longestMs() };
};

/** Plays given rounds, each on a new simulator. */
export async function* replayRounds(rounds: readonly Round[]): AsyncGenerator<PlayedRound> {
  const meter = openTurnMeter();
  try {
    for (const round of rounds) {
      await using faultyEnvironment = await openFaultyEnvironment(round.env, 1);
      yield await played(faultyEnvironment, round, meter);
    }
  } finally {
    meter.close();
  }
}

/**
 * Plays rounds drawn from a seed. Types of sources take turns, so that a few rounds try all of them; the environments
 * take turns after some rounds.
 */
export async function* playRounds(count: number, seed: number): AsyncGenerator<PlayedRound> {
  const random = seededNumbers(seed);
  const tried = new Map<string, number>();
  const meter = openTurnMeter();
  const perSimulator = Math.min(roundsPerSimulator, Math.ceil(count / environments.length));
  let done = 0;
  try {
    for (let turn = 0; done < count; turn += 1) {
      const env = environments[turn % environments.length] ?? environments[0];
      await using faultyEnvironment = await openFaultyEnvironment(env, seed + turn);
      for (let nth = 0; nth < perSimulator && done < count; nth += 1) {
        const least = [...faultyEnvironment.profile.sources]
          .filter(({ problem }) => problem === undefined)
          .map(({ id, type }) => ({ id, count: tried.get(type) ?? 0, order: random() }))
          .sort((a, b) => a.count - b.count || a.order - b.order)[0];
        if (least === undefined) break;
        const round = await played(
          faultyEnvironment,
          { env, source: least.id, fault: drawFault(random) },
          meter,
        );
        tried.set(round.type, (tried.get(round.type) ?? 0) + 1);
        done += 1;
        yield round;
      }
    }
  } finally {
    meter.close();
  }
}
