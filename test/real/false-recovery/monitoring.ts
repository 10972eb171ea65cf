import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { valueAt } from '../../simulator/ask.ts';

import { freePort } from '../../support/free-port.ts';
import { launch } from '../machine/launch.ts';
import { until } from '../machine/until.ts';
import type { Instance } from './instance.ts';

const withinMs = 20_000;

/** What a Prometheus scrapes and evaluates, each once per second. */
interface Monitored {
  /** Scraped instances by job. */
  readonly jobs: Readonly<Record<string, readonly Instance[]>>;
  readonly rules?: readonly object[];
  /** Port of an Alertmanager. */
  readonly alertmanager?: number;
}

/** A server of a suite. */
interface Server extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  end(): Promise<void>;
}

const openServer = async (
  name: string,
  program: string,
  readyPath: string,
  argsIn: (dir: string) => Promise<readonly string[]>,
): Promise<Server> => {
  await using opened = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), `${name}-`));
  opened.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 10 }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const launched = await launch({
    program,
    args: [`--web.listen-address=127.0.0.1:${port}`, ...(await argsIn(dir))],
    dir,
    readyUrl: `${url}${readyPath}`,
    withinMs,
    signal: AbortSignal.timeout(2 * withinMs),
  });
  let isOver = false;
  const end = async (): Promise<void> => {
    if (!isOver) await launched.end();
    isOver = true;
  };
  opened.defer(end);
  const resources = opened.move();
  return { port, url, end, [Symbol.asyncDispose]: () => resources.disposeAsync() };
};

/** Starts an Alertmanager: a critical alert of a service inhibits its warnings. */
export const openAlertmanager = (): Promise<Server> =>
  openServer('alertmanager', 'prometheus-alertmanager', '/-/ready', async (dir) => {
    const file = join(dir, 'alertmanager.yml');
    const inhibit = {
      source_matchers: ['severity = critical'],
      target_matchers: ['severity = warning'],
      equal: ['service'],
    };
    const route = { receiver: 'none', group_wait: '1s', group_interval: '1s', group_by: ['alertname'] };
    await writeFile(file, JSON.stringify({ route, receivers: [{ name: 'none' }], inhibit_rules: [inhibit] }));
    return [`--config.file=${file}`, `--storage.path=${join(dir, 'data')}`, '--cluster.listen-address='];
  });

/** Starts a Prometheus; resolves when it has scraped all instances. */
export const openPrometheus = async ({ jobs, rules = [], alertmanager }: Monitored): Promise<Server> => {
  const server = await openServer('prometheus', 'prometheus', '/-/ready', async (dir) => {
    await mkdir(join(dir, 'data'));
    const file = join(dir, 'prometheus.yml');
    const config = {
      // The process of the tests answers the scrapes: on a busy machine not always within a second, and an instance that is not
      // scraped has no series.
      global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      alerting: {
        alertmanagers:
          alertmanager === undefined
            ? []
            : [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }],
      },
      scrape_configs: Object.entries(jobs).map(([job_name, instances]) => ({
        job_name,
        static_configs: instances.map(({ name, port }) => ({
          targets: [`127.0.0.1:${port}`],
          labels: { instance: name },
        })),
      })),
    };
    await writeFile(file, JSON.stringify(config));
    await writeFile(join(dir, 'rules.yml'), JSON.stringify({ groups: [{ name: 'orders', rules }] }));
    return [
      ...[`--config.file=${file}`, `--storage.tsdb.path=${join(dir, 'data')}`, '--log.level=warn'],
      // An alert that fires before the Alertmanagers are discovered is lost, and resent only after a minute.
      '--rules.alert.resend-delay=1s',
    ];
  });
  const count = Object.values(jobs).flat().length;
  await until('every instance is scraped', async () => {
    const answer = await fetch(`${server.url}/api/v1/query?query=${encodeURIComponent('sum(up)')}`);
    return Number(valueAt(await answer.json(), 'data', 'result', '0', 'value', '1')) === count;
  });
  return server;
};
