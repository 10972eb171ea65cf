import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scraper } from './passwords.ts';
import { programServer } from './program.ts';
import type { Address } from './server.ts';

const basicAuth = { basic_auth: { username: scraper.user, password: scraper.password } };
/** Overrides for targets not at /metrics or scraped less often: a JVM on a busy machine takes longer than a second. */
const jobOf: Partial<Record<Address['kind'], object>> = {
  spring: { metrics_path: '/actuator/prometheus', scrape_interval: '3s', scrape_timeout: '3s' },
};

const job = (name: string, port: number, more: object = {}) => ({
  job_name: name,
  ...more,
  static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  ...basicAuth,
});

/** Scrapes itself and all running servers every second; sends alerts to the Alertmanagers among them. */
const configOf = (others: readonly Address[], port: number) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
  rule_files: ['rules.yml'],
  alerting: {
    alertmanagers: others
      .filter(({ kind }) => kind === 'alertmanager')
      .map((address) => ({ ...basicAuth, static_configs: [{ targets: [`127.0.0.1:${address.port}`] }] })),
  },
  scrape_configs: [
    job('prometheus', port),
    ...others
      .filter(({ kind }) => kind !== 'alertmanager')
      .map((address) => job(address.name, address.port, jobOf[address.kind])),
  ],
});

/**
 * Two alerts of one service that fire as long as the server runs: the critical one after two seconds, and a warning
 * that it inhibits. The summary contains terminal escape sequences.
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

/** Prometheus, which scrapes all other running servers, with two alerts sent to the Alertmanager. */
export const prometheus = programServer({
  kind: 'prometheus',
  program: 'prometheus',
  package: 'prometheus',
  uses: ['spring-3.5', 'node-exporter', 'alertmanager'],
  readyPath: '/-/ready',
  args: async ({ dir, others }, port) => {
    const file = join(dir, 'prometheus.yml');
    // JSON is valid YAML, and escapes all text.
    await writeFile(file, JSON.stringify(configOf(others, port)));
    await writeFile(join(dir, 'rules.yml'), JSON.stringify(rules));
    return [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      '--log.level=warn',
      // An alert that fires before the Alertmanagers are discovered is lost, and resent only after a minute.
      '--rules.alert.resend-delay=1s',
    ];
  },
});
