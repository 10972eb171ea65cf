import { expect, test } from 'vitest';
import type { ObjectDescription } from '../../../src/domain/facts/object-description.ts';
import { createObjectDescriber } from '../../../src/engine/cockpit/object-describer.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import { manualClock } from '../../support/manual-clock.ts';

const pod: Workload = {
  source: 'k8s',
  at: 0,
  kind: 'pod',
  namespace: 'shop',
  name: 'billing-0',
  owner: '',
  node: '',
  status: 'Running',
};

const sourceThat = (describe: Source['describe']): Source => ({
  id: 'k8s',
  feeds: [],
  operations: [],
  close: async () => {},
  ...(describe === undefined ? {} : { describe }),
});

const open = (describe: Source['describe']) => {
  const clock = manualClock();
  const cockpit = createCockpitStore();
  const source = sourceThat(describe);
  const describing = createObjectDescriber(cockpit, clock, (id) => (id === 'k8s' ? source : undefined));
  return { clock, describing, state: () => cockpit.getState().description?.state };
};

const description = (...lines: readonly string[]): ObjectDescription => ({ title: 'pod/billing-0', lines });

test('control characters are removed from the description and tabs become spaces', async () => {
  const { describing, state } = open(async () => description('\u001b[2Jkind:\tPod', 'two\nlines'));
  await describing.begin(pod, 'yaml');
  expect(state()).toMatchObject({ is: 'read', lines: ['kind:  Pod', 'two', 'lines'] });
});

test.each([
  [5003, '… 3 more lines'],
  [5001, '… 1 more line'],
])('a description of %i lines is truncated, with a note', async (length, note) => {
  const { describing, state } = open(async () =>
    description(...Array.from({ length }, (_, index) => `${index}`)),
  );
  await describing.begin(pod, 'yaml');
  const now = state();
  expect(now?.is === 'read' ? now.lines.slice(-2) : []).toEqual(['4999', note]);
});

test('a denied description is a fault that names the request', async () => {
  const { describing, state } = open(async () => {
    throw new WireError('denied', '403 Forbidden');
  });
  await describing.begin(pod, 'describe');
  expect(state()).toMatchObject({
    is: 'failed',
    fault: { kind: 'denied', source: 'k8s', message: 'describe pod billing-0: 403 Forbidden' },
  });
});

test('a source without descriptions says so', async () => {
  const { describing, state } = open(undefined);
  await describing.begin(pod, 'describe');
  expect(state()).toMatchObject({ is: 'failed', fault: { kind: 'missing' } });
});

test('a description times out after ten seconds, even when the source ignores its abort signal', async () => {
  const { clock, describing, state } = open(() => new Promise<never>(() => {}));
  const done = describing.begin(pod, 'describe');
  expect(state()).toMatchObject({ is: 'asking', timeoutMs: 10_000 });
  await clock.advance(10_300);
  await done;
  expect(state()).toMatchObject({ is: 'failed', fault: { kind: 'timeout' } });
});

test('a closed description does not reappear, and its request is aborted', async () => {
  const answers: ((value: ObjectDescription) => void)[] = [];
  const signals: AbortSignal[] = [];
  const { describing, state } = open((_, __, signal) => {
    signals.push(signal);
    return new Promise((resolve) => answers.push(resolve));
  });
  const done = describing.begin(pod, 'describe');
  describing.stop();
  expect(signals[0]?.aborted).toBe(true);
  answers[0]?.(description('late'));
  await done;
  expect(state()).toBeUndefined();
});

test('of two concurrent requests only the later one is shown', async () => {
  const answers: ((value: ObjectDescription) => void)[] = [];
  const { describing, state } = open(() => new Promise((resolve) => answers.push(resolve)));
  const first = describing.begin(pod, 'describe');
  const second = describing.begin(pod, 'yaml');
  answers[0]?.(description('first'));
  answers[1]?.(description('second'));
  await Promise.all([first, second]);
  expect(state()).toMatchObject({ is: 'read', lines: ['second'] });
});
