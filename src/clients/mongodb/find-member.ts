import { errorMessage } from '../../domain/text/error-message.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { cutOnAbort } from '../session-pool.ts';
import type { MongoAddress, MongoHost } from './address.ts';
import { MongoError } from './mongo-types.ts';
import { type MongoSession, openMongoSession } from './session.ts';

/** Time for other members to respond after a secondary has, in ms: one of them may be the primary. */
const graceMs = 1000;

const acceptsWrites = ({ member: { role } }: MongoSession): boolean =>
  role === 'primary' || role === 'mongos' || role === 'standalone';

/** The failures of all hosts as one: the kind of the first, each with its host. */
const combined = (failures: readonly (readonly [MongoHost, unknown])[]): unknown => {
  const [[, first] = [undefined, undefined]] = failures;
  if (failures.length === 1 || !(first instanceof WireError)) return first;
  const texts = failures.map(([{ name }, error]) => `${name}: ${errorMessage(error)}`);
  const { remedy = undefined } = first instanceof MongoError ? first : {};
  return new MongoError(first.kind, texts.join('; '), first instanceof MongoError ? first.code : 0, remedy);
};

/**
 * Connects to all hosts at once, so that one that does not respond delays nothing. Returns the first that accepts
 * writes; otherwise the first that responds. The others are closed.
 */
const findMember = async (
  address: MongoAddress,
  open: (host: MongoHost, signal: AbortSignal) => Promise<MongoSession>,
  transport: Transport,
  signal: AbortSignal,
): Promise<MongoSession> => {
  const search = new AbortController();
  const both = AbortSignal.any([signal, search.signal]);
  const found: MongoSession[] = [];
  const failures: [MongoHost, unknown][] = [];
  const attempts = address.hosts.map(async (host): Promise<MongoSession | undefined> => {
    try {
      const session = await open(host, both);
      if (search.signal.aborted) await session.end();
      else found.push(session);
      return session;
    } catch (error) {
      failures.push([host, error]);
      return undefined;
    }
  });
  const writable = Promise.any(
    attempts.map(async (attempt) => {
      const session = await attempt;
      if (session === undefined || !acceptsWrites(session)) throw new Error('this member is not the primary');
      return session;
    }),
  ).catch(() => undefined);
  const responded = Promise.any(
    attempts.map(async (attempt) => {
      if ((await attempt) === undefined) throw new Error('no response');
      await transport.clock.sleep(graceMs, both);
    }),
  ).catch(() => undefined);
  await Promise.race([writable, responded]);
  const chosen = found.find(acceptsWrites) ?? found[0];
  search.abort();
  await Promise.all(found.filter((session) => session !== chosen).map((session) => session.end()));
  if (chosen !== undefined) return chosen;
  throw signal.aborted ? toAbortError(signal) : combined(failures);
};

interface MemberOptions {
  /** The host to connect to: 'host:port' of the url. Absent: the primary, otherwise a member that responds. */
  readonly member?: string | undefined;
  /** Salted passwords of earlier logins. */
  readonly salted: Map<string, Buffer>;
}

/**
 * Connects to the primary among the hosts of the url and logs in; to any other member if there is none. Hosts that only
 * the replica set names are not contacted. Throws MongoError, TunnelError, or the signal's reason on an abort.
 */
export const openMemberSession = async (
  address: MongoAddress,
  transport: Transport,
  { member, salted }: MemberOptions,
  signal: AbortSignal,
): Promise<MongoSession> => {
  if (signal.aborted) throw toAbortError(signal);
  const open = (host: MongoHost, until: AbortSignal): Promise<MongoSession> =>
    openMongoSession(host, address, transport, salted, until);
  const [first, ...others] = address.hosts;
  const named = member === undefined ? undefined : address.hosts.find(({ name }) => name === member);
  if (member !== undefined && named === undefined)
    throw new MongoError('missing', `${member} is not among the hosts in url: add the member to url`);
  const only = named ?? (others.length === 0 ? first : undefined);
  const session = await (only === undefined
    ? findMember(address, open, transport, signal)
    : open(only, signal));
  try {
    await cutOnAbort(session, signal, session.logIn);
    return session;
  } catch (error) {
    await session.end();
    throw error;
  }
};
