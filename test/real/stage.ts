import type { FailureMode } from '../../src/testing/failure-modes.ts';
import type { SourceExpectation, Stage } from '../../src/testing/source-rig.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Door, doorOf } from './door.ts';
import { openProxy, type Way } from './proxy.ts';
import type { Address } from './servers/server.ts';

/** A failure mode of the connection to a real server, caused by the proxy or by the server's access control. */
export interface RealFailureMode extends FailureMode {
  readonly way?: Way;
  readonly door?: (door: Door) => Promise<void> | undefined;
}

const failureModes: readonly RealFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', way: 'refuse' },
  { name: 'denied', fault: 'denied', row: 'unknown', door: (door) => door.lock() },
  { name: 'garbage', fault: 'malformed', row: 'down', way: 'garbage' },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, way: 'silent' },
  {
    name: 'an answer that stops after its headers',
    fault: 'timeout',
    row: 'down',
    hangs: true,
    way: 'headers-only',
  },
  { name: 'a body cut in half', fault: 'unreachable', row: 'down', way: 'cut' },
];

/** Only for servers that can throttle. */
const throttles: readonly RealFailureMode[] = [
  { name: 'throttled', fault: 'throttled', row: 'down', door: (door) => door.slowDown?.(429) },
  { name: 'throttled by a 503', fault: 'throttled', row: 'down', door: (door) => door.slowDown?.(503) },
];

/** A source type on a real server. */
export interface RealRig {
  readonly rig: SourceExpectation;
  /** Its address. */
  readonly path: string;
  /** Resolves once the server reports what the rig expects, which may take seconds. */
  readonly settled?: (server: Address) => Promise<void>;
}

/** `stranger`: a server without its addresses, to test a mismatched identity; absent: not tested. */
export const realStage = (
  { rig, path }: RealRig,
  server: Address,
  stranger: Address | undefined,
): Stage<RealFailureMode> => {
  const door = doorOf(server);
  return {
    rig,
    failureModes: [
      ...failureModes.filter((failure) => failure.door === undefined || door !== undefined),
      ...(door?.slowDown === undefined ? [] : throttles),
    ],
    isAnonymous: stranger === undefined,
    // The server uses the machine's clock, so the source must request times on this clock.
    clock: () => manualClock(Date.now()),
    open: async () => {
      const proxy = await openProxy(server.port);
      const heal = async (): Promise<void> => {
        await proxy.set('through');
        await door?.open();
      };
      return {
        ...proxy,
        url: `${proxy.origin}${path}`,
        set: async (failure) => {
          await heal();
          await proxy.set(failure.way ?? 'through');
          if (door !== undefined) await failure.door?.(door);
        },
        heal,
        denyOnly: async (calls) => closeTo(door, calls),
        turnStranger: async () => {
          if (stranger !== undefined) proxy.leadTo(stranger.port);
        },
        close: async () => {
          await proxy.close();
          await door?.open();
        },
      };
    },
  };
};

const closeTo = async (door: Door | undefined, calls: RegExp): Promise<void> => {
  if (door?.closeTo === undefined) throw new Error('this server has no rights per address');
  await door.closeTo(calls);
};
