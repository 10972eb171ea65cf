import type { ActEvent } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { PostgresClient } from './client.ts';
import type { ReadSession } from './parse.ts';
import { readSessions } from './sessions-feed.ts';
import type { signalBackend } from './statements.ts';
import { victimWords } from './victims.ts';

export type Signal = keyof typeof signalBackend;

/** What pins a backend: a pid alone may be another's by now. */
export interface Pin {
  readonly pid: number;
  readonly started: string;
}

export const isSame = ({ fact, started }: ReadSession, pin: Pin): boolean =>
  fact.pid === pin.pid && started === pin.started;

/** A backend ends a moment after it was told to. */
const looks = 10;
const pauseMs = 200;

/** Which of them are gone (or run nothing any more), read again until all are. */
export async function* lookAfter(
  client: PostgresClient,
  name: Signal,
  pins: readonly Pin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  let left: readonly ReadSession[] = [];
  for (let look = 0; look < looks; look += 1) {
    try {
      const now = await readSessions(client, signal);
      left = now.filter((session) => pins.some((pin) => isSame(session, pin)) && isLeft(name, session));
    } catch (error) {
      yield {
        is: 'output',
        text: `how they are now could not be read: ${client.fault('sessions', error).message}`,
      };
      return;
    }
    if (left.length === 0 || signal.aborted) break;
    await change.clock.sleep(pauseMs, signal);
  }
  const gone = name === 'cancel' ? 'stopped' : 'gone';
  yield { is: 'output', text: `${pins.length - left.length} of ${pins.length} ${gone}` };
  for (const session of left) yield { is: 'output', text: `still there: ${victimWords(session)}` };
}

const isLeft = (name: Signal, { fact }: ReadSession): boolean =>
  name === 'terminate' || fact.state === 'active';
