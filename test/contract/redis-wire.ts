import { Decoder } from '@redis/client/dist/lib/RESP/decoder.js';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import { openSqlFront } from './sql-front.ts';
import { secret } from './wired.ts';

/** A failure mode of the path to a Redis server. A function changes each chunk of the server. */
export interface RedisFailureMode extends FailureMode {
  readonly way: 'refuse' | 'silent' | 'garbage' | 'cut' | (() => Buffer);
}

/** Answers each request with an error that has terminal control sequences and echoes a secret. */
const refusing =
  (error: string): (() => Buffer) =>
  () =>
    Buffer.from(`-${error} \x1b[31m\x1b]0;owned\x07 (${secret})\u202e\r\n`);

export const redisFailureModes: readonly RedisFailureMode[] = [
  { name: 'down', fault: 'unreachable', row: 'down', way: 'refuse' },
  { name: 'hanging', fault: 'timeout', row: 'down', hangs: true, way: 'silent' },
  { name: 'garbage', fault: 'malformed', row: 'down', way: 'garbage' },
  { name: 'cut', fault: 'unreachable', row: 'down', way: 'cut' },
  {
    name: 'denied',
    fault: 'denied',
    row: 'unknown',
    way: refusing('WRONGPASS invalid username-password pair'),
  },
  {
    name: 'loading',
    fault: 'unreachable',
    row: 'down',
    way: refusing('LOADING Redis is loading the dataset in memory'),
  },
  {
    name: 'too many connections',
    fault: 'unreachable',
    row: 'down',
    way: refusing('ERR max number of clients reached'),
  },
];

const reading =
  /^(?:acl|auth|client (?:list|setname)|cluster|config get|dbsize|info|latency|ping|scan|select|slowlog|type|.*len|.*card)\b/i;

/** 'CHANGE' or 'GET' for each command of these bytes. */
const commandMethods = (chunk: Buffer): readonly string[] => {
  const methods: string[] = [];
  new Decoder({
    onReply: (args: unknown) =>
      void methods.push(Array.isArray(args) && reading.test(args.map(String).join(' ')) ? 'GET' : 'CHANGE'),
    onErrorReply: () => {},
    onPush: () => {},
    getTypeMapping: () => ({}),
  }).write(chunk);
  return methods;
};

/** A TCP proxy in front of a Redis server. */
export const openRedisFront = (port: number) => openSqlFront(port, commandMethods);
