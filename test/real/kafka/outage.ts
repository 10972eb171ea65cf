import { readFile, rm, writeFile } from 'node:fs/promises';
import { openKafkaReader } from '../../../src/clients/kafka/client.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { until } from '../machine/until.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';
import { brokersOf, isResponding } from './client.ts';
import { downFile, pidFile } from './supervise.ts';

const placeOf = (server: Address, id: number): { readonly dir: string; readonly broker: string } => {
  const dir = detailOf(server, 'dirs').split(',')[id - 1];
  const broker = brokersOf(server)[id - 1];
  if (dir === undefined || broker === undefined) throw new Error(`${server.name} has no broker ${id}`);
  return { dir, broker };
};

/** Number of brokers that each of these reports; undefined if they disagree. kafkajs fails while a partition has no leader. */
const countSeenBy = async (brokers: readonly string[]): Promise<number | undefined> => {
  const counts = await Promise.all(
    brokers.map(async (broker) => {
      const reader = openKafkaReader({ brokers: [broker] }, openTransport(systemClock()));
      try {
        const { brokers: seen } = await reader.withSession(AbortSignal.timeout(2000), (session) =>
          session.cluster(),
        );
        return seen.length;
      } catch {
        return undefined;
      } finally {
        await reader.close();
      }
    }),
  );
  const [first] = counts;
  return counts.every((count) => count === first) ? first : undefined;
};

/** Kills a broker of a cluster (SIGKILL) and keeps it stopped; resolves when the others no longer list it. */
export const stopBroker = async (server: Address, id: number): Promise<void> => {
  const { dir, broker } = placeOf(server, id);
  await writeFile(downFile(dir), '');
  process.kill(Number(await readFile(pidFile(dir), 'utf8')), 'SIGKILL');
  const others = brokersOf(server).filter((text) => text !== broker);
  await until(`broker ${id} is gone`, async () => (await countSeenBy(others)) === others.length);
};

/** Restarts a stopped broker; resolves when it responds and all others list it. */
export const restartBroker = async (server: Address, id: number): Promise<void> => {
  const { dir, broker } = placeOf(server, id);
  await rm(downFile(dir), { force: true });
  const all = brokersOf(server);
  await until(`broker ${id} is back`, async () => {
    const responds = await isResponding(broker).catch(() => false);
    return responds && (await countSeenBy(all)) === all.length;
  });
};
