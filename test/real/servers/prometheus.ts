import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scraper } from './passwords.ts';
import { programServer } from './program.ts';
import type { Address } from './server.ts';

const basicAuth = { basic_auth: { username: scraper.user, password: scraper.password } };
/** What differs from a page at /metrics that is scraped every second: the JVM on a busy machine takes longer than that. */
const jobOf: Partial<Record<Address['kind'], object>> = {
  spring: { metrics_path: '/actuator/prometheus', scrape_interval: '3s', scrape_timeout: '3s' },
};

const job = (name: string, port: number, more: object = {}) => ({
  job_name: name,
  ...more,
  static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  ...basicAuth,
});

/** Every second: itself and whatever else runs; its alerts go to the Alertmanagers among them. */
const configOf = (others: readonly Address[], port: number) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: ['rules.yml'],
  alerting: {
    alertmanagers: others
      .filter(({ kind }) => kind === 'alertmanager')
      .map((one) => ({ ...basicAuth, static_configs: [{ targets: [`127.0.0.1:${one.port}`] }] })),
  },
  scrape_configs: [
    job('prometheus', port),
    ...others
      .filter(({ kind }) => kind !== 'alertmanager')
      .map((one) => job(one.name, one.port, jobOf[one.kind])),
  ],
});

/**
 * Two alerts of one service that fire as long as the server runs: the critical one after two seconds, and a warning
 * that it inhibits. The summary holds what a terminal would obey.
 */
const rules = {
  groups: [
    {
      name: 'shop',
      rules: [
        {
          alert: 'ShopOnFire',
          expr: 'vector(1) > 0',
          for: '2s',
          labels: { severity: 'critical', service: 'shop' },
          annotations: { summary: '\x1b[31mThe shop\x1b]0;owned\x07 is on fire' },
        },
        {
          alert: 'ShopSmells',
          expr: 'vector(2) > 1',
          labels: { severity: 'warning', service: 'shop' },
          annotations: { summary: 'The shop smells of smoke' },
        },
      ],
    },
  ],
};

/** Prometheus, scraping every other server that runs, with two alerts that reach the Alertmanager. */
export const prometheus = programServer({
  kind: 'prometheus',
  program: 'prometheus',
  package: 'prometheus',
  uses: ['spring-3.5', 'node-exporter', 'alertmanager'],
  readyPath: '/-/ready',
  args: async ({ dir, others }, port) => {
    const file = join(dir, 'prometheus.yml');
    // JSON is YAML, and escapes whatever a text holds.
    await writeFile(file, JSON.stringify(configOf(others, port)));
    await writeFile(join(dir, 'rules.yml'), JSON.stringify(rules));
    return [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      '--log.level=warn',
      // What fires before it has found its Alertmanagers is lost, and would only be told again after a minute.
      '--rules.alert.resend-delay=1s',
    ];
  },
});
