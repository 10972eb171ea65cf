import type { Millis } from '../../domain/fault.ts';
import type { ActEvent } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { PostgresClient } from './client.ts';
import { readSessions } from './sessions-feed.ts';
import { isSame, lookAfter, type Pin, type Signal } from './signal-look.ts';
import { sendStatement } from './statement-call.ts';
import { signalBackend } from './statements.ts';
import { victimWords } from './victims.ts';

/** Sends one signal to each of these backends. */
export async function* sendSignals(
  client: PostgresClient,
  name: Signal,
  pins: readonly Pin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  for (const { pid, started } of pins) {
    if (signal.aborted) return;
    const statement = { text: signalBackend[name], values: [pid, started] };
    yield* sendStatement(
      client,
      change,
      statement,
      ({ rows: [row] }) => ({
        status:
          row === undefined
            ? `pid ${pid} was gone already`
            : row.done === 't'
              ? 'signalled'
              : 'not signalled',
        ok: row === undefined || row.done === 't',
      }),
      signal,
    );
  }
}

/**
 * Cancels their statements, and after `waitMs` ends the sessions that still have the transaction that they had: a client
 * that gave up is left alone with what it does since.
 */
export async function* cancelThenTerminate(
  client: PostgresClient,
  pins: readonly Pin[],
  waitMs: Millis,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const beganAt = change.clock.now();
  yield* sendSignals(client, 'cancel', pins, change, signal);
  await change.clock.sleep(waitMs, signal);
  if (signal.aborted) return;
  const sinceMs = change.clock.now() - beganAt;
  const now = await readSessions(client, signal);
  const there = now.filter((session) => pins.some((pin) => isSame(session, pin)));
  const stubborn = there.filter(({ fact }) => (fact.transactionMs ?? -1) >= sinceMs);
  for (const session of there.filter((one) => !stubborn.includes(one)))
    yield { is: 'output', text: `gave up its statement, not ended: ${victimWords(session)}` };
  const meant = pins.filter((pin) => stubborn.some((session) => isSame(session, pin)));
  if (meant.length === 0) return;
  yield* sendSignals(client, 'terminate', meant, change, signal);
  yield* lookAfter(client, 'terminate', meant, change, signal);
}
