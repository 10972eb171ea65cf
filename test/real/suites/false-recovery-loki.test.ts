import { describe, test } from 'vitest';
import { isNotRecovered, isRecovered, lever, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { openLever } from '../false-recovery/lever.ts';
import { nowNs, push, untilFound } from '../loki/push.ts';
import { underTest } from '../setting.ts';

const server = underTest();

/** Two programs that write into Loki twice a second: one errors, the other none. */
const openWriters = async (namespace: string) => {
  const texts = new Map([
    ['orders-1', 'ERROR no stock'],
    ['orders-2', 'INFO served'],
  ]);
  const write = async (): Promise<void> => {
    for (const [pod, text] of texts)
      await push(server, { namespace, app: 'orders', pod }, [[nowNs(), text]]).catch(() => undefined);
  };
  await write();
  const timer = setInterval(() => void write(), 500);
  await untilFound(server, `{namespace="${namespace}", pod="orders-1"}`);
  return {
    heals: async () => void texts.set('orders-1', 'INFO served'),
    dies: async () => void texts.delete('orders-1'),
    [Symbol.dispose]: () => clearInterval(timer),
  };
};

const forms = [
  {
    name: 'a-sum',
    read: (selector: string) => ({ query: `sum(count_over_time(${selector} |= "ERROR" [8s])) or vector(0)` }),
  },
  { name: 'lines', read: () => ({ lines: 'errors', per: '8s' }) },
];

const about = (namespace: string, read: object, idle: object): Situation => ({
  sources: {
    [lever]: idle,
    loki: {
      type: 'loki',
      url: `http://127.0.0.1:${server.port}`,
      query: `{namespace="${namespace}"}`,
      stream: ['app', 'pod'],
      every: '1s',
    },
  },
  logs: { views: [{ name: 'errors', include: 'ERROR' }] },
  signals: [{ id: 'errors', title: 'Errors', source: 'loki', read, unit: '', crit: '>=5' }],
  when: 'errors >= 5',
  verify: ['errors < 1'],
  within: '25s',
});

describe.concurrent('errors in the logs of one of two programs', { timeout: patientMs }, () => {
  test.for(forms)('$name: it dies after an action without effect', async ({ name, read }) => {
    const namespace = `dies-${name}`;
    await using idle = await openLever();
    using writers = await openWriters(namespace);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await isNotRecovered(
      { ...about(namespace, read(`{namespace="${namespace}"}`), idle.source), afterwards: writers.dies },
      /orders-1/,
    );
  });

  test.for(forms)('$name: the action heals it', async ({ name, read }) => {
    const namespace = `heals-${name}`;
    await using idle = await openLever();
    using writers = await openWriters(namespace);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await isRecovered({
      ...about(namespace, read(`{namespace="${namespace}"}`), idle.source),
      afterwards: writers.heals,
    });
  });
});
