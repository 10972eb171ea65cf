import { createHash } from 'node:crypto';
import { preparedPassword, scramExchange } from '../scram.ts';
import type { MongoLogin } from './address.ts';
import { type MongoDocument, MongoError } from './mongo-types.ts';

type Ask = (database: string, command: MongoDocument) => Promise<MongoDocument>;

const payloadOf = (bytes: Buffer): unknown => ({
  $binary: { base64: bytes.toString('base64'), subType: '00' },
});

const bytesIn = ({ payload }: MongoDocument): Buffer => {
  const { base64 } = Object(Object(payload).$binary);
  if (typeof base64 !== 'string')
    throw new MongoError(
      'malformed',
      'the server sent a SCRAM challenge that opsdeck cannot parse: check that the server is MongoDB',
    );
  return Buffer.from(base64, 'base64');
};

/** The mechanism of a login: the requested one, or the strongest that the server lists for the user. */
const mechanismOf = (
  { mechanism }: MongoLogin,
  { saslSupportedMechs }: MongoDocument,
): NonNullable<MongoLogin['mechanism']> => {
  if (mechanism !== undefined) return mechanism;
  const listed = Array.isArray(saslSupportedMechs) ? saslSupportedMechs : [];
  return listed.includes('SCRAM-SHA-1') && !listed.includes('SCRAM-SHA-256')
    ? 'SCRAM-SHA-1'
    : 'SCRAM-SHA-256';
};

/** SCRAM-SHA-1 uses this digest as the password. Source: MongoDB specifications, Authentication, SCRAM-SHA-1. */
const passwordDigest = ({ user, password }: MongoLogin): string =>
  createHash('md5').update(`${user}:mongo:${password}`).digest('hex');

/**
 * Logs in with SCRAM. `hello`: the server's reply to the handshake, with the mechanisms of the user. `salted`: salted
 * passwords of earlier logins of this user. Throws MongoError. Source: MongoDB specifications, Authentication.
 */
export const logInToMongo = async (
  ask: Ask,
  login: MongoLogin,
  hello: MongoDocument,
  salted: Map<string, Buffer>,
): Promise<void> => {
  if (login.password === '')
    throw new MongoError('unconfigured', `user ${login.user} has no password. Set password: of this source`);
  const mechanism = mechanismOf(login, hello);
  let conversationId: unknown;
  let isDone = false;
  const exchange = async (message: Buffer): Promise<Buffer> => {
    const command =
      conversationId === undefined
        ? { saslStart: 1, mechanism, payload: payloadOf(message), options: { skipEmptyExchange: true } }
        : { saslContinue: 1, conversationId, payload: payloadOf(message) };
    const reply = await ask(login.source, command);
    conversationId = reply.conversationId ?? 1;
    isDone = reply.done === true;
    return bytesIn(reply);
  };
  const isStrong = mechanism === 'SCRAM-SHA-256';
  await scramExchange(
    {
      hash: isStrong ? 'sha256' : 'sha1',
      user: login.user,
      password: isStrong ? preparedPassword(login.password) : passwordDigest(login),
      salted,
    },
    exchange,
  );
  if (!isDone) await exchange(Buffer.alloc(0));
};
