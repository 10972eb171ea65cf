import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attempt, lever, type Outcome, patientMs } from '../false-recovery/attempt.ts';
import { type Instance, openInstance } from '../false-recovery/instance.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { openAlertmanager, openPrometheus } from '../false-recovery/monitoring.ts';
import { silence } from '../false-recovery/silence.ts';
import { until } from '../machine/until.ts';

type Server = Awaited<ReturnType<typeof openPrometheus>>;

/** A service with one critical alert, which is the finding around a run, and its own monitoring. */
interface Shop {
  readonly instance: Instance;
  readonly prometheus: Server;
  readonly alertmanager: Server;
}

const kinds = ['silenced', 'resolved'] as const;
type Kind = (typeof kinds)[number];

const alertname = 'ManyErrors';
const bad = { app_errors: 48, app_latency: 48 };
/** The check of the run holds, and the errors go on. */
const quick = { app_errors: 48, app_latency: 1 };
const good = { app_errors: 1, app_latency: 1 };

let stack: AsyncDisposableStack;
let idle: Lever;
const shops = new Map<Kind, Shop>();

const shopOf = (kind: Kind): Shop => {
  const shop = shops.get(kind);
  if (shop === undefined) throw new Error(`no shop ${kind}`);
  return shop;
};

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  for (const kind of kinds) {
    const instance = stack.use(await openInstance('orders-1', bad));
    const alertmanager = stack.use(await openAlertmanager());
    const rule = { alert: alertname, expr: 'app_errors > 5', labels: { severity: 'critical' } };
    const prometheus = stack.use(
      await openPrometheus({ jobs: { orders: [instance] }, rules: [rule], alertmanager: alertmanager.port }),
    );
    shops.set(kind, { instance, alertmanager, prometheus });
  }
  await until(
    'all alerts fire',
    async () => {
      const answers = await Promise.all(
        [...shops.values()].map(({ alertmanager }) => fetch(`${alertmanager.url}/api/v2/alerts`)),
      );
      const alerts = await Promise.all(answers.map((answer) => answer.json()));
      return alerts.every((list) => Array.isArray(list) && list.length === 1);
    },
    60_000,
  );
}, 90_000);
afterAll(() => stack.disposeAsync());

/** Runs an action whose check is the latency; its alert is a finding around it. */
const run = async (kind: Kind, afterwards: (shop: Shop) => Promise<unknown>): Promise<Outcome> => {
  const shop = shopOf(kind);
  await using attempted = await attempt({
    sources: {
      [lever]: idle.source,
      prom: { type: 'prometheus', url: shop.prometheus.url, alerts: false },
      am: { type: 'alertmanager', url: shop.alertmanager.url },
    },
    signals: [{ id: 'latency', title: 'Latency', source: 'prom', read: { query: 'app_latency' }, unit: '' }],
    when: `alert(${alertname})`,
    verify: [{ that: 'latency < 5', symptom: true }],
    afterwards: () => afterwards(shop),
  });
  return attempted.outcome;
};

/** The incident of the last event, as written. */
const incidentIn = ({ output }: Outcome): unknown => {
  const last = output.split('\n').findLast((line) => line.startsWith('{"') && line.includes('"ended"'));
  const ended: { readonly incident?: unknown } = JSON.parse(last ?? '{}');
  return ended.incident;
};

describe.concurrent('the alert around a verified run', { timeout: patientMs }, () => {
  test('is not cleared by the silence of a colleague', async () => {
    const outcome = await run('silenced', async ({ instance, alertmanager }) => {
      instance.show(quick);
      await silence(alertmanager.url, alertname);
    });
    expect(outcome).toMatchObject({ code: 5, ending: 'recovered' });
    expect(incidentIn(outcome)).toMatchObject({
      ...{ state: 'unknown', began: 1, remaining: 0, unknown: 1 },
      worst: [
        { why: expect.stringMatching(/^ManyErrors is silenced since .* by another user: not resolved$/) },
      ],
    });
  });

  test('is cleared when its rule is false again', async () => {
    const outcome = await run('resolved', async ({ instance }) => instance.show(good));
    expect(outcome).toMatchObject({ code: 0, ending: 'recovered' });
    expect(incidentIn(outcome)).toMatchObject({ state: 'all-clear', began: 1, remaining: 0, unknown: 0 });
  });
});
