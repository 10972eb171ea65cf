import { expect } from 'vitest';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import {
  editorRights,
  type GrafanaState,
  grafanaHandler,
} from '../../../src/simulator/servers/grafana/api.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import type { SourceRig } from '../../../src/testing/source-rig.ts';

const source = 'grafana';
const minutes = (count: number): number => count * 60_000;
const noon = Date.parse('2026-03-04T10:15:07Z');

/** The Grafana of a test: two dashboards, alerts in every state, and four annotations. */
export const grafanaForTests = (
  clock: Clock,
  permissions: ReadonlySet<string> = editorRights,
): GrafanaState => {
  const now = clock.now();
  const instance = (rule: string, state: string, labels: Readonly<Record<string, string>>) => ({
    rule,
    state,
    labels,
    summary: `${rule} of the test`,
    activeAt: now - minutes(4),
  });
  const annotation = (id: number, ago: number, text: string, tags: readonly string[], lasts = 0) => ({
    id,
    time: now - minutes(ago),
    timeEnd: now - minutes(ago) + minutes(lasts),
    text,
    tags,
  });
  return {
    clock,
    database: 'ok',
    permissions,
    dashboards: [
      { uid: 'abc', title: 'Checkout', tags: ['checkout'], folder: 'Payments' },
      { uid: 'def', title: 'Hosts', tags: [] },
    ],
    instances: [
      instance('HighErrorRate', 'Alerting', { severity: 'critical', service: 'checkout' }),
      instance('Slow', 'Pending', { severity: 'warning', service: 'checkout' }),
      instance('Lonely', 'NoData', { service: 'billing' }),
      instance('Quiet', 'Normal (NoData)', { service: 'billing' }),
    ],
    annotations: [
      annotation(1, 300, 'long ago', []),
      annotation(2, 30, 'checkout 1.4.3', ['deploy', 'service:checkout']),
      annotation(3, 20, 'load test', ['opsdeck', 'INC-7'], 5),
      annotation(4, 10, 'failover', ['opsdeck', 'INC-9']),
    ],
  };
};

const alert = (name: string, state: string, severity: string, service: string, summary: string) => ({
  source,
  name,
  state,
  severity,
  since: noon - minutes(4),
  labels: { grafana_folder: 'Payments', service, ...(severity === '' ? {} : { severity }) },
  summary,
});

export const grafanaRig: SourceRig = {
  type: source,
  start: (clock) => serve(grafanaHandler(grafanaForTests(clock)), clock),
  config: (url, bearer) => ({
    url,
    auth: { bearer },
    identity: { path: '/api/health', json: { version: '12.4.0' } },
  }),
  signals: [{ id: 'firing', read: { alerts: 'firing', folder: 'Payments' } }],
  healthy: {
    'grafana/health': {
      items: [
        {
          source,
          env: 'test',
          service: 'grafana',
          instance: '',
          status: 'up',
          detail: '',
          httpStatus: 200,
          components: [{ name: 'database', status: 'ok' }],
        },
      ],
    },
    'grafana/alerts': {
      items: [
        alert('HighErrorRate', 'firing', 'critical', 'checkout', 'HighErrorRate of the test'),
        alert('Slow', 'pending', 'warning', 'checkout', 'Slow of the test'),
        alert(
          'Lonely',
          'firing',
          '',
          'billing',
          'the query of the rule returns no data. Check the query in Grafana · Lonely of the test',
        ),
      ],
      samples: [{ source, signal: 'firing', labels: {}, value: 2 }],
    },
    'grafana/dashboards': {
      items: [
        {
          source,
          name: 'Checkout',
          url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/d\/abc\/checkout$/),
          folder: 'Payments',
          tags: ['checkout'],
        },
        {
          source,
          name: 'Hosts',
          url: expect.stringMatching(/\/d\/def\/hosts$/),
          folder: '',
          tags: [],
        },
      ],
    },
  },
  unknowns: {},
  operations: {
    annotate: { text: 'restarting checkout', key: 'INC-8', dashboard: 'abc' },
    endAnnotation: { key: 'INC-9' },
    deleteAnnotation: { id: 3 },
    annotations: { key: 'INC-7' },
  },
};
