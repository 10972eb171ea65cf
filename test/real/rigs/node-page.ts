import { expect } from 'vitest';
import type { TimelessFact } from '../../../src/testing/source-rig.ts';
import { user } from '../servers/passwords.ts';
import type { RealRig } from '../stage.ts';

const source = 'promtext';
const sample = (signal: string, more: object): TimelessFact => ({ source, signal, labels: {}, ...more });
/** The description of a metric, of which only a part does not depend on the version. */
const helpOf = (part: string) => ({ help: expect.stringContaining(part) });
const answers = 'promhttp_metric_handler_requests_total';

/** The stable part of the node exporter's page. */
export const nodePageRig: RealRig = {
  path: '/metrics',
  rig: {
    type: 'promtext',
    config: (url, password) => ({
      url,
      auth: { basic: { user, password } },
      identity: { path: '', text: 'node_exporter_build_info' },
    }),
    signals: [
      { id: 'memory', read: { metric: 'node_memory_MemTotal_bytes' } },
      { id: 'kernel', read: { metric: 'node_uname_info' } },
      { id: 'cpus', read: { metric: 'node_cpu_seconds_total', labels: { mode: 'idle' }, fold: 'count' } },
      {
        id: 'broken',
        read: {
          metric: answers,
          labels: { code: '500' },
          fold: 'sum',
          ratioTo: { metric: answers, labels: { code: '503' } },
        },
      },
    ],
    healthy: {
      'promtext/metrics': {
        items: [
          sample('memory', { value: expect.any(Number), metric: helpOf('MemTotal') }),
          sample('kernel', {
            labels: expect.objectContaining({ sysname: 'Linux' }),
            value: 1,
            metric: helpOf('uname'),
          }),
          sample('cpus', { value: expect.any(Number), metric: helpOf('CPUs spent') }),
          sample('broken', { why: '0 divided by 0', metric: helpOf('scrapes') }),
        ],
      },
      'promtext/families': {
        items: expect.arrayContaining([
          { source, title: 'node_load1', text: 'gauge, 1 sample: 1m load average.' },
          { source, title: 'go_gc_duration_seconds', text: expect.stringMatching(/^summary, 7 samples: /) },
        ]),
      },
    },
    unknowns: {
      'promtext/metrics': ({ items }) =>
        items.flatMap((item) => ('signal' in item && item.signal === 'broken' ? [item.value] : [])),
    },
    moving: /\d+ samples?/g,
    operations: {},
  },
};
