import { expect } from 'vitest';
import type { TimelessFact } from '../../../src/testing/source-rig.ts';
import { alertStates } from '../alert-states.ts';
import { ask } from '../ask.ts';
import { until } from '../machine/until.ts';
import { user } from '../servers/passwords.ts';
import type { Address } from '../servers/server.ts';
import { isRunning } from '../setting.ts';
import type { RealRig } from '../stage.ts';

const source = 'prometheus';
/** The application that provides rows of facts, if it runs. */
const shop = 'spring-3.5';

const self = { instance: expect.stringMatching(/^127\.0\.0\.1:\d+$/), job: 'prometheus' };
const who = { source, service: shop, instance: self.instance };
const breaker: TimelessFact = {
  ...who,
  state: 'closed',
  bufferedCalls: 0,
  failedCalls: 0,
  slowCalls: 0,
  notPermittedCalls: expect.any(Number),
};
const pool: TimelessFact = {
  ...who,
  name: 'shop-pool',
  kind: 'hikari',
  active: 0,
  idle: 5,
  max: 5,
  pending: 0,
};

const alert = (name: string, severity: string, summary: string): TimelessFact => ({
  source,
  name,
  severity,
  state: 'firing',
  since: expect.any(Number),
  labels: { severity, service: 'shop' },
  summary,
});

const narrowed = { where: { job: shop } };
const shopFacts = {
  'prometheus/breakers': {
    items: [
      { ...breaker, name: 'broker' },
      { ...breaker, name: 'psp' },
    ],
  },
  'prometheus/pools': { items: [pool] },
};

const twoScrapes = 'count_over_time(up{job="prometheus"}[10s]) >= bool 2';

const settled = async (server: Address): Promise<void> => {
  await until('both alerts fire', async () => {
    const states = await alertStates(server);
    return states.length === 2 && states.every((state) => state === 'firing');
  });
  await until('every target was scraped', async () => {
    const text = JSON.stringify(await ask(server, '/api/v1/targets?state=active'));
    return text.includes('"health":"up"') && !text.includes('"health":"unknown"');
  });
  await until('there are two scrapes to take a rate of', async () =>
    JSON.stringify(await ask(server, `/api/v1/query?query=${encodeURIComponent(twoScrapes)}`)).includes(
      '"1"',
    ),
  );
};

/** Prometheus, scraping the others, with two alerts that fire. */
export const prometheusRig = (): RealRig => {
  const withShop = isRunning(shop);
  return {
    path: '',
    settled,
    rig: {
      type: 'prometheus',
      config: (url, password) => ({
        url,
        ...(withShop ? { facts: { breakers: narrowed, pools: narrowed } } : {}),
        rules: ['ShopOnFire', 'ShopSmells'],
        auth: { basic: { user, password } },
        identity: { path: '/api/v1/status/buildinfo', text: '"goVersion":' },
      }),
      signals: [
        { id: 'up', read: { query: 'up{job="prometheus"}' } },
        { id: 'jobs', read: { query: 'up{job=~"prom.*"} == 1', fold: 'count' } },
        { id: 'ratio', read: { query: 'up{job="prometheus"} * 0 / 0' } },
      ],
      healthy: {
        'prometheus/query:up': {
          items: [{ source, signal: 'up', labels: { __name__: 'up', ...self }, value: 1 }],
        },
        'prometheus/query:jobs': {
          items: [
            {
              source,
              signal: 'jobs',
              labels: {},
              value: 1,
              fold: 'count',
              // The series that are counted: their labels contain a port.
              parts: expect.toSatisfy(
                (parts) => Object.values(parts).join() === '1',
                'one series, of value 1',
              ),
            },
          ],
        },
        'prometheus/query:ratio': {
          items: [
            {
              source,
              signal: 'ratio',
              labels: self,
              why: 'the result is NaN, not a number: check the query for a division by 0',
            },
          ],
        },
        'prometheus/alerts': {
          items: [
            alert('ShopOnFire', 'critical', 'The shop is on fire'),
            alert('ShopSmells', 'warning', 'The shop smells of smoke'),
          ],
        },
        ...(withShop ? shopFacts : {}),
        'prometheus/targets': {
          items: expect.arrayContaining([
            {
              source,
              title: expect.stringMatching(/^prometheus 127\.0\.0\.1:\d+$/),
              text: expect.stringMatching(/^up in \d+ ms · http:\/\/127\.0\.0\.1:\d+\/metrics$/),
            },
          ]),
        },
        'prometheus/rules': {
          items: [
            { source, title: 'ShopOnFire', text: 'firing · vector(1) > 0 · for 2s · severity critical' },
            { source, title: 'ShopSmells', text: 'firing · vector(2) > 1 · severity warning' },
          ],
        },
      },
      histories: ['prometheus/query:up', 'prometheus/query:jobs', 'prometheus/query:ratio'],
      moving: /up in \d+ ms/g,
      unknowns: {
        'prometheus/query:ratio': ({ items }) =>
          items.map((item) => ('value' in item ? item.value : undefined)),
        ...(withShop
          ? {
              'prometheus/breakers': ({ items }) =>
                items.map((item) => ('failureRate' in item ? item.failureRate : undefined)),
            }
          : {}),
      },
      operations: {},
    },
  };
};
