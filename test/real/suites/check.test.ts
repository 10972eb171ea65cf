import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { openSandbox, type Sandbox } from '../../e2e/support/sandbox.ts';
import { prometheusRig } from '../rigs/prometheus.ts';
import { user } from '../servers/passwords.ts';
import { isRunning, underTest } from '../setting.ts';

const server = underTest();
let sandbox: Sandbox;

const profile = `opsdeck: 1
system: shop
env: real
tier: staging
sources:
  prom:
    type: prometheus
    url: "http://127.0.0.1:${server.port}"
    auth: { basic: { user: ${user}, password: "\${env:PROM_PASSWORD}" } }
    facts: ${isRunning('spring-3.5') ? '{ breakers: { where: { job: spring-3.5 } }, pools: { where: { job: spring-3.5 } } }' : '{}'}
signals:
  - { id: up, title: Prometheus answers itself, source: prom, read: { query: 'up{job="prometheus"}' }, unit: "", crit: "<1" }
  - { id: busy, title: Requests, source: prom, read: { query: 'sum(rate(prometheus_http_requests_total[10s]))' }, unit: /s, warn: ">=0" }
  - { id: long, title: By POST, source: prom, read: { query: 'up{job=~"prometheus|${'x'.repeat(2100)}"}' }, unit: "" }
  - { id: typo, title: Not PromQL, source: prom, read: { query: 'rate(up[5m' }, unit: "" }
`;

describe('opsdeck check --json, the built program', () => {
  beforeAll(async () => {
    await prometheusRig().settled?.(server);
  });
  beforeEach(async () => {
    sandbox = await openSandbox();
    await sandbox.put('profiles/real.yaml', profile);
  });
  afterEach(() => sandbox[Symbol.asyncDispose]());

  test('signals, alerts and facts of a real Prometheus, with their levels', async () => {
    const ended = await sandbox.run(['check', '--env', 'real', '--json'], { PROM_PASSWORD: secret });
    expect(ended.stderr).toBe('opsdeck: profile profiles/real.yaml\n');
    const report = JSON.parse(ended.stdout);
    expect(report).toMatchObject({ opsdeck: 1, system: 'shop', env: 'real', level: 'crit' });
    expect(ended.code).toBe(2);
    expect(report.signals).toMatchObject([
      { id: 'up', value: 1, level: 'ok', source: 'prom', fault: null },
      { id: 'busy', value: expect.any(Number), level: 'warn', unit: '/s' },
      { id: 'long', value: 1, level: 'ok' },
      { id: 'typo', value: null, level: 'unknown' },
    ]);
    expect(report.alerts).toMatchObject([
      { name: 'ShopOnFire', severity: 'critical', state: 'firing', level: 'crit' },
      { name: 'ShopSmells', severity: 'warning', state: 'firing', level: 'warn' },
    ]);
    expect(report.faults).toMatchObject([
      { source: 'prom', kind: 'malformed', message: expect.stringMatching(/unclosed|parse error/) },
    ]);
    if (isRunning('spring-3.5')) {
      expect(report.breakers).toMatchObject([
        { service: 'spring-3.5', name: 'broker', state: 'closed', level: 'ok' },
        { service: 'spring-3.5', name: 'psp', state: 'closed', level: 'ok' },
      ]);
      expect(report.pools).toMatchObject([{ name: 'shop-pool', kind: 'hikari', max: 5, level: 'ok' }]);
    }
    expect(ended.stdout).not.toContain(secret);
    expect(ended.stdout).not.toMatch(/[\x1b\x07]|\\u001b|\\u0007/);
  });

  test('a wrong password: all data is unknown', async () => {
    const ended = await sandbox.run(['check', '--env', 'real', '--json'], {
      PROM_PASSWORD: 'not the password',
    });
    const report = JSON.parse(ended.stdout);
    expect([ended.code, report.level]).toEqual([3, 'unknown']);
    expect(new Set(report.faults.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['denied']));
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('not the password');
  });
});
