import { expect, test } from 'vitest';
import type { Profile } from '../../../src/domain/profile.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { openEngine } from '../../../src/engine/engine.ts';
import type { RunEnd } from '../../../src/runs/run-end.ts';
import type { VerificationBaseline } from '../../../src/runs/verification/verification-check.ts';
import { verifyRun } from '../../../src/runs/verification/verify.ts';
import { alertmanager } from '../../../src/sources/alertmanager/index.ts';
import { prometheus } from '../../../src/sources/prometheus/index.ts';
import { settle } from '../../../src/testing/manual-clock.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';

const position = { file: 'shop.yaml', line: 1, col: 1 };
const evaluationMs = 5000;

/** The state of a Prometheus and its Alertmanager. */
interface World {
  /** The state of the alert in its rule. */
  rule: 'firing' | 'pending' | 'inactive' | 'removed' | 'failing';
  /** The state of the alert in Alertmanager; undefined: it is gone. */
  manager: object | undefined;
  isPrometheusUp: boolean;
  /** False: the rule group stands still. */
  evaluates: boolean;
  /** Targets of the job, and those that are down. */
  targets: number;
  down: readonly string[];
}

const suppressedBy = (more: object) => ({
  state: 'suppressed',
  silencedBy: [],
  inhibitedBy: [],
  mutedBy: [],
  ...more,
});

const active = { state: 'active', silencedBy: [], inhibitedBy: [] };
const labels = { alertname: 'OrdersErrors', job: 'orders' };

const rulesOf = ({ rule }: World, evaluatedAt: number) => [
  {
    name: 'shop',
    file: 'shop.yml',
    rules:
      rule === 'removed'
        ? []
        : [
            {
              type: 'alerting',
              name: 'OrdersErrors',
              query: 'sum by (job) (rate(errors_total{job="orders"}[1m])) > 5',
              health: rule === 'failing' ? 'err' : 'ok',
              ...(rule === 'failing' ? { lastError: 'many-to-many matching not allowed' } : {}),
              state: rule === 'failing' ? 'inactive' : rule,
              alerts: rule === 'firing' || rule === 'pending' ? [{ labels, state: rule }] : [],
              lastEvaluation: new Date(evaluatedAt).toISOString(),
              evaluationTime: 0.001,
            },
          ],
  },
];

/** Verifies `not alert(OrdersErrors)` after an action at which the world changes; returns the end of the run. */
const endAfter = async (change: Partial<World>): Promise<RunEnd> => {
  const clock = manualClock();
  const world: World = {
    rule: 'firing',
    manager: active,
    isPrometheusUp: true,
    evaluates: true,
    targets: 2,
    down: [],
  };
  let evaluatedAt = clock.now();
  const data = (path: string): unknown => {
    const now = clock.now();
    if (world.evaluates) evaluatedAt = Math.floor(now / evaluationMs) * evaluationMs;
    if (path.startsWith('/api/v1/rules')) return { groups: rulesOf(world, evaluatedAt) };
    const series = [
      { metric: { job: 'orders' }, value: [now / 1000, String(world.targets)] },
      ...world.down.map((instance) => ({
        metric: { __name__: 'up', job: 'orders', instance },
        value: [now / 1000, '0'],
      })),
    ];
    return { resultType: 'vector', result: series };
  };
  const silences = [
    {
      id: 's1',
      status: { state: 'active' },
      matchers: [],
      createdBy: 'ana',
      startsAt: '2026-03-04T10:02:00Z',
    },
  ];
  await using server = await localServer((request, response) => {
    const path = request.url ?? '';
    const isManager = path.startsWith('/api/v2/');
    if (!isManager && !world.isPrometheusUp) {
      response.writeHead(503).end('down');
      return;
    }
    const alerts = world.manager === undefined ? [] : [{ labels, fingerprint: 'f', status: world.manager }];
    const body = isManager
      ? path.startsWith('/api/v2/silences')
        ? silences
        : [...alerts, { labels: { alertname: 'OrdersDown' }, fingerprint: 'worse', status: active }]
      : { status: 'success', data: data(path) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  let underWay = 0;
  const io = openReadIo(clock);
  const sources = [
    { id: 'am', type: 'alertmanager', config: alertmanager.config.parse({ url: server.url }), position },
    {
      id: 'prom',
      type: 'prometheus',
      config: prometheus.config.parse({ url: server.url, alerts: false }),
      position,
    },
  ];
  const profile: Profile = {
    system: 'shop',
    env: 'test',
    title: 'Shop',
    tier: 'dev',
    file: 'shop.yaml',
    across: [],
    sources,
    signals: [],
    limits: {},
    logViews: [],
    runbooks: [],
    contacts: [],
    links: [],
    guard: { readOnly: false, armMs: 1, cancelWindowMs: 0, typed: 'destructive' },
  };
  const counted: typeof io.get = async (request, signal) => {
    underWay++;
    try {
      return await io.get(request, signal);
    } finally {
      underWay--;
    }
  };
  const engine = await openEngine(profile, {
    modules: [alertmanager, prometheus],
    clock,
    random: () => 0,
    memory: false,
    paused: true,
    openIo: () => ({ ...io, get: counted }),
  });
  const never = new AbortController().signal;
  const quiet = (): Promise<void> => settle(30, () => underWay > 0);
  const ids = engine.feeds.filter(({ name }) => name === 'alerts' || name === 'rules').map(({ id }) => id);
  const first = engine.readNow(ids, never);
  await quiet();
  await first;
  const before: VerificationBaseline = {
    states: [{ id: 'v1', title: 'Resolved', value: 'false', why: '' }],
    found: new Map(),
    snapshot: engine.snapshot(),
  };
  await clock.advance(7000);
  Object.assign(world, change);
  let end: RunEnd | undefined;
  const verifying = verifyRun(
    {
      engine,
      clock,
      openIo: () => ({ ...io, get: counted }),
      verify: [{ id: 'v1', title: 'Resolved', that: 'not alert(OrdersErrors)', withinMs: 60_000, forMs: 0 }],
      params: {},
      actedAt: clock.now(),
      before,
      report: async () => {},
    },
    never,
  ).then((result) => {
    end = result;
  });
  for (let step = 0; step < 400 && end === undefined; step++) {
    await quiet();
    await clock.advance(250);
  }
  await verifying;
  await engine.close();
  if (end === undefined) throw new Error('the verification did not end');
  return end;
};

test('an alert whose rule was evaluated after the action and holds nothing is resolved', async () => {
  expect(await endAfter({ rule: 'inactive', manager: undefined })).toMatchObject({ ending: 'recovered' });
});

test.each<readonly [title: string, change: Partial<World>, why: string]>([
  [
    'a colleague silences it',
    { manager: suppressedBy({ silencedBy: ['s1'] }) },
    'not met, OrdersErrors is silenced since 10:02 UTC by ana: not resolved',
  ],
  [
    'a worse alert inhibits it',
    { manager: suppressedBy({ inhibitedBy: ['worse'] }) },
    'not met, OrdersErrors is inhibited by OrdersDown: not resolved',
  ],
  [
    'a time interval mutes it',
    { manager: suppressedBy({ mutedBy: ['nights'] }) },
    'not met, OrdersErrors is muted by the time interval nights: not resolved',
  ],
  [
    'its Prometheus dies, and Alertmanager lets it expire',
    { isPrometheusUp: false, manager: undefined },
    'unknown, OrdersErrors: the rules of prom cannot be read',
  ],
  [
    'a scrape gap makes it pending',
    { rule: 'pending', manager: undefined },
    'unknown, OrdersErrors is pending: not resolved',
  ],
  [
    'its rule is removed',
    { rule: 'removed', manager: undefined },
    'unknown, OrdersErrors: its rule is no longer loaded in prom',
  ],
  [
    'its rule fails',
    { rule: 'failing', manager: undefined },
    'unknown, OrdersErrors: its rule cannot be evaluated: many-to-many matching not allowed',
  ],
  [
    'its rule group stands still',
    { rule: 'inactive', manager: undefined, evaluates: false },
    'unknown, OrdersErrors: its rule was last evaluated 9s before the action ended',
  ],
  [
    'the target with the errors dies',
    { rule: 'inactive', manager: undefined, down: ['orders-1'] },
    'unknown, OrdersErrors: its target orders-1 is down',
  ],
  [
    'the target with the errors is no longer discovered',
    { rule: 'inactive', manager: undefined, targets: 1 },
    'unknown, OrdersErrors: 1 of its 2 targets of job orders is gone',
  ],
])('not recovered: %s', async (_, change, why) => {
  const end = await endAfter(change);
  expect(end.ending).toBe('executed-not-recovered');
  expect(end.why).toContain(`Resolved: ${why}`);
});
