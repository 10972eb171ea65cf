import { mongoChanges } from '../../clients/mongodb/changing.ts';
import type { MongoChange, MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import type { ActEvent } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { MongoClient } from './client.ts';
import { commandDocumentText } from './parse.ts';

/** A command for display and for the ledger: 'admin.runCommand({ killOp: 1, op: 9001 })'. */
export const mongoCommandLine = (database: string, command: MongoDocument): string =>
  secretMasker.mask(`${database}.runCommand(${commandDocumentText(command)})`);

/** The connection failed before the command was sent. */
const notSentPattern = /^(?:connection refused|no such host|no route to host)/;

/** Describes a failed change: its reason, whether it may have taken effect, and the remedy. */
export const changeFailureText = (client: MongoClient, error: unknown): string => {
  const { kind, message, remedy } = client.fault('', error);
  const why = message.replace(`${client.displayAddress} : `, '');
  const isDoubtful =
    error instanceof WireError &&
    !error.isUnsent &&
    (kind === 'unreachable' || kind === 'timeout') &&
    !notSentPattern.test(error.message);
  const doubt = isDoubtful ? '; the command may have taken effect anyway' : '';
  return `${why}${doubt}${remedy === undefined ? '' : `; ${remedy}`}`;
};

/** Sends one command and reports its progress; returns the reply on success. `statusOf`: the text for success. */
export async function* sendMongoCommand(
  client: MongoClient,
  change: ChangeIo,
  request: Omit<MongoChange, 'line'>,
  statusOf: (reply: MongoDocument) => { readonly status: string; readonly ok?: boolean },
  signal: AbortSignal,
): AsyncGenerator<ActEvent, MongoDocument | undefined> {
  const line = mongoCommandLine(request.database, request.command);
  yield { is: 'call', line };
  try {
    const reply = await change.call(mongoChanges, client.target, { ...request, line }, signal);
    const { status, ok = true } = statusOf(reply);
    yield { is: 'answered', line, status, ok };
    return ok ? reply : undefined;
  } catch (error) {
    yield { is: 'answered', line, status: changeFailureText(client, error), ok: false };
    return undefined;
  }
}
