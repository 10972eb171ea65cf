import type { Millis } from '../domain/base/fault.ts';
import type { SystemFingerprint, TimedFingerprint } from '../domain/facts/fingerprint.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import { WireError } from '../platform/runtime/wire-error.ts';
import type { SessionPool } from './session-pool.ts';

/** Reads which server is at the other end of a session. */
type Identify<S> = (session: S, signal: AbortSignal) => Promise<SystemFingerprint>;

/**
 * The servers that answer over the connections of one client. A proxy may lead two connections to two servers, so each
 * connection is asked by itself.
 */
interface AnsweringServers<S> {
  /**
   * Runs `use`, and notes the server that has answered it. Once identities are asked for, a session is identified after
   * its first use, so that it is known even when it ends.
   */
  noted<T>(session: S, signal: AbortSignal, use: () => Promise<T>): Promise<T>;
  /**
   * Returns the server that answers now, with those of other connections that have answered reads since a time. Throws
   * WireError, also when a connection has answered and ended without telling its server.
   */
  since(
    began: Millis,
    sessions: Pick<SessionPool<S>, 'withIdle'>,
    identify: Identify<S>,
    signal: AbortSignal,
  ): Promise<SystemFingerprint>;
}

/** A server, and when the last read began that it has answered. */
interface Answered {
  readonly server: TimedFingerprint;
  readonly at: Millis;
}

/** The parts of a fingerprint that stay the same for one server in one state. Its age does not. */
const keyOf = ({ fingerprint: { parts, counters, permissions, unread } }: TimedFingerprint): string =>
  JSON.stringify([parts, counters, permissions, unread]);

/** Creates the memory of one client. */
export const createAnsweringServers = <S extends object>(clock: Clock): AnsweringServers<S> => {
  let identifyAll: Identify<S> | undefined;
  const servers = new WeakMap<S, TimedFingerprint>();
  const answers = new Map<string, Answered>();
  let unidentifiedAt = Number.NEGATIVE_INFINITY;

  const note = (server: TimedFingerprint, time: Millis): void => {
    const key = keyOf(server);
    const last = answers.get(key);
    if (last === undefined || last.at <= time) answers.set(key, { server, at: time });
  };

  const learn = async (session: S, identify: Identify<S>, signal: AbortSignal): Promise<TimedFingerprint> => {
    const fingerprint = await identify(session, signal);
    const server = { at: clock.now(), fingerprint };
    servers.set(session, server);
    return server;
  };

  return {
    noted: async (session, signal, use) => {
      const began = clock.now();
      const result = await use();
      const known = servers.get(session);
      if (known !== undefined) note(known, began);
      else if (identifyAll !== undefined)
        try {
          note(await learn(session, identifyAll, signal), began);
        } catch {
          // The answer holds; only its server is unknown.
          unidentifiedAt = Math.max(unidentifiedAt, began);
        }
      return result;
    },
    since: async (began, sessions, identify, signal) => {
      identifyAll = identify;
      const withIdle = await sessions.withIdle(signal, (session) => learn(session, identify, signal));
      if (unidentifiedAt >= began)
        throw new WireError('malformed', 'one of the connections did not say which server answered');
      const [server = { at: clock.now(), fingerprint: { parts: {} } }, ...more] = withIdle;
      const told = [
        ...more,
        ...[...answers.values()].flatMap((answer) => (answer.at >= began ? [answer.server] : [])),
      ];
      const own = keyOf(server);
      const others = [
        ...new Map(told.map((timedFingerprint) => [keyOf(timedFingerprint), timedFingerprint])).entries(),
      ].filter(([key]) => key !== own);
      return others.length === 0
        ? server.fingerprint
        : { ...server.fingerprint, others: others.map(([, timedFingerprint]) => timedFingerprint) };
    },
  };
};
