import { readFile, rm, writeFile } from 'node:fs/promises';
import { openKafkaReader } from '../../../src/clients/kafka/client.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { until } from '../machine/until.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';
import { answers, brokersOf } from './client.ts';
import { downFile, pidFile } from './kept.ts';

const placeOf = (server: Address, id: number): { readonly dir: string; readonly broker: string } => {
  const dir = detailOf(server, 'dirs').split(',')[id - 1];
  const broker = brokersOf(server)[id - 1];
  if (dir === undefined || broker === undefined) throw new Error(`${server.name} has no broker ${id}`);
  return { dir, broker };
};

/** How many brokers each of these sees, when they agree; kafkajs cannot tell while any topic has a partition without a leader. */
const seenBy = async (brokers: readonly string[]): Promise<number | undefined> => {
  const counts = await Promise.all(
    brokers.map(async (broker) => {
      const reader = openKafkaReader({ brokers: [broker] }, openTransport(systemClock()));
      try {
        const { brokers: seen } = await reader.withSession(AbortSignal.timeout(2000), (look) =>
          look.cluster(),
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

/** Ends a broker of a cluster, as an out-of-memory kill would, until it is let up again; resolves when the others know. */
export const stopBroker = async (server: Address, id: number): Promise<void> => {
  const { dir, broker } = placeOf(server, id);
  await writeFile(downFile(dir), '');
  process.kill(Number(await readFile(pidFile(dir), 'utf8')), 'SIGKILL');
  const others = brokersOf(server).filter((one) => one !== broker);
  await until(`broker ${id} is gone`, async () => (await seenBy(others)) === others.length);
};

/** Lets the broker up again; resolves when it answers and the others see it. */
export const letUp = async (server: Address, id: number): Promise<void> => {
  const { dir, broker } = placeOf(server, id);
  await rm(downFile(dir), { force: true });
  const all = brokersOf(server);
  await until(`broker ${id} is back`, async () => {
    const alone = await answers(broker).catch(() => false);
    return alone && (await seenBy(all)) === all.length;
  });
};
