import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invents, neverRecovers, repeatsLastGood } from '../../chaos/support/defects.ts';
import { faultNames, type WireFault } from '../../chaos/support/fault-kinds.ts';
import { type PlayedRound, tableOf } from '../../chaos/support/table.ts';
import type { FaultProxy } from '../chaos/fault-proxy.ts';
import { openPlayable, type Playable, playReal, playRealRounds } from '../chaos/play.ts';
import { openChaosTargets } from '../chaos/targets.ts';
import { openTurnMeter } from '../chaos/turn-meter.ts';
import { underTest } from '../setting.ts';

/** Set by `--chaos`. */
const { CHAOS_ROUNDS = '8', CHAOS_SEED = '1' } = process.env;
const rounds = Number(CHAOS_ROUNDS);
const seed = Number(CHAOS_SEED);

/** Longest turn of the event loop, in CPU time of the thread, that is no freeze. */
const freezeMs = 100;
/** Longest time of a round on a busy machine. */
const roundMs = 150_000;

/** Every connection is refused, for longer than the stale time. */
const refused: WireFault = { name: 'refuse', after: 0, everyMs: 10, bytes: 1, seed: 1, lasts: 2.5 };
const brief: WireFault = { ...refused, lasts: 0.7 };

/** Defects are the same for every source: ssh, which starts programs, would take minutes. */
const catchesDefects = !['sshd', 'host'].includes(underTest().kind);

const held = new AsyncDisposableStack();
let playables: readonly Playable[] = [];

/** The broken promises of a round with a defective source. */
const brokenWith = async (
  fault: WireFault,
  defectOf: Parameters<typeof playReal>[2],
): Promise<readonly string[]> => {
  const [first] = playables;
  if (first === undefined) throw new Error('this server has no sources');
  const { breaches } = await playReal(first, fault, defectOf);
  return breaches.map(({ promise }) => promise);
};

/** True once the fault of a round has begun. */
const isOutage =
  ({ current }: Pick<FaultProxy, 'current'>) =>
  (): boolean =>
    current() !== undefined;

const textOf = ({
  type,
  fault,
  breaches,
}: Pick<PlayedRound, 'type' | 'fault' | 'breaches'>): readonly string[] =>
  breaches.map(({ promise, what }) => `${type} ${JSON.stringify(fault)}: ${promise}: ${what}`);

describe('chaos', () => {
  beforeAll(async () => {
    const { targets } = held.use(await openChaosTargets(underTest()));
    playables = await Promise.all(targets.map(openPlayable));
    for (const playable of playables) held.use(playable);
    // The modules of the clients are loaded, and their functions compiled, before turns are measured.
    for (const playable of playables) await playReal(playable, brief);
  }, 120_000);
  afterAll(() => held.disposeAsync());

  test.concurrent(`${rounds} rounds of faults: no crash, no freeze, no lie, recovery, and nothing left open`, {
    timeout: rounds * roundMs,
  }, async () => {
    using meter = openTurnMeter();
    const played = await playRealRounds(playables, rounds, seed);
    const affected = played.filter((round) => round.affected).length;
    const longest = meter.longestMs();
    console.log(
      [
        `seed ${seed}, ${played.length} rounds, the fault had an effect in ${affected}, longest turn ${longest.toFixed(0)} ms`,
        ...tableOf(
          played.map((round) => ({ ...round, longestTurnMs: longest })),
          faultNames,
        ),
      ].join('\n'),
    );
    expect(played.flatMap(textOf)).toEqual([]);
    expect(played).toHaveLength(rounds);
    expect(longest).toBeLessThanOrEqual(freezeMs);
    expect(affected).toBeGreaterThan(rounds / 2);
  });

  if (catchesDefects) {
    test.concurrent('a source that repeats its last good reading is caught', {
      timeout: roundMs,
    }, async () => {
      expect(await brokenWith(refused, () => repeatsLastGood)).toEqual(['no lie']);
    });

    test.concurrent('a source that never recovers is caught', { timeout: roundMs }, async () => {
      expect(await brokenWith(brief, (proxy) => neverRecovers(isOutage(proxy)))).toEqual(['recovery']);
    });

    test.concurrent('a source that invents rows and values is caught', { timeout: roundMs }, async () => {
      expect(await brokenWith(brief, (proxy) => invents(isOutage(proxy)))).toEqual(['no lie']);
    });

    test.concurrent('a source that leaves a connection open is caught', { timeout: roundMs }, async () => {
      const left: Socket[] = [];
      const leaks: Parameters<typeof playReal>[2] = (proxy) => (feed) => async (signal) => {
        if (left.length === 0)
          left.push(connect(await proxy.portTo(playables[0]?.target.port ?? 0)).on('error', () => {}));
        return feed.read(signal);
      };
      // Without a fault, which would close it.
      expect(await brokenWith({ ...brief, name: 'delay', everyMs: 1 }, leaks)).toEqual(['leak']);
      for (const socket of left) socket.destroy();
    });
  }
});
