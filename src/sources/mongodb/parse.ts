import type { MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { hiddenValueMark, redactPasswords } from '../kit/values/secrets.ts';
import { entries, field, list, number, text } from '../kit/values/wire-value.ts';

const wrongReply = (what: string): WireError =>
  new WireError('malformed', `${what} has an unexpected form: check the version of the server`);

/** A number, also one beyond 2^53 (approximately). */
export const numberIn = (value: unknown, name: string): number | undefined => {
  const found = field(value, name);
  return number(found) ?? number(Number(text(field(found, '$numberLong')) ?? Number.NaN));
};

/** A text without control characters; '' if there is none. */
export const textIn = (value: unknown, name: string): string => oneLine(text(field(value, name)) ?? '');

/** A date as ms of the server's clock; undefined for anything else. */
export const dateIn = (value: unknown, name: string): Millis | undefined => {
  const ms = Date.parse(text(field(field(value, name), '$date')) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};

/** The documents of a cursor. Throws `malformed`. */
export const documentsIn = (reply: MongoDocument | undefined, what: string): readonly unknown[] => {
  const batch = field(field(reply, 'cursor'), 'firstBatch');
  if (!Array.isArray(batch)) throw wrongReply(what);
  return batch;
};

/** The first number of a reply to `count`. Throws `malformed`. */
export const countIn = (reply: MongoDocument): number => {
  const count = numberIn(reply, 'n');
  if (count === undefined) throw wrongReply('count');
  return count;
};

/** Fields of commands that belong to the protocol, or repeat what is shown elsewhere. */
const protocolField =
  /^(?:\$db|\$clusterTime|\$readPreference|lsid|apiVersion|txnNumber|autocommit|signature)$/;
/** Fields of commands with a secret. */
const secretField = /^(?:pwd|payload|key|keyFile|nonce|newPwd|awsIamSessionToken)$/;
/** Commands whose `key` is not a secret, but the key of an index. */
const indexCommand = /^(?:createIndexes|dropIndexes|collMod)$/;

const withoutSecrets = (value: unknown, isIndex: boolean): unknown => {
  if (Array.isArray(value)) return value.map((element) => withoutSecrets(element, isIndex));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secretField.test(name) && !(isIndex && name === 'key')
        ? hiddenValueMark
        : withoutSecrets(inner, isIndex),
    ]),
  );
};

/** Renders a document for display: quotes only where necessary, no secrets, one line. */
export const documentText = (value: unknown, max = 200): string =>
  oneLine(redactPasswords(relaxedText(value)), max);

const relaxedText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(relaxedText).join(', ')}]`;
  if (value === hiddenValueMark) return hiddenValueMark;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const [first] = entries(value);
  const [only, inner] = first ?? ['', undefined];
  if (only === '$oid' && typeof inner === 'string') return `ObjectId("${inner}")`;
  if (only === '$date' && typeof inner === 'string') return inner;
  const parts = entries(value).map(
    ([name, element]) => `${/^[$\w.]+$/.test(name) ? name : JSON.stringify(name)}: ${relaxedText(element)}`,
  );
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
};

/** Renders a whole command without secrets: '{ killOp: 1, op: 9001 }'. */
export const commandDocumentText = (command: MongoDocument): string => {
  const [name = ''] = Object.keys(command);
  return oneLine(redactPasswords(relaxedText(withoutSecrets(command, indexCommand.test(name)))), 300);
};

/** Renders a command: 'find events { filter: { status: "FAILED" } }'. */
export const mongoCommandText = (command: unknown, max = 200): string => {
  const [[name, target] = ['', undefined], ...rest] = entries(command).filter(
    ([field]) => !protocolField.test(field),
  );
  const shown = withoutSecrets(Object.fromEntries(rest), indexCommand.test(name));
  return oneLine(
    [
      name,
      typeof target === 'string' ? target : '',
      rest.length === 0 ? '' : redactPasswords(relaxedText(shown)),
    ]
      .filter((part) => part !== '')
      .join(' '),
    max,
  );
};

/** An index of a collection. */
export interface IndexRow {
  readonly name: string;
  /** Its fields and directions, in their order. */
  readonly key: MongoDocument;
  /** Everything that `createIndexes` needs to create it again. */
  readonly spec: MongoDocument;
  /** Its documents expire after this time. */
  readonly expireSeconds: number | undefined;
}

/** Parses listIndexes. Throws `malformed`. */
export const parseIndexes = (reply: MongoDocument): readonly IndexRow[] =>
  documentsIn(reply, 'listIndexes').map((index) => {
    const key = field(index, 'key');
    if (!isObject(index) || !isObject(key)) throw wrongReply('listIndexes');
    const { v: _v, ns: _ns, ...spec } = index;
    return {
      name: text(index.name) ?? '',
      key,
      spec,
      expireSeconds: numberIn(index, 'expireAfterSeconds'),
    };
  });

/** '{ status: 1, timestamp: -1 }' */
export const keyText = (key: MongoDocument): string => documentText(key, 120);

/** A member of a replica set, as replSetGetStatus describes it. */
export interface MemberRow {
  readonly name: string;
  /** 'PRIMARY', 'SECONDARY', 'RECOVERING', 'ARBITER' … */
  readonly state: string;
  readonly isUp: boolean;
  readonly isSelf: boolean;
  /** Time of its last operation on the server's clock. */
  readonly optimeMs: number | undefined;
  readonly pingMs: number | undefined;
  readonly message: string;
}

/** A replica set. */
export interface ReplicaSetStatus {
  readonly name: string;
  readonly members: readonly MemberRow[];
}

/** Parses replSetGetStatus. Source: MongoDB docs, replSetGetStatus. Throws `malformed`. */
export const parseReplicaSet = (reply: MongoDocument): ReplicaSetStatus => {
  if (!Array.isArray(reply.members)) throw wrongReply('replSetGetStatus');
  return {
    name: textIn(reply, 'set'),
    members: list(reply.members).map((member) => ({
      name: textIn(member, 'name'),
      state: textIn(member, 'stateStr') || 'UNKNOWN',
      isUp: number(field(member, 'health')) === 1,
      isSelf: field(member, 'self') === true,
      optimeMs: dateIn(member, 'optimeDate'),
      pingMs: numberIn(member, 'pingMs'),
      message: textIn(member, 'lastHeartbeatMessage') || textIn(member, 'infoMessage'),
    })),
  };
};

/** Seconds that a secondary is behind the primary; undefined without one of both times. */
export const lagSeconds = ({ members }: ReplicaSetStatus, { optimeMs }: MemberRow): number | undefined => {
  const newest = members.find(({ state }) => state === 'PRIMARY')?.optimeMs;
  return newest === undefined || optimeMs === undefined ? undefined : Math.max(0, (newest - optimeMs) / 1000);
};
