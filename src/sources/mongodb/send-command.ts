import { mongoChanges } from '../../clients/mongodb/changing.ts';
import type { MongoChange, MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import {
  type CallFailures,
  clientFailures,
  isLostConnection,
  reportCall,
} from '../kit/operations/report-call.ts';
import type { MongoClient } from './client.ts';
import { commandDocumentText } from './parse.ts';

/** A command for display and for the ledger: 'admin.runCommand({ killOp: 1, op: 9001 })'. */
export const mongoCommandLine = (database: string, command: MongoDocument): string =>
  secretMasker.mask(`${database}.runCommand(${commandDocumentText(command)})`);

/** Reporting of a client's failed commands. */
export const commandFailures = (client: MongoClient): CallFailures => ({
  ...clientFailures(client, 'command'),
  isRefusal: (error) => !isLostConnection(error),
});

/** Sends one command and reports its progress; returns the reply on success. `statusOf`: the text for success. */
export async function* sendMongoCommand(
  client: MongoClient,
  change: ChangeIo,
  request: Omit<MongoChange, 'line'>,
  statusOf: (reply: MongoDocument) => { readonly status: string; readonly ok?: boolean },
  signal: AbortSignal,
): AsyncGenerator<ActEvent, MongoDocument | undefined> {
  const line = mongoCommandLine(request.database, request.command);
  const sent = yield* reportCall(line, commandFailures(client), async () => {
    const reply = await change.call(mongoChanges, client.target, { ...request, line }, signal);
    return { ...statusOf(reply), value: reply };
  });
  return sent?.value;
}
