import { apiVersions, saslAuthenticate, saslHandshake } from '../../../clients/kafka/cluster-calls.ts';
import { groupCalls } from './group-calls.ts';
import { type Served, serveCall } from './served.ts';
import { type BrokerSight, codes } from './sight.ts';
import { topicCalls } from './topic-calls.ts';

const mechanismsOf = ({ login }: BrokerSight): readonly string[] => [
  login === undefined ? 'PLAIN' : 'OAUTHBEARER',
];

const saslHandshakeCall = serveCall(saslHandshake, ({ mechanism }, sight, session) => {
  const mechanisms = mechanismsOf(sight);
  if (!mechanisms.includes(mechanism)) return { error: codes.unsupportedMechanism, mechanisms };
  session.mechanism = mechanism;
  return { error: codes.none, mechanisms };
});

const authenticated = (error: number, message = '', token = '') => ({
  error,
  message,
  token: Buffer.from(token),
});

/** By PLAIN whoever comes is let in. A refused token is answered with JSON first, and the client's next message with an error. */
const saslAuthenticateCall = serveCall(saslAuthenticate, ({ token }, { login }, session) => {
  if (session.mechanism === undefined) return authenticated(codes.illegalSaslState, 'no handshake');
  if (session.refused !== undefined) return authenticated(codes.authenticationFailed, session.refused);
  if (login === undefined) {
    session.loggedIn = true;
    return authenticated(codes.none);
  }
  const [, shown = ''] =
    /^n,,\x01auth=Bearer ([^\x01]+)\x01(?:[A-Za-z]+=[^\x01]*\x01)*\x01$/.exec(token.toString()) ?? [];
  const until = login.tokens.get(shown);
  session.loggedIn = until !== undefined && until > login.now();
  if (session.loggedIn) return authenticated(codes.none);
  session.refused = '{"status":"invalid_token"}';
  return authenticated(codes.none, '', session.refused);
});

/** What a client may ask before it has logged in. */
export const beforeLogin: ReadonlySet<number> = new Set([
  apiVersions.key,
  saslHandshake.key,
  saslAuthenticate.key,
]);

const apiVersionsCall = (error: number): Served =>
  serveCall(apiVersions, () => ({
    error,
    calls: calls.map(({ key, version }) => ({ key, from: version, to: version })),
  }));

/** Every call that the embedded brokers know, each in one version. */
const calls: readonly Served[] = [
  apiVersionsCall(codes.none),
  saslHandshakeCall,
  saslAuthenticateCall,
  ...topicCalls,
  ...groupCalls,
];

export const isFlexible = (key: number, version: number): boolean =>
  calls.some((call) => call.key === key && call.version === version && call.flexible);

/** The call with that key and version; of ApiVersions in any other, what real brokers answer: the oldest, as an error. */
export const callOf = (key: number, version: number): Served | undefined => {
  const found = calls.find((call) => call.key === key && call.version === version);
  return found ?? (key === apiVersions.key ? apiVersionsCall(codes.unsupportedVersion) : undefined);
};
