import { changeMongo } from '../../../src/clients/mongodb/change.ts';
import type { MongoDocument } from '../../../src/clients/mongodb/mongo-types.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import type { Address } from '../servers/server.ts';

const hourMs = 3_600_000;
const epoch = Date.parse('2026-03-04T00:00:00Z');

export const mongoUrlOf = ({ port }: Pick<Address, 'port'>): string => `mongodb://127.0.0.1:${port}/shop`;

/** Sends commands that may change, each on its own connection; returns their replies. Throws MongoError. */
export const mongoCommands = async (
  server: Pick<Address, 'port'>,
  commands: readonly MongoDocument[],
): Promise<readonly MongoDocument[]> => {
  const transport = openTransport(systemClock());
  const replies: MongoDocument[] = [];
  for (const command of commands) {
    const change = { database: 'shop', command, line: '' };
    replies.push(
      await changeMongo(transport, { url: mongoUrlOf(server) }, change, AbortSignal.timeout(5000)),
    );
  }
  return replies;
};

const statuses = ['PROCESSING', 'PROCESSING', 'FAILED', 'FAILED', 'FAILED', 'DONE'] as const;
const errors: Readonly<Record<number, string>> = { 3: 'timeout', 4: 'timeout', 5: 'schema' };

/** Replaces the database by events in four states, one order, and two indexes: those of the simulated server. */
export const fillMongo = (server: Pick<Address, 'port'>): Promise<unknown> =>
  mongoCommands(server, [
    { dropDatabase: 1 },
    {
      insert: 'events',
      documents: statuses.map((status, index) => ({
        _id: { $oid: `65e5${String(index + 1).padStart(20, '0')}` },
        status,
        timestamp: { $date: new Date(epoch + (index + 1) * hourMs).toISOString() },
        ...(errors[index + 1] === undefined ? {} : { error: errors[index + 1] }),
      })),
    },
    {
      createIndexes: 'events',
      indexes: [
        { name: 'status_1', key: { status: 1 } },
        { name: 'timestamp_1', key: { timestamp: 1 }, expireAfterSeconds: 86_400 },
      ],
    },
    { insert: 'orders', documents: [{ _id: 1, total: 12.5 }] },
  ]);
