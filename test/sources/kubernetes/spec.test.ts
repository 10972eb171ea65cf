import { expect, test } from 'vitest';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import {
  parseDeployment,
  parseStatefulSet,
} from '../../../src/sources/kubernetes/workload/parse-workload.ts';
import { deployment, meta, type Raw } from './objects.ts';

const toClock = (): undefined => undefined;
const template = (...images: readonly string[]): Raw => ({
  template: { spec: { containers: images.map((image) => ({ name: 'app', image })) } },
});

const of = ({ image, revision, generation }: Partial<Workload>) => ({ image, revision, generation });

test('a deployment has its images, its revision and its generation', () => {
  const raw = deployment('billing', template('shop/billing:1.4.2', 'envoy:1.30'));
  const metadata = meta('billing', {
    generation: 7,
    annotations: { 'deployment.kubernetes.io/revision': '41' },
  });
  expect(of(parseDeployment({ ...raw, metadata }, toClock).row)).toEqual({
    image: 'shop/billing:1.4.2 envoy:1.30',
    revision: '41',
    generation: 7,
  });
});

test('a stateful set has its update revision', () => {
  const raw = deployment('search', template('search:9'), { updateRevision: 'search-6b7f' });
  expect(of(parseStatefulSet(raw, toClock).row)).toMatchObject({
    image: 'search:9',
    revision: 'search-6b7f',
  });
});

test('missing fields are absent', () => {
  const { row } = parseDeployment({ metadata: { name: 'bare' } }, toClock);
  expect(row).not.toHaveProperty('image');
  expect(row).not.toHaveProperty('revision');
  expect(row).not.toHaveProperty('generation');
});
