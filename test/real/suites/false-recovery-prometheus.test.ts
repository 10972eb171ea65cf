import { afterAll, beforeAll, describe, test } from 'vitest';
import { isNotRecovered, isRecovered, lever, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { type Instance, openInstance } from '../false-recovery/instance.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { openPrometheus } from '../false-recovery/monitoring.ts';

/** A check in one of the forms that profiles use, and the symptom that it is about. */
interface Form {
  readonly name: string;
  readonly that: string;
  readonly when: string;
}

const forms: readonly Form[] = [
  { name: 'a signal below a bound', that: 'errors < 5', when: 'errors >= 5' },
  { name: 'an aggregate of the server below a bound', that: 'errors.sum < 5', when: 'errors.sum >= 5' },
  { name: 'the largest of the server', that: 'errors.max < 5', when: 'errors.max >= 5' },
  { name: 'a count of the server', that: 'errors.many < 1', when: 'errors.many >= 1' },
  { name: 'a calculation of two aggregates', that: 'errors.share < 5', when: 'errors.share >= 5' },
  { name: 'a recorded sum', that: 'errors.recorded < 5', when: 'errors.recorded >= 5' },
  { name: 'a share of recorded series', that: 'errors.ratio < 5', when: 'errors.ratio >= 5' },
  { name: 'the level of a signal', that: 'errors <= ok', when: 'errors >= crit' },
  { name: 'all rows', that: 'all(breakers | state = closed)', when: 'any(breakers | state = open)' },
  { name: 'not any row', that: 'not any(breakers | state = open)', when: 'any(breakers | state = open)' },
  { name: 'a count', that: 'count(breakers | state = open) = 0', when: 'any(breakers | state = open)' },
  { name: 'an alert', that: 'not alert(ManyErrors)', when: 'alert(ManyErrors)' },
];

const breaker = (isOpen: boolean) => ({
  'resilience4j_circuitbreaker_state{name="broker",state="open"}': isOpen ? 1 : 0,
  'resilience4j_circuitbreaker_state{name="broker",state="closed"}': isOpen ? 0 : 1,
});
const bad = { app_errors: 48, app_oom_kills_total: 2, ...breaker(true) };
const good = { app_errors: 1, app_oom_kills_total: 0, ...breaker(false) };

/** The instances of one run: no run sees those of another. */
interface Pair {
  readonly bad: Instance;
  readonly good: Instance;
}

let stack: AsyncDisposableStack;
let url: string;
let idle: Lever;
const pairs = new Map<string, Pair>();

const jobs = [...forms.map(({ name }) => name), 'counter'].flatMap((name) => [
  `dies-${name}`,
  `heals-${name}`,
]);

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  for (const job of jobs)
    pairs.set(job, {
      bad: stack.use(await openInstance('orders-1', bad)),
      good: stack.use(await openInstance('orders-2', good)),
    });
  const prometheus = await openPrometheus({
    jobs: Object.fromEntries(jobs.map((job) => [job, Object.values(pairs.get(job) ?? {})])),
    rules: [
      { record: 'job:app_errors:sum', expr: 'sum by (job) (app_errors)' },
      { record: 'job:up:count', expr: 'count by (job) (up)', labels: { team: 'shop' } },
      ...jobs.map((job) => ({ alert: `ManyErrors-${job}`, expr: `app_errors{job="${job}"} > 5` })),
    ],
  });
  stack.use(prometheus);
  url = prometheus.url;
}, 60_000);
afterAll(() => stack.disposeAsync());

const pairOf = (job: string): Pair => {
  const pair = pairs.get(job);
  if (pair === undefined) throw new Error(`no job ${job}`);
  return pair;
};

/** A situation about the instances of one job. */
const about = (job: string, when: string, that: string): Situation => ({
  sources: {
    [lever]: idle.source,
    prom: {
      type: 'prometheus',
      url,
      facts: { breakers: { where: { job } } },
    },
  },
  signals: [
    {
      id: 'errors',
      title: 'Errors',
      source: 'prom',
      read: { query: `app_errors{job="${job}"}` },
      unit: '',
      crit: '>=5',
    },
    {
      id: 'errors.sum',
      title: 'All errors',
      source: 'prom',
      read: { query: `sum(app_errors{job="${job}"})` },
      unit: '',
    },
    ...Object.entries({
      max: 'max by (job) (app_errors{…})',
      many: 'count(app_errors{…} >= 5) or vector(0)',
      share: 'sum(app_errors{…}) / count(app_errors{…})',
      recorded: 'job:app_errors:sum{…}',
      ratio: 'sum(job:app_errors:sum{…}) / sum(job:up:count{…,team="shop"})',
    }).map(([name, query]) => ({
      id: `errors.${name}`,
      title: `Errors (${name})`,
      source: 'prom',
      read: { query: query.replaceAll('…', `job="${job}"`) },
      unit: '',
    })),
    {
      id: 'kills',
      title: 'OOM kills',
      source: 'prom',
      read: { query: `app_oom_kills_total{job="${job}",instance="orders-1"}` },
      unit: '',
    },
  ],
  when: when.replace('ManyErrors', `"ManyErrors-${job}"`),
  verify: [that.replace('ManyErrors', `"ManyErrors-${job}"`)],
});

describe.concurrent('two scraped instances, and the bad one ends after an action without effect', {
  timeout: patientMs,
}, () => {
  const dies = async ({ name, when, that }: (typeof forms)[number]): Promise<void> => {
    const job = `dies-${name}`;
    await isNotRecovered({ ...about(job, when, that), afterwards: () => pairOf(job).bad.end() }, /orders-1/);
  };
  test.for(forms)('$name', dies);
});

describe.concurrent('two scraped instances, and the action heals the bad one', { timeout: patientMs }, () => {
  test.for(forms)('$name', async ({ name, when, that }) => {
    const job = `heals-${name}`;
    await isRecovered({ ...about(job, when, that), afterwards: async () => pairOf(job).bad.show(good) });
  });
});

describe.concurrent('a counter', { timeout: patientMs }, () => {
  test('that a restart of its process empties proves nothing', async () => {
    const job = 'dies-counter';
    const restart = async (): Promise<void> => {
      const { bad: restarted } = pairOf(job);
      await restarted.end();
      restarted.show({ ...bad, app_oom_kills_total: 0 });
      await restarted.start();
    };
    await isNotRecovered(
      { ...about(job, 'kills > 0', 'kills < 1'), afterwards: restart },
      /restart|reset|counter/i,
    );
  });
});
