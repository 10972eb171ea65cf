import { z } from 'zod';
import { notApplicable, type OperationCall } from '../../domain/runbooks/operation.ts';
import { declareOperation, defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import type { RedisClient, RedisContext } from './client.ts';
import { settingText } from './detail-feeds.ts';
import { parsePairs } from './parse.ts';
import { commandPermit } from './permissions.ts';
import { commandLine, sendCommand } from './send-command.ts';

/** Settings that contain a password or name the files of users: their values must not be shown or stored. */
const secretSetting = /pass|auth|^masteruser$|^aclfile$/;

const settingParams = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, { error: 'not a setting name: use a-z, 0-9 and -, such as maxmemory-policy' })
    .refine((name) => !secretSetting.test(name), {
      error: 'opsdeck does not change passwords or users: use ACL SETUSER in redis-cli',
    })
    .meta({ examples: ['maxmemory'] }),
  value: z
    .union([z.string(), z.number()])
    .meta({ description: 'set this value, written as in redis.conf', examples: ['512mb'] }),
});

/** The value of a setting. Throws RedisError, and PlanError when it does not exist. */
const readSetting = async (client: RedisClient, name: string, signal: AbortSignal): Promise<string> => {
  const value = parsePairs(await client.ask(['CONFIG', 'GET', name], signal), 'CONFIG GET').get(name);
  if (value === undefined) throw notApplicable(`setting ${name} not found: CONFIG GET * lists the names`);
  return value;
};

const isCall = (value: unknown): value is OperationCall =>
  typeof value === 'object' && value !== null && 'use' in value && 'with' in value && 'title' in value;

const setCommand = (name: string, value: string | number): readonly string[] => [
  'CONFIG',
  'SET',
  name,
  String(value),
];

const declaration = declareOperation({ name: 'setting', danger: 'disruptive', params: settingParams });

/**
 * `setting`: sets a value on the running server (CONFIG SET) and reads it back. A restart returns to the configuration
 * file, unless a user runs CONFIG REWRITE.
 */
export const redisSettingOperation = defineOperation(declaration, ({ client }: RedisContext) => ({
  plan: async ({ name, value }, signal) => {
    const was = await readForPlan(client, 'settings', () => readSetting(client, name, signal));
    const shown = settingText(name, was);
    const undo: OperationCall = {
      use: `${client.source}.setting`,
      with: { name, value: was },
      title: `Restore ${name} to ${shown}`,
      pins: 'value',
    };
    return {
      targets: [
        {
          name: client.service,
          uid: `${client.displayAddress} setting ${name}`,
          saw: was,
          where: client.displayAddress,
          place: client.displayAddress,
        },
      ],
      calls: [{ line: commandLine(setCommand(name, value)), target: 0 }],
      objects: [
        `sets ${name} for the whole server, now ${shown}`,
        'the value lasts until the server restarts',
      ],
      changes: [`${name}: ${shown} → ${settingText(name, String(value))}`],
      earlier: undo,
    };
  },
  permits: ({ params: { name, value } }, signal) =>
    commandPermit(client, setCommand(name, value), 'config|set', signal),
  recheck: async ({ params: { name }, targets: [target] }, signal) => {
    const found = await readSetting(client, name, signal);
    return target === undefined || found === target.saw
      ? undefined
      : { target: name, planned: target.saw, found };
  },
  act: async function* ({ params: { name, value } }, change, signal) {
    const command = setCommand(name, value);
    const reply = yield* sendCommand(client, change, { command }, () => ({ status: 'set' }), signal);
    if (reply === undefined) return;
    try {
      const now = await readSetting(client, name, signal);
      yield { is: 'output', text: `${name}: ${settingText(name, now)}` };
    } catch (error) {
      const { message } = client.fault('settings', error);
      yield { is: 'output', text: `cannot read the current value: ${message}` };
    }
  },
  undo: ({ earlier }) => (isCall(earlier) ? earlier : undefined),
}));
