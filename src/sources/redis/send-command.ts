import { redisChanges } from '../../clients/redis/changing.ts';
import type { RedisChange, RedisReply } from '../../clients/redis/redis-types.ts';
import type { ActEvent } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { RedisClient } from './client.ts';

/** Quotes an argument for display as redis-cli reads it. */
const quoted = (arg: string): string => (/^[^\s"'\\]+$/.test(arg) ? arg : JSON.stringify(arg));

/** A command for display and for the ledger. */
export const commandLine = (command: readonly string[]): string =>
  secretMasker.mask(oneLine(command.map(quoted).join(' '), 300));

/** The connection failed before the command was sent. */
const notSentPattern = /^(?:connection refused|no such host|no route to host)/;

/** Sends one command and reports its progress; returns the reply on success. `statusOf`: the text for success. */
export async function* sendCommand(
  client: RedisClient,
  change: ChangeIo,
  request: RedisChange,
  statusOf: (reply: RedisReply) => { readonly status: string; readonly ok?: boolean },
  signal: AbortSignal,
): AsyncGenerator<ActEvent, RedisReply | undefined> {
  const line = request.line ?? commandLine(request.command);
  yield { is: 'call', line };
  try {
    const reply = await change.call(redisChanges, client.target, { ...request, line }, signal);
    const { status, ok = true } = statusOf(reply);
    yield { is: 'answered', line, status, ok };
    return ok ? reply : undefined;
  } catch (error) {
    const { kind, message, remedy } = client.fault('', error);
    const why = message.replace(`${client.displayAddress} : `, '');
    const isDoubtful =
      error instanceof WireError &&
      (kind === 'unreachable' || kind === 'timeout') &&
      !notSentPattern.test(error.message);
    const doubt = isDoubtful ? '; the command may have taken effect anyway' : '';
    yield {
      is: 'answered',
      line,
      status: `${why}${doubt}${remedy === undefined ? '' : `; ${remedy}`}`,
      ok: false,
    };
    return undefined;
  }
}
