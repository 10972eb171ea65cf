import { expect, test } from 'vitest';
import type { ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import { choicesOf } from '../../src/expressions/choices.ts';
import type { Health } from '../../src/kinds/health/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { health, noon, snapshotWith } from '../support/made-facts.ts';

const hourMs = 3_600_000;

const workload = (kind: Workload['kind'], name: string, node: string, more: Partial<Workload>): Workload => ({
  source: 'bus',
  at: noon,
  kind,
  namespace: '',
  name,
  owner: '',
  node,
  status: 'there',
  ready: 1,
  wanted: 1,
  ...more,
});

const unit = (node: string, ready: number): Workload =>
  workload('unit', 'api', node, { ready, status: ready === 1 ? 'active' : 'failed' });

const archive = (name: string, node: string, hoursAgo: number): Workload =>
  workload('file', `/backups/${name}.tar.gz`, node, {
    startedAt: noon - hoursAgo * hourMs,
    detail: '9 MiB',
  });

const hostParam: ParamSpec = { name: 'host', type: 'choice', from: 'workloads.node', where: 'kind = unit' };

const archiveParam: ParamSpec = {
  name: 'archive',
  type: 'choice',
  from: 'workloads.name',
  where: 'kind = file and node = "${each}"',
  each: 'hosts',
  made: 'startedAt',
  avoid: [{ that: 'name matches /pre-rollback/', why: 'copy of a deployment that was rolled back' }],
};

test('the failed target comes first', () => {
  const found = choicesOf(hostParam, snapshotWith({ workloads: [unit('vm-1', 1), unit('vm-2', 0)] }));
  expect(found).toMatchObject({
    choices: ['vm-2', 'vm-1'],
    levels: { 'vm-1': 'ok', 'vm-2': 'crit' },
    doubts: { 'vm-1': 'healthy, while vm-2 is critical' },
  });
});

test('of fixed values that are checked services, the one that is down comes first', () => {
  const color: ParamSpec = { name: 'color', type: 'choice', of: ['blue', 'green'] };
  const colors = (green: Health['status']) =>
    snapshotWith({ health: [health('blue', { status: 'up' }), health('green', { status: green })] });
  expect(choicesOf(color, colors('down'))).toMatchObject({
    choices: ['green', 'blue'],
    levels: { blue: 'ok', green: 'crit' },
    doubts: { blue: 'healthy, while green is critical' },
  });
  expect(choicesOf(color, colors('up'))).toMatchObject({ choices: ['blue', 'green'] });
  // Values that no check names are only words.
  expect(choicesOf({ ...color, of: ['blue', 'red'] }, colors('down'))).toEqual({ choices: ['blue', 'red'] });
});

test('a running unit whose health check fails is not healthy', () => {
  const down: Partial<Health> = { instance: 'vm-2', status: 'down' };
  const found = choicesOf(
    hostParam,
    snapshotWith({ workloads: [unit('vm-1', 1), unit('vm-2', 1)], health: [health('api', down)] }),
  );
  expect(found).toMatchObject({
    choices: ['vm-2', 'vm-1'],
    about: { 'vm-2': 'api · active · the health check fails' },
  });
});

test('an archive is offered when every chosen host has it, the newest recommended one first', () => {
  const snapshot = snapshotWith({
    workloads: [
      ...['vm-1', 'vm-2'].flatMap((node) => [archive('old', node, 72), archive('new', node, 10)]),
      archive('only-here', 'vm-1', 1),
      ...['vm-1', 'vm-2'].map((node) => archive('pre-rollback-1', node, 2)),
    ],
  });
  const found = choicesOf(archiveParam, snapshot, { hosts: ['vm-1', 'vm-2'] });
  expect(found).toMatchObject({
    choices: ['/backups/new.tar.gz', '/backups/old.tar.gz', '/backups/pre-rollback-1.tar.gz'],
    doubts: { '/backups/pre-rollback-1.tar.gz': 'copy of a deployment that was rolled back' },
    about: { '/backups/new.tar.gz': '9 MiB' },
  });
  expect(found).toHaveProperty(['made', '/backups/new.tar.gz'], noon - 10 * hourMs);
  const choices = choicesOf(archiveParam, snapshot, { hosts: ['vm-1'] });
  expect('choices' in choices && choices.choices[0]).toBe('/backups/only-here.tar.gz');
});

test('of several chosen hosts, the one without any archive is named', () => {
  const snapshot = snapshotWith({ workloads: [archive('old', 'vm-1', 72)] });
  expect(choicesOf(archiveParam, snapshot, { hosts: ['vm-1', 'vm-2'] })).toEqual({
    problem:
      'there is nothing to choose for vm-2. Select only the others, or close the card and provide a choice',
  });
  expect(choicesOf(archiveParam, snapshot, { hosts: ['vm-2'] })).toEqual({ choices: [] });
});

test('what was made after the problem began comes last, and requires a reason', () => {
  const snapshot = snapshotWith({
    workloads: [unit('vm-1', 0), archive('late', 'vm-1', -1), archive('early', 'vm-1', 5)],
  });
  const found = choicesOf(archiveParam, snapshot, { hosts: ['vm-1'] });
  expect(found).toMatchObject({
    choices: ['/backups/early.tar.gz', '/backups/late.tar.gz'],
    doubts: {
      '/backups/late.tar.gz': expect.stringMatching(
        /^this choice was made after the problem began \(.*api\)$/,
      ),
    },
  });
});

test('a choice that depends on another parameter says so until that is chosen', () => {
  const snapshot = snapshotWith({ workloads: [archive('new', 'vm-1', 10)] });
  expect(choicesOf(archiveParam, snapshot)).toEqual({
    problem: 'answer hosts first: the choices depend on the answer',
    dependsOn: 'hosts',
  });
});
