import { deserialize, serialize } from 'bson';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import { openSqlFront } from './sql-front.ts';
import { secret } from './wired.ts';

/** A failure mode of the path to a MongoDB server. A function changes each chunk of the server. */
export interface MongoFailureMode extends FailureMode {
  readonly way: 'refuse' | 'silent' | 'garbage' | 'cut' | ((chunk: Buffer) => Buffer);
}

/** An OP_MSG that answers the same request as this chunk. Source: MongoDB docs, MongoDB Wire Protocol. */
const replyTo = (chunk: Buffer, document: Readonly<Record<string, unknown>>): Buffer => {
  const body = serialize(document);
  const lead = Buffer.alloc(21);
  lead.writeInt32LE(21 + body.length, 0);
  lead.writeInt32LE(chunk.readInt32LE(8), 8);
  lead.writeInt32LE(2013, 12);
  return Buffer.concat([lead, body]);
};

/** Answers each request with an error that has terminal control sequences and echoes a secret. */
const refusing =
  (code: number, message: string) =>
  (chunk: Buffer): Buffer =>
    replyTo(chunk, { ok: 0, code, errmsg: `${message} \x1b[31m\x1b]0;owned\x07 (${secret})\u202e` });

/** A header that announces more than a reply may have. */
const tooLong = (chunk: Buffer): Buffer => {
  const lead = Buffer.from(chunk);
  lead.writeInt32LE(40_000_000, 0);
  return lead;
};

export const mongoFailureModes: readonly MongoFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', way: 'refuse' },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, way: 'silent' },
  { name: 'garbage', fault: 'malformed', row: 'down', way: 'garbage' },
  { name: 'cut', fault: 'unreachable', row: 'down', way: 'cut' },
  { name: 'denied', fault: 'denied', row: 'unknown', way: refusing(18, 'Authentication failed.') },
  {
    name: 'shutting down',
    fault: 'unreachable',
    row: 'down',
    way: refusing(91, 'The server is in quiesce mode and will shut down'),
  },
  { name: 'a reply of 40 MB', fault: 'malformed', row: 'down', way: tooLong },
  {
    name: 'a reply to another request',
    fault: 'malformed',
    row: 'down',
    way: (chunk) => {
      const other = Buffer.from(chunk);
      other.writeInt32LE(77, 8);
      return other;
    },
  },
  {
    name: 'a reply that is no document',
    fault: 'malformed',
    row: 'down',
    way: (chunk) => Buffer.concat([chunk.subarray(0, 21), Buffer.alloc(chunk.length - 21, 0xff)]),
  },
];

const reading =
  /^(?:aggregate|buildInfo|connectionStatus|count|dbStats|find|getMore|getParameter|hello|isMaster|killCursors|list\w+|ping|replSetGetStatus|sasl\w+|serverStatus|usersInfo)$/;

/** 'CHANGE' or 'GET' for each command of these bytes; one message per chunk. */
const messageMethods = (chunk: Buffer): readonly string[] => {
  const command = deserialize(chunk.subarray(21));
  const [name = ''] = Object.keys(command);
  return [reading.test(name) || (name === 'profile' && command.profile === -1) ? 'GET' : 'CHANGE'];
};

/** A TCP proxy in front of a MongoDB server. */
export const openMongoFront = (port: number) => openSqlFront(port, messageMethods);
