import { isObject } from '../../domain/text/value-text.ts';
import { markUnsent } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { cutOnAbort } from '../session-pool.ts';
import { resolveMongoAddress } from './address.ts';
import { openMemberSession } from './find-member.ts';
import { toMongoError } from './mongo-error.ts';
import { type MongoChange, type MongoDocument, MongoError, type MongoTarget } from './mongo-types.ts';

/** A write that the server has refused, although the command itself has succeeded. */
const writeErrorIn = ({ writeErrors }: MongoDocument): MongoDocument | undefined => {
  const first: unknown = Array.isArray(writeErrors) ? writeErrors[0] : undefined;
  return isObject(first) ? first : undefined;
};

/** Executes one command on its own connection. Throws MongoError, TunnelError. */
export const changeMongo = async (
  transport: Transport,
  target: MongoTarget,
  { database, command, member }: MongoChange,
  outerSignal: AbortSignal,
): Promise<MongoDocument> => {
  const signal = transport.within(outerSignal);
  const address = resolveMongoAddress(target);
  const session = await openMemberSession(address, transport, { member, salted: new Map() }, signal);
  try {
    const { role, address: at } = session.member;
    if (member === undefined && address.hosts.length > 1 && (role === 'secondary' || role === 'other'))
      throw markUnsent(
        new MongoError(
          'unreachable',
          `none of the hosts in the url is the primary. ${at} is ${role === 'other' ? 'not ready' : 'a secondary'}`,
          0,
          'wait for an election, or add the missing member to the url. rs.status() lists the members',
        ),
      );
    const reply = await cutOnAbort(session, signal, () => session.ask(database, command));
    const failed = writeErrorIn(reply);
    if (failed !== undefined) throw toMongoError(failed, { database, command }, address.login?.user);
    return reply;
  } finally {
    await session.end();
  }
};
