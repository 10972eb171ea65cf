import { join } from 'node:path';
import { expect } from 'vitest';
import { publishScreen } from '../../src/cli/publish/publish-screen.ts';
import { createSocketChannel } from '../../src/cli/publish/socket-channel.ts';
import { connectToSocket, type LineConnection } from '../../src/platform/network/unix-socket.ts';
import type { SimulatedCockpit } from '../simulation/cockpit.ts';
import { family } from './support/attack.ts';
import { fieldPaths, type Json, withField } from './support/forged-fields.ts';
import { type Forgery, sendsNothing } from './support/no-call.ts';

/** The requests of a follower, with fields that no follower sends. */
const requests: readonly Json[] = [
  { is: 'list' },
  { is: 'follow', user: 'mallory' },
  { is: 'follow', user: 'mallory', keys: 'W\r', run: 'debug', step: 'a1', armed: 'INC-9', columns: 80 },
];
const fields = requests.flatMap((request, index) => fieldPaths(request).map((path) => ({ index, path })));

/** What a follower sends after its request: keys as a terminal has them, requests of other kinds, calls. */
const afterward: readonly string[] = [
  'W\r\r\r',
  '\u001b[27u\u001b[13u y\r',
  '{"is":"press","keys":"W\\r"}',
  '{"key":"return"}',
  '{"at":1,"mark":{"kind":"run","what":"debug"}}',
  '{"is":"send","run":"debug","step":"a1","with":{"name":"app","level":"OFF"}}',
];

/** Lets the time of a cockpit pass until the condition holds. */
const until = async ({ simulation }: SimulatedCockpit, holds: () => boolean): Promise<void> => {
  const end = simulation.clock.now() + 60_000;
  while (!holds()) {
    if (simulation.clock.now() > end) throw new Error('a request was neither answered nor refused');
    await new Promise((resolve) => setImmediate(resolve));
    await simulation.wait(50);
  }
};

/** A follower of the cockpit that runs in this process. Its requests are forged. */
const createMallory = () => {
  let forgery: Forgery = { nth: 0, values: [] };
  let requested = 0;
  let followed = 0;
  const open: LineConnection[] = [];

  const request = async (cockpit: SimulatedCockpit, line: string): Promise<void> => {
    const connection = await connectToSocket(
      join(cockpit.simulation.stateDir, 'live'),
      `${process.pid}.sock`,
    );
    let heard = false;
    let closed = false;
    connection.onLine(() => {
      if (!heard) followed += 1;
      heard = true;
    });
    connection.onClose(() => {
      closed = true;
    });
    open.push(connection);
    connection.write(`${[line, ...afterward].join('\n')}\n`);
    requested += 1;
    await until(cockpit, () => heard || closed);
  };

  return {
    plans: (next: Forgery): void => {
      forgery = next;
    },
    /** Sends every request once as it is, and as many with a forged field as there are values. */
    sends: async (cockpit: SimulatedCockpit): Promise<void> => {
      const { nth, values } = forgery;
      for (const line of requests) await request(cockpit, JSON.stringify(line));
      for (const [index, value] of values.entries()) {
        const field = fields[(nth + index) % fields.length];
        if (field === undefined) continue;
        const forged = withField(requests[field.index] ?? null, field.path, value);
        await request(cockpit, JSON.stringify(forged));
      }
    },
    leaves: (): void => {
      for (const connection of open.splice(0)) connection.destroy();
    },
    requested: () => requested,
    followed: () => followed,
  };
};

family('forged requests of followers', ({ attack }) => {
  attack(
    'a cockpit sends no changing request in ten minutes, unarmed and armed, whatever its followers send',
    sendsNothing((_, stack) => {
      const mallory = createMallory();
      stack.defer(mallory.leaves);
      return {
        plant: () => {},
        forge: (forgery) => {
          mallory.plans(forgery);
          return 0;
        },
        watch: publishScreen(({ stateDir, clock }) => createSocketChannel(stateDir, clock)),
        // Unarmed after the first frame, and again while it is armed.
        look: async (cockpit) => {
          await mallory.sends(cockpit);
          await cockpit.sees(/followed by mallory/);
          mallory.leaves();
        },
        forged: () => {
          // The list was answered, and both follow requests drew frames, each time.
          expect(mallory.followed()).toBeGreaterThanOrEqual(6);
          return mallory.requested();
        },
      };
    }),
  );
});
