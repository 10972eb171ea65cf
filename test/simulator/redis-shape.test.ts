import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedisEndpoint } from '../../src/simulator/servers/redis/endpoint.ts';
import { infoParts, parseInfo } from '../../src/sources/redis/parse.ts';
import { openSimulatedRedis } from '../contract/rigs/redis-simulator.ts';
import { secret } from '../contract/wired.ts';
import { redisCommands } from '../real/redis/commands.ts';
import { wireRecording } from '../replay/recording.ts';
import { manualClock } from '../support/manual-clock.ts';

let simulator: RedisEndpoint;
beforeAll(async () => {
  simulator = await openSimulatedRedis(manualClock());
});
afterAll(() => simulator.close());

const ask = async (...command: readonly string[]): Promise<unknown> =>
  (await redisCommands(simulator, [command], { user: 'opsdeck', password: secret }))[0];

/** The text of the first recorded reply to a command: the bytes after its length. */
const recorded = (name: string, ...command: readonly string[]): string => {
  const sent = `> *${command.length}\r\n${command.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join('')}`;
  for (const connection of wireRecording(`redis-7.0/${name}`).connections) {
    const index = connection.indexOf(sent);
    const reply = index < 0 ? undefined : connection[index + 1];
    if (reply !== undefined) return reply.slice(2);
  }
  throw new Error(`${name} has no reply to ${command.join(' ')}`);
};
const bulkText = (reply: string): string => reply.replace(/^\$\d+\r\n/, '').replace(/\r\n$/, '');

/** The type of a value in INFO: a number, or a word. */
const typeOf = (value: string | undefined): string =>
  value === undefined ? 'missing' : /^-?\d+(?:\.\d+)?$/.test(value) ? 'number' : 'word';

describe('the simulated Redis answers as the recorded one', () => {
  test.each([['health', 'INFO'] as const, ['details', 'INFO', 'replication'] as const])(
    '%s: every field of %s has the type of the real one',
    async (name, ...command) => {
      const real = parseInfo(bulkText(recorded(name, ...command)));
      const ours = parseInfo((await ask(...command)) as string); // INFO is a text
      expect(ours.size).toBeGreaterThan(3);
      for (const [field, value] of ours)
        expect([field, typeOf(value)]).toEqual([
          field,
          field.startsWith('db') ? 'word' : typeOf(real.get(field)),
        ]);
    },
  );

  test('INFO has every section of the real one that opsdeck reads', async () => {
    const sections = (text: string): readonly string[] => text.match(/^# \w+/gm) ?? [];
    const real = sections(bulkText(recorded('health', 'INFO')));
    for (const section of sections(String(await ask('INFO')))) expect(real).toContain(section);
  });

  test('CLIENT LIST has fields of the real one, and the same flags', async () => {
    const fieldsOf = (text: string): readonly string[] => [
      ...infoParts((text.trim().split('\n')[0] ?? '').replaceAll(' ', ',')).keys(),
    ];
    const real = fieldsOf(bulkText(recorded('sessions', 'CLIENT', 'LIST')));
    for (const field of fieldsOf(String(await ask('CLIENT', 'LIST')))) expect(real).toContain(field);
    expect(bulkText(recorded('sessions', 'CLIENT', 'LIST'))).toMatch(/ name=worker .* flags=b /);
  });

  test('SLOWLOG GET: an entry has the types of the real one', async () => {
    const [entry] = (await ask('SLOWLOG', 'GET', '1')) as readonly (readonly unknown[])[];
    const types = entry?.map((value) => (Array.isArray(value) ? 'list' : typeof value));
    const real = recorded('details', 'SLOWLOG', 'GET', '10').split('\r\n');
    // A list of entries; each a list of three integers, a list and two texts.
    expect(real.slice(1, 6).map((line) => line[0])).toEqual(['*', ':', ':', ':', '*']);
    expect(real[1]).toBe('*6');
    expect(types).toEqual(['number', 'number', 'number', 'list', 'string', 'string']);
  });

  test.each([[['CLUSTER', 'INFO']], [['SENTINEL', 'MASTERS']]])(
    '%j is refused with the text of the real one',
    async (command) => {
      const [, real = ''] = /^-ERR (.*)\r\n$/s.exec(recorded('refused', ...command)) ?? [];
      const message = await ask(...command).then(String, (error: Error) => error.message);
      // The client adds its own words before the text of the server.
      expect(real).not.toBe('');
      expect(message).toContain(`(${real.trim().slice(0, 60)}`);
    },
  );
});
