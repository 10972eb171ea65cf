import { redisChanges } from '../../clients/redis/changing.ts';
import type { RedisChange, RedisReply } from '../../clients/redis/redis-types.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import {
  type CallFailures,
  clientFailures,
  isLostConnection,
  reportCall,
} from '../kit/operations/report-call.ts';
import type { RedisClient } from './client.ts';

/** Quotes an argument for display as redis-cli reads it. */
const quoted = (arg: string): string => (/^[^\s"'\\]+$/.test(arg) ? arg : JSON.stringify(arg));

/** A command for display and for the ledger. */
export const commandLine = (command: readonly string[]): string =>
  secretMasker.mask(oneLine(command.map(quoted).join(' '), 300));

/** Sends one command and reports its progress; returns the reply on success. `statusOf`: the text for success. */
export async function* sendCommand(
  client: RedisClient,
  change: ChangeIo,
  request: RedisChange,
  statusOf: (reply: RedisReply) => { readonly status: string; readonly ok?: boolean },
  signal: AbortSignal,
): AsyncGenerator<ActEvent, RedisReply | undefined> {
  const line = request.line ?? commandLine(request.command);
  const failures: CallFailures = {
    ...clientFailures(client, 'command'),
    isRefusal: (error) => !isLostConnection(error),
  };
  const sent = yield* reportCall(line, failures, async () => {
    const reply = await change.call(redisChanges, client.target, { ...request, line }, signal);
    return { ...statusOf(reply), value: reply };
  });
  return sent?.value;
}
