import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresServer } from '../../src/simulator/servers/postgres/endpoint.ts';
import { postgres } from '../../src/sources/postgres/index.ts';
import { blockedDatabase } from '../contract/rigs/postgres-simulator.ts';
import { secret } from '../contract/wired.ts';
import { openTee } from '../real/recording/tee.ts';
import { postgresProtocol } from '../replay/frames.ts';
import { play } from '../replay/open-through.ts';
import { postgresScenarios } from '../replay/postgres-scenarios.ts';
import { wireRecording } from '../replay/recording.ts';
import { manualClock } from '../support/manual-clock.ts';

const time = '2026-03-04T10:15:07Z';
let simulator: PostgresServer;
beforeAll(async () => {
  simulator = await blockedDatabase(manualClock(Date.parse(time)), '7300000000000000001');
});
afterAll(() => simulator.close());

/** 'pid 23 4': a column with the OID and the length of its type. Source: PostgreSQL docs, RowDescription. */
const columnsIn = (message: Buffer): readonly string[] => {
  let offset = 7;
  return Array.from({ length: message.readInt16BE(5) }, () => {
    const end = message.indexOf(0, offset);
    const name = message.toString('utf8', offset, end);
    offset = end + 19;
    return `${name} ${message.readInt32BE(end + 7)} ${message.readInt16BE(end + 11)}`;
  });
};

/** The columns of every statement of opsdeck, by its tag. */
const described = (connections: readonly (readonly string[])[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  for (const messages of connections) {
    let tag = '';
    for (const message of messages) {
      if (message.startsWith('> P')) tag = /opsdeck:(\w+)/.exec(message)?.[1] ?? '';
      if (message.startsWith('< T')) found.set(tag, columnsIn(Buffer.from(message.slice(2), 'latin1')));
    }
  }
  return found;
};

/** The message types of the server in order, without repetitions: 'R S K Z C'. */
const messageTypes = (connections: readonly (readonly string[])[]): string =>
  connections
    .flat()
    .filter((message) => message.startsWith('< '))
    .map((message) => message[2])
    .filter((type, index, all) => type !== all[index - 1])
    .join(' ');

// The simulator has no role without pg_monitor, rejects statements that only the recordings have (`sql`), and uses MD5 logins.
const compared = postgresScenarios.filter(
  ({ name }) => name !== 'sessions-hidden' && !name.startsWith('sql') && name !== 'no-such-database',
);

test.each(compared)('$name: columns and types match the real server', async (scenario) => {
  const tee = openTee(() => simulator.port, postgresProtocol);
  await play(
    postgres,
    { ...scenario, entry: { ...scenario.entry, password: secret } },
    { dial: tee.dial, at: time },
  );
  const real = described(wireRecording(`postgres-15/${scenario.name}`).connections);
  expect(real.size).toBeGreaterThan(0);
  expect(described(tee.connections)).toEqual(real);
});

test('login and query have the message sequence of the real server', async () => {
  const [health] = postgresScenarios.filter(({ name }) => name === 'health');
  if (health === undefined) throw new Error('no scenario health');
  const tee = openTee(() => simulator.port, postgresProtocol);
  await play(
    postgres,
    { ...health, entry: { ...health.entry, password: secret } },
    { dial: tee.dial, at: time },
  );
  expect(messageTypes(tee.connections)).toBe(messageTypes(wireRecording('postgres-15/health').connections));
});
