import type { Profile } from '../../../src/domain/profile/profile.ts';
import type { ReadIo } from '../../../src/doors/io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Engine, openEngine } from '../../../src/engine/engine.ts';
import { alertmanager } from '../../../src/sources/alertmanager/index.ts';
import { prometheus } from '../../../src/sources/prometheus/index.ts';
import { settle } from '../../../src/testing/manual-clock.ts';
import { localServer } from '../../support/local-server.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

const position = { file: 'shop.yaml', line: 1, col: 1 };
const evaluationMs = 5000;

/** The state of a Prometheus and its Alertmanager. */
export interface AlertWorld {
  /** The state of the alert in its rule. */
  rule: 'firing' | 'pending' | 'inactive' | 'removed' | 'failing';
  /** The limit in the query of the rule. */
  limit: number;
  /** The state of the alert in Alertmanager; undefined: it is gone. */
  manager: object | undefined;
  isPrometheusUp: boolean;
  /** False: the rule group stands still. */
  evaluates: boolean;
  /** Targets of the job, and those that are down. */
  targets: number;
  down: readonly string[];
}

export const suppressedBy = (more: object) => ({
  state: 'suppressed',
  silencedBy: [],
  inhibitedBy: [],
  mutedBy: [],
  ...more,
});

const active = { state: 'active', silencedBy: [], inhibitedBy: [] };
const labels = { alertname: 'OrdersErrors', job: 'orders' };

/** The alert that inhibits another. */
const worseThan = (manager: object | undefined): readonly object[] =>
  JSON.stringify(manager ?? {}).includes('worse')
    ? [{ labels: { alertname: 'OrdersDown' }, fingerprint: 'worse', status: active }]
    : [];

const rulesOf = ({ rule, limit }: AlertWorld, evaluatedAt: number) => [
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
              query: `sum by (job) (rate(errors_total{job="orders"}[1m])) > ${limit}`,
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

/** An engine over the alert OrdersErrors, which fires. */
export interface AlertStage extends AsyncDisposable {
  readonly world: AlertWorld;
  readonly clock: ManualClock;
  readonly engine: Engine;
  readonly io: ReadIo;
  /** Waits until no request is pending. */
  quiet(): Promise<void>;
  /** Reads the alerts, and the rules where `rules` is true. */
  read(rules: boolean): Promise<void>;
}

/** Opens a Prometheus, its Alertmanager and an engine that reads on request only. */
export const openAlertStage = async (): Promise<AlertStage> => {
  const clock = manualClock();
  const world: AlertWorld = {
    rule: 'firing',
    limit: 5,
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
  const server = await localServer((request, response) => {
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
        : [...alerts, ...worseThan(world.manager)]
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
  const quiet = (): Promise<void> => settle(30, () => underWay > 0);
  return {
    ...{ world, clock, engine, quiet },
    io: { ...io, get: counted },
    read: async (rules) => {
      const names = rules ? ['alerts', 'rules'] : ['alerts'];
      const ids = engine.feeds.filter(({ name }) => names.includes(name)).map(({ id }) => id);
      const reading = engine.readNow(ids, new AbortController().signal);
      await quiet();
      await reading;
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await server[Symbol.asyncDispose]();
    },
  };
};
