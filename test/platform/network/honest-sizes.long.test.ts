import { expect, test } from 'vitest';
import { JsonReader, parseBoundedJson } from '../../../src/platform/network/bounded-json.ts';

const bodyBytes = 8 * 1024 * 1024;

const names = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);
const record = (count: number, name: string): Record<string, string> =>
  Object.fromEntries(names(count, name).map((key) => [key, `value of ${key}`]));

/** A pod with everything that an API server returns: five containers with probes, volumes and managed fields. */
const pod = (index: number): object => ({
  metadata: {
    name: `saga-orchestrator-7d9f8b6c5d-${index}`,
    uid: `c0ffee00-0000-4000-8000-${String(index).padStart(12, '0')}`,
    labels: record(8, 'label'),
    annotations: record(6, 'annotation'),
    managedFields: names(3, 'manager').map((manager) => ({
      manager,
      operation: 'Update',
      fieldsV1: { 'f:spec': Object.fromEntries(names(20, 'f:field').map((key) => [key, {}])) },
    })),
  },
  spec: {
    containers: names(2, 'container').map((name) => ({
      name,
      image: `registry.example/team/${name}:1.2.3`,
      env: names(15, 'VARIABLE').map((key) => ({ name: key, value: `value of ${key}` })),
      resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } },
      volumeMounts: names(3, 'volume').map((volume) => ({
        name: volume,
        mountPath: `/mnt/${volume}`,
        readOnly: true,
      })),
    })),
    tolerations: names(4, 'taint').map((key) => ({ key, operator: 'Exists', effect: 'NoExecute' })),
    volumes: names(3, 'volume').map((name) => ({ name, configMap: { name, defaultMode: 420 } })),
  },
  status: {
    phase: 'Running',
    conditions: names(4, 'Condition').map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: '2026-03-04T10:15:07Z',
    })),
    containerStatuses: names(2, 'container').map((name) => ({
      name,
      ready: true,
      restartCount: 0,
      imageID: `sha256:${'0'.repeat(64)}`,
    })),
  },
});

const honest: readonly (readonly [string, unknown])[] = [
  // A cluster of 5,000 pods is listed in ten chunks.
  ['500 pods with full objects', { kind: 'PodList', items: names(500, '').map((_, index) => pod(index)) }],
  [
    '20,000 series of Prometheus',
    {
      status: 'success',
      data: {
        resultType: 'vector',
        result: names(20_000, 'pod-').map((name) => ({
          metric: {
            __name__: 'http_requests_total',
            job: 'api',
            namespace: 'shop',
            pod: name,
            code: '200',
            method: 'GET',
            le: '0.5',
            instance: '10.0.0.7:8080',
          },
          value: [1_772_619_307.1, '4711.25'],
        })),
      },
    },
  ],
  [
    '10,000 rows of 25 columns',
    names(10_000, 'row').map((name) => ({
      name,
      ...Object.fromEntries(names(24, 'c').map((key) => [key, 4711])),
    })),
  ],
];

test.each(honest)('%s are read', (_, value) => {
  const text = JSON.stringify(value);
  expect(text.length).toBeLessThan(bodyBytes);
  expect(parseBoundedJson(text)).toEqual(value);
  const reader = new JsonReader({ parse: (part) => JSON.parse(part), merged: () => {}, attached: () => {} });
  for (let from = 0; from < text.length; from += 65_536) reader.take(text.slice(from, from + 65_536));
  expect(reader.end()).toEqual({ value });
});
