import { describe, expect, test } from 'vitest';
import type { ActStep } from '../../../src/domain/runbooks/runbook.ts';
import { waitsInOutage } from '../../../src/runs/runbooks/outages.ts';

const unit = (id: string, verb: string, host = 'vm-1'): ActStep => ({
  id,
  title: `${verb} ${host}`,
  use: 'hosts.systemctl',
  with: { unit: 'api', verb, host },
});
const scale = (id: string, replicas: number | string): ActStep => ({
  id,
  title: `scale to ${replicas}`,
  use: 'k8s.scale',
  with: { deployment: 'api', replicas, wait: '5m' },
});
const manual: ActStep = { id: 'm1', title: 'Check it', manual: true };
const act: ActStep = { id: 'a9', title: 'Restore', use: 'pg.execute', with: { sql: 'x' } };

describe('a wait for a person while something is stopped', () => {
  test.each<[string, readonly ActStep[]]>([
    ['stop, manual, start', [unit('s', 'stop'), manual, unit('t', 'start')]],
    ['stop, act, manual, restart', [unit('s', 'stop'), act, manual, unit('t', 'restart')]],
    ['scale to 0, manual, scale back', [scale('s', 0), manual, scale('t', 'planned')]],
    ['scale to 0, a start that asks first', [scale('s', 0), { ...scale('t', 3), ask: true }]],
    [
      'containers',
      [
        { id: 's', title: 'stop', use: 'docker.stop', with: { container: 'api' } },
        manual,
        { id: 't', title: 'start', use: 'docker.start', with: { container: 'api' } },
      ],
    ],
  ])('%s: refused, at the step that waits', (_, steps) => {
    const [diagnostic, ...more] = waitsInOutage(steps);
    expect(more).toEqual([]);
    const index = steps.findIndex(({ manual: is, ask }) => is === true || ask === true);
    expect(diagnostic).toMatchObject({ path: `act[${index}]` });
    expect(diagnostic?.what).toMatch(/waits for a person while s \(.*\) keeps the object stopped/);
    expect(diagnostic?.todo).toMatch(/^move \w+ before s, or after the step/);
  });

  test.each<[string, readonly ActStep[]]>([
    ['before the stop', [manual, unit('s', 'stop'), unit('t', 'start')]],
    ['after the start', [unit('s', 'stop'), unit('t', 'start'), manual]],
    ['a stop that is the purpose of the runbook', [unit('s', 'stop'), manual]],
    ['another object is started', [unit('s', 'stop', 'vm-1'), manual, unit('t', 'start', 'vm-2')]],
    ['nothing is stopped', [scale('s', 5), manual, scale('t', 3)]],
  ])('%s: accepted', (_, steps) => {
    expect(waitsInOutage(steps)).toEqual([]);
  });
});
