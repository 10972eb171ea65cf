import type { Dial } from '../../src/platform/network/dial.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import { openTransport, type Transport } from '../../src/platform/transport.ts';
import type { Activity } from './activity.ts';

/** Turns of the event loop in which an in-memory server has answered a message. */
const answerTurns = 4;

const turns = async (count: number): Promise<void> => {
  for (let nth = 0; nth < count; nth++) await new Promise((resolve) => setImmediate(resolve));
};

/** The connections to a state database of the test: simulated time waits for the answer to each message. */
export const stateTransport = (clock: Clock, dial: Dial, activity: Activity): Transport =>
  openTransport(clock, {
    dial: Object.assign(
      async (...args: Parameters<Dial>) => {
        const socket = await dial(...args);
        const write = socket._write.bind(socket);
        socket._write = (chunk, encoding, done) => {
          void activity.during('state database', turns(answerTurns));
          write(chunk, encoding, done);
        };
        return socket;
      },
      { isStraight: true } as const,
    ),
  });
