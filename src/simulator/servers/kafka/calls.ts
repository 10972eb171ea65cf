import { apiVersions, saslAuthenticate, saslHandshake } from '../../../clients/kafka/cluster-calls.ts';
import { groupCalls } from './group-calls.ts';
import { type Served, serveCall } from './served.ts';
import { codes } from './sight.ts';
import { topicCalls } from './topic-calls.ts';

const mechanism = 'PLAIN';

const saslHandshakeCall = serveCall(saslHandshake, (question) => ({
  error: question.mechanism === mechanism ? codes.none : codes.unsupportedMechanism,
  mechanisms: [mechanism],
}));

/** Whoever comes is let in. */
const saslAuthenticateCall = serveCall(saslAuthenticate, () => ({
  error: codes.none,
  message: '',
  token: Buffer.alloc(0),
}));

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
