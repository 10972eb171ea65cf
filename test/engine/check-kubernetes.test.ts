import { expect, test } from 'vitest';
import { checkLines } from '../../src/engine/check-text.ts';
import {
  type CheckReport,
  checkRow,
  checkRowAsReported,
  isoFormatter,
} from '../../src/kinds/registry/check-rows.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { noon } from '../support/made-facts.ts';

const app = (pod: string): Workload => ({
  ...{ source: 'k8s', at: noon, kind: 'container', namespace: 'shop', name: 'app', node: 'n-1' },
  ...{ owner: pod, status: 'CrashLoopBackOff', ready: 0, wanted: 1, restarts: 4 },
});

const none: Omit<CheckReport, 'workloads'> = {
  ...{ opsdeck: 1, system: 'shop', env: 'production', at: '2026-03-04T10:15:07Z', level: 'crit' },
  ...{ signals: [], faults: [], health: [], breakers: [], lag: [], pools: [], nodes: [], alerts: [] },
  ...{ sessions: [], queues: [], oncalls: [], dashboards: [], ci: [] },
};

const rowsBy = (make: typeof checkRow) =>
  ['bus-0', 'bus-1'].map((pod) => make('workloads', { fact: app(pod), level: 'crit' }, isoFormatter(0)));
const rows = rowsBy(checkRowAsReported);

test('a status is in lower case in JSON, and for people as Kubernetes spells it', () => {
  const inJson = rowsBy(checkRow)[0];
  const asText = rows[0];
  expect(inJson).toEqual({ ...asText, status: 'crashloopbackoff' });
  expect(Object.keys(inJson ?? {})).toEqual(Object.keys(asText ?? {}));
  expect(asText?.status).toBe('CrashLoopBackOff');
});

test('containers with the same name are qualified by their pods', () => {
  expect(checkLines({ ...none, workloads: rows }).map(({ name, state }) => [name, state])).toEqual([
    ['shop · bus-0 · app', 'CrashLoopBackOff'],
    ['shop · bus-1 · app', 'CrashLoopBackOff'],
  ]);
});
