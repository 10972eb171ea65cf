import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { longTest } from '../../../support/layer.ts';
import { type ActingStage, openStage } from './stage.ts';

const deployment = 'event-bus-service';
let stage: ActingStage;

beforeEach(async () => {
  stage = await openStage('event-bus');
});
afterEach(() => stage[Symbol.asyncDispose]());

const podName = async (): Promise<string> => {
  const [pod] = await stage.podsOf(deployment);
  return String((pod as { metadata: { name: string } }).metadata.name);
};

test('listeners: the process of each port, decoded', async () => {
  const { output, ended } = await stage.run('listeners', { deployment, ports: [8080, 8081, 9999] }, 'read');
  expect(ended.ending).toBe('recovered');
  const lines = output.filter((line) => !line.startsWith('listeners'));
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(/^event-bus-service-\S+: \[::\]:8080 is held by process 1 \(java\)$/),
    expect.stringMatching(/: \[::\]:8081 is held by process 1 \(java\)$/),
    expect.stringMatching(/: 9999: no listener$/),
  ]);
});

test('a heap dump requires disk space: too little fails the step', async () => {
  const pod = await podName();
  expect((await stage.run('heapRoom', { pod, path: '/tmp' }, 'read')).ended.ending).toBe('recovered');
  const { ended } = await stage.run('heapRoom', { pod, path: '/tmp', times: 100 }, 'read');
  expect([ended.ending, ended.why]).toEqual([
    'failed',
    expect.stringContaining('not enough space for a heap dump'),
  ]);
  await stage.run('exec', { pod, argv: ['jcmd', '1', 'GC.heap_dump', '/tmp/x.hprof'] }, 'disruptive');
  const copied = { pod, argv: ['cat', '/tmp/x.hprof'], save: 'x.hprof', sumOf: '/tmp/x.hprof' };
  expect((await stage.run('exec', copied, 'safe')).ended.ending).toBe('recovered');
});

test('a copy that differs from the file in the container is deleted', async () => {
  const pod = await podName();
  const other = { pod, argv: ['cat', '/proc/1/status'], save: 'y', sumOf: '/etc/hostname' };
  const { ended } = await stage.run('exec', other, 'safe');
  expect([ended.ending, ended.why]).toEqual(['failed', expect.stringContaining('The output was discarded')]);
  expect((await readdir(stage.dir)).filter((name) => name.startsWith('y'))).toEqual([]);
});

longTest('a program runs in the named pods, and in no other', async () => {
  const [first = '', second = ''] = (await stage.podsOf(deployment)).map(
    (pod) => (pod as { metadata: { name: string } }).metadata.name,
  );
  const { output } = await stage.run('exec', { pods: [first, second], argv: ['hostname'] }, 'read');
  expect(output.filter((line) => !line.includes('→') && !line.startsWith('kubectl'))).toEqual([
    `${first} ${first}`,
    `${second} ${second}`,
  ]);
});

test('files with another image than specified are refused', async () => {
  await stage.put(
    'deploy.yaml',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: event-bus-service\nspec:\n  template:\n    spec:\n      containers:\n        - name: event-bus-service\n          image: registry/event-bus-service:1.0.9\n',
  );
  const { refusal } = await stage.propose('apply', {
    files: ['deploy.yaml'],
    image: 'registry/event-bus-service:1.1.0',
  });
  expect(refusal).toEqual({
    ending: 'not-applicable',
    why: 'the files contain registry/event-bus-service:1.0.9, expected registry/event-bus-service:1.1.0',
  });
});

longTest('at 0 replicas there is no previous number to restore', async () => {
  expect((await stage.propose('scale', { deployment, replicas: 'planned' })).refusal).toBeUndefined();
  await stage.run('scale', { deployment, replicas: 0 });
  expect((await stage.propose('scale', { deployment, replicas: 'planned' })).refusal?.why).toBe(
    'deployment/event-bus-service has 0 replicas, and the previous number is unknown. Name the number in replicas',
  );
});
