import type { FaultKind } from '../../domain/base/fault.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import { ChangeError, RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';

const shownNames = 3;

/** Abbreviates a list: 'a, b, c and 4 more'. */
export const abbreviateList = (names: readonly string[]): string => joinFirst(names, shownNames);

/** Collects partial failures of one request: a thousand denied groups are one problem. */
export interface PartialFailures {
  /** `of`: 'group', 'topic'; `name`: the affected one. */
  add(code: number, of: string, name: string, detail?: string): void;
  /** Reports each kind of failure as one problem, with the first affected names. */
  report(miss: (problem: WireError) => void): void;
}

/** `call`: a prefix such as 'broker 1: OffsetFetch'. */
export const createPartialFailures = (call: string): PartialFailures => {
  const kinds = new Map<string, { code: number; of: string; detail: string; names: Set<string> }>();
  return {
    add: (code, of, name, detail = '') => {
      const known = kinds.get(`${code} ${of}`) ?? { code, of, detail, names: new Set() };
      known.names.add(name);
      kinds.set(`${code} ${of}`, known);
    },
    report: (miss) => {
      for (const { code, of, detail, names } of kinds.values())
        miss(
          brokerCodeError(
            code,
            `${call} of ${of} ${abbreviateList([...names])}`,
            names.size === 1 ? detail : '',
          ),
        );
    },
  };
};

interface Meaning {
  readonly name: string;
  readonly kind: FaultKind;
  readonly words: string;
}

const meaning = (name: string, kind: FaultKind, words: string): Meaning => ({ name, kind, words });

/** Meanings of the error codes in use. Source: Apache Kafka, common/protocol/Errors. */
const meanings: Readonly<Record<number, Meaning>> = {
  3: meaning(
    'UNKNOWN_TOPIC_OR_PARTITION',
    'missing',
    'the topic or partition does not exist: check the name',
  ),
  5: meaning(
    'LEADER_NOT_AVAILABLE',
    'unreachable',
    'the partition has no leader now: check which brokers are down',
  ),
  6: meaning(
    'NOT_LEADER_OR_FOLLOWER',
    'unreachable',
    'the leader of the partition has just changed: try again',
  ),
  7: meaning(
    'REQUEST_TIMED_OUT',
    'timeout',
    'the other brokers did not answer in time: check whether they are up',
  ),
  9: meaning(
    'REPLICA_NOT_AVAILABLE',
    'unreachable',
    'the replica is not available: check which brokers are down',
  ),
  12: meaning(
    'OFFSET_METADATA_TOO_LARGE',
    'malformed',
    'the metadata of the offset commit is too long: shorten the metadata',
  ),
  14: meaning(
    'COORDINATOR_LOAD_IN_PROGRESS',
    'unreachable',
    'the group coordinator is still loading: try again in a moment',
  ),
  15: meaning(
    'COORDINATOR_NOT_AVAILABLE',
    'unreachable',
    'the group coordinator is not available: check which brokers are down',
  ),
  16: meaning('NOT_COORDINATOR', 'unreachable', 'the group coordinator has just changed: try again'),
  17: meaning(
    'INVALID_TOPIC_EXCEPTION',
    'malformed',
    'the topic name is invalid: use letters, digits, dots, underscores and hyphens',
  ),
  22: meaning('ILLEGAL_GENERATION', 'malformed', 'the group still has members: stop the consumers first'),
  24: meaning('INVALID_GROUP_ID', 'malformed', 'the group ID is invalid: check groups of the source'),
  25: meaning('UNKNOWN_MEMBER_ID', 'malformed', 'the group has active members: stop the consumers first'),
  27: meaning(
    'REBALANCE_IN_PROGRESS',
    'malformed',
    'the group is rebalancing: stop the consumers first, or try again',
  ),
  28: meaning(
    'INVALID_COMMIT_OFFSET_SIZE',
    'malformed',
    'the offset commit is too large: set fewer partitions at once',
  ),
  29: meaning('TOPIC_AUTHORIZATION_FAILED', 'denied', 'the user has no permission on this topic'),
  30: meaning('GROUP_AUTHORIZATION_FAILED', 'denied', 'the user has no permission on this group'),
  31: meaning('CLUSTER_AUTHORIZATION_FAILED', 'denied', 'the user has no permission on this cluster'),
  33: meaning('UNSUPPORTED_SASL_MECHANISM', 'denied', 'the broker does not support this SASL mechanism'),
  34: meaning('ILLEGAL_SASL_STATE', 'denied', 'this listener accepts no SASL login'),
  35: meaning('UNSUPPORTED_VERSION', 'malformed', 'unsupported version'),
  36: meaning(
    'TOPIC_ALREADY_EXISTS',
    'malformed',
    'a topic with this name already exists: choose another name',
  ),
  37: meaning(
    'INVALID_PARTITIONS',
    'malformed',
    'the number of partitions is invalid: name a number above the present one',
  ),
  38: meaning(
    'INVALID_REPLICATION_FACTOR',
    'malformed',
    'not enough brokers for the replication factor: choose a lower one',
  ),
  39: meaning(
    'INVALID_REPLICA_ASSIGNMENT',
    'malformed',
    'the replica assignment is invalid: check the broker ids',
  ),
  40: meaning(
    'INVALID_CONFIG',
    'malformed',
    'the broker rejected a setting of the topic: see the log of the broker',
  ),
  41: meaning('NOT_CONTROLLER', 'unreachable', 'the cluster controller has just changed: try again'),
  42: meaning(
    'INVALID_REQUEST',
    'malformed',
    'the Kafka broker rejected the request: see the log of the broker',
  ),
  44: meaning(
    'POLICY_VIOLATION',
    'denied',
    'a policy of the cluster forbids the request: ask the owner of the cluster',
  ),
  58: meaning(
    'SASL_AUTHENTICATION_FAILED',
    'denied',
    'the login failed: check user and password under sasl:',
  ),
  60: meaning(
    'REASSIGNMENT_IN_PROGRESS',
    'malformed',
    'a partition reassignment is in progress: wait until the reassignment ends',
  ),
  69: meaning('GROUP_ID_NOT_FOUND', 'missing', 'the consumer group does not exist: check the name'),
  78: meaning(
    'OFFSET_NOT_AVAILABLE',
    'unreachable',
    'the new leader does not know the end offset yet: try again in a moment',
  ),
  88: meaning(
    'UNSTABLE_OFFSET_COMMIT',
    'unreachable',
    'an open transaction delays the offset commit: try again when the transaction has ended',
  ),
  89: meaning('THROTTLING_QUOTA_EXCEEDED', 'throttled', 'the cluster throttles this client. Retry later'),
};

const remedies: Readonly<Record<number, string>> = {
  29: 'grant this user DESCRIBE on the topic (kafka-acls --operation Describe --topic …)',
  30: 'grant this user DESCRIBE on the group (kafka-acls --operation Describe --group …)',
  31: 'grant this user DESCRIBE on the cluster (kafka-acls --operation Describe --cluster)',
  33: 'set sasl: { mechanism } to one that the listener supports',
  34: 'remove sasl:, or use the address of the SASL listener',
};

/** Converts an error code to a WireError about `what`; `detail`: the broker's message. */
export const brokerCodeError = (code: number, what: string, detail = ''): WireError => {
  const { kind, words, name } = meanings[code] ?? meaning(`error ${code}`, 'unreachable', '');
  const message = `${what}: ${words === '' ? name : `${words} (${name})`}${detail === '' ? '' : `: ${detail}`}`;
  const remedy = remedies[code];
  return remedy === undefined ? new WireError(kind, message) : new RemediedError(kind, message, remedy);
};

/**
 * TLS alerts with which a broker rejects a client certificate, by the suffix of OpenSSL's code. Source: RFC 8446
 * §6.2.
 */
const certificateAlerts: Readonly<Record<string, string>> = {
  CERTIFICATE_REQUIRED: 'the broker requires a client certificate',
  HANDSHAKE_FAILURE: 'the broker refused the TLS handshake. A client certificate may be required',
  BAD_CERTIFICATE: 'the broker rejected the client certificate',
  CERTIFICATE_EXPIRED: 'the client certificate has expired: renew tls.cert',
  CERTIFICATE_REVOKED: 'the client certificate was revoked: request a new one',
  CERTIFICATE_UNKNOWN: 'the broker rejected the client certificate',
  UNKNOWN_CA: 'the broker does not know the CA of the client certificate',
};

const codeIn = (error: Error): string => ('code' in error ? String(error.code) : '');

/** Explains a TLS failure caused by the client certificate or key; undefined for other failures. */
export const clientCertificateError = (error: Error): WireError | undefined => {
  const code = codeIn(error);
  const [, alert = ''] = /^ERR_SSL_.*_ALERT_(.+)$/.exec(code) ?? [];
  const words = certificateAlerts[alert];
  if (words !== undefined)
    return new RemediedError(
      'denied',
      words,
      'set tls: { cert, key } to a certificate that the brokers trust',
    );
  if (!/^ERR_(?:OSSL|CRYPTO|TLS_)/.test(code) || code.startsWith('ERR_TLS_CERT')) return undefined;
  return new RemediedError(
    'unconfigured',
    'the client certificate and key cannot be used',
    'check that tls: { cert, key } are PEM and match, and that passphrase decrypts the key',
  );
};

/**
 * Codes with which a broker refuses a change before it has any effect. After any other code the change may have been
 * applied: a timeout (7), failed replication reported as 15 or 16, a controller that resigned during the change (41),
 * and unknown (-1). Source: Apache Kafka, GroupCoordinatorService, GroupMetadataManager.storeOffsets and
 * QuorumController.
 */
const refusals: ReadonlySet<number> = new Set([
  3, 12, 14, 17, 22, 24, 25, 27, 28, 29, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 42, 44, 58, 60, 69, 89,
]);

/** True if the code guarantees that nothing was changed. */
export const isRefusal = (code: number): boolean => refusals.has(code);

/** The permission that a denied change needs, by error code. */
const changeRemedies: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  OffsetCommit: {
    29: 'grant this user READ on the topic (kafka-acls --operation Read --topic …)',
    30: 'grant this user READ on the group (kafka-acls --operation Read --group …)',
  },
  CreateTopics: {
    29: 'grant this user CREATE on the topic (kafka-acls --operation Create --topic …)',
    31: 'grant this user CREATE on the cluster (kafka-acls --operation Create --cluster)',
  },
  CreatePartitions: {
    29: 'grant this user ALTER on the topic (kafka-acls --operation Alter --topic …)',
  },
};

/** Converts the error code of a change to a ChangeError with its outcome. `what`: 'of group billing'. */
export const changeError = (code: number, call: string, what: string, detail = ''): ChangeError => {
  const { kind, message } = brokerCodeError(code, `${call} ${what}`, detail);
  const outcome = isRefusal(code) ? 'nothing' : 'unknown';
  return new ChangeError(kind, message, { outcome, remedy: changeRemedies[call]?.[code] ?? remedies[code] });
};

export const groupIdNotFound = 69;
