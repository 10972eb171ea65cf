import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isNotRecovered, isRecovered, lever, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { type Instance, openInstance } from '../false-recovery/instance.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { openAlertmanager, openPrometheus } from '../false-recovery/monitoring.ts';
import { silence } from '../false-recovery/silence.ts';
import { until } from '../machine/until.ts';

type Monitoring = Awaited<ReturnType<typeof openPrometheus>>;

const kinds = ['silenced', 'inhibited', 'gap', 'resolved'] as const;
type Kind = (typeof kinds)[number];

/** An alert that is pending for longer than a run takes. */
const slow = '20s';
const bad = { app_errors: 48, app_worse: 0 };
const good = { app_errors: 1, app_worse: 0 };

let stack: AsyncDisposableStack;
let idle: Lever;
let alertmanager: Monitoring;
let prometheus: Monitoring;
/** Prometheus of the alert `Orphaned`. */
let mortal: Monitoring;
const instances = new Map<string, Instance>();

const alertOf = (kind: string): string => `ManyErrors-${kind}`;
const ruleOf = (kind: string) => ({
  alert: alertOf(kind),
  expr: `app_errors{job="${kind}"} > 5`,
  labels: { severity: 'warning', service: kind },
  ...(kind === 'gap' ? { for: slow } : {}),
});
const worse = {
  alert: 'Worse',
  expr: 'app_worse{job="inhibited"} > 0',
  labels: { severity: 'critical', service: 'inhibited' },
};

const instanceOf = (kind: string): Instance => {
  const instance = instances.get(kind);
  if (instance === undefined) throw new Error(`no instance of ${kind}`);
  return instance;
};

const firing = async (): Promise<number> => {
  const answer = await fetch(`${alertmanager.url}/api/v2/alerts`);
  return ((await answer.json()) as readonly unknown[]).length;
};

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  for (const kind of [...kinds, 'orphaned'])
    instances.set(kind, stack.use(await openInstance('orders-1', bad)));
  alertmanager = stack.use(await openAlertmanager());
  const { port } = alertmanager;
  const jobsOf = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, [instanceOf(name)]]));
  prometheus = stack.use(
    await openPrometheus({ jobs: jobsOf(kinds), rules: [...kinds.map(ruleOf), worse], alertmanager: port }),
  );
  mortal = stack.use(
    await openPrometheus({ jobs: jobsOf(['orphaned']), rules: [ruleOf('orphaned')], alertmanager: port }),
  );
  await until('all alerts fire', async () => (await firing()) === kinds.length + 1, 60_000);
}, 90_000);
afterAll(() => stack.disposeAsync());

const about = (kind: Kind | 'orphaned', afterwards: () => Promise<unknown>): Situation => ({
  sources: {
    [lever]: idle.source,
    prom: { type: 'prometheus', url: (kind === 'orphaned' ? mortal : prometheus).url, alerts: false },
    am: { type: 'alertmanager', url: alertmanager.url },
  },
  when: `alert("${alertOf(kind)}")`,
  verify: [`not alert("${alertOf(kind)}")`],
  afterwards,
});

describe.concurrent('after an action without effect', { timeout: patientMs }, () => {
  test('an alert that a colleague silences is not resolved', () =>
    isNotRecovered(
      about('silenced', () => silence(alertmanager.url, alertOf('silenced'))),
      /silenced/,
    ));

  test('an alert that a worse one inhibits is not resolved', () => {
    const worsen = async (): Promise<void> => instanceOf('inhibited').show({ ...bad, app_worse: 1 });
    return isNotRecovered(about('inhibited', worsen), /inhibited/);
  });

  test('an alert that expires because its Prometheus ended is not resolved', () =>
    isNotRecovered(
      about('orphaned', () => mortal.end()),
      /prom|not evaluated|no longer|same server answers/i,
    ));

  test('an alert that is pending again after a gap of two seconds in its scrapes is not resolved', () => {
    const pause = async (): Promise<void> => {
      await instanceOf('gap').end();
      await sleep(2500);
      await instanceOf('gap').start();
    };
    return isNotRecovered(about('gap', pause), /pending/);
  });
});

describe.concurrent('after an action that works', { timeout: patientMs }, () => {
  test('an alert whose rule is false again is resolved', () =>
    isRecovered(about('resolved', async () => instanceOf('resolved').show(good))));
});
