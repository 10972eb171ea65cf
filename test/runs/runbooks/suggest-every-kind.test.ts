import { expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../../src/domain/facts/facts.ts';
import type { Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { factKinds } from '../../../src/kinds/registry/registry.ts';
import { suggestOnce } from '../../../src/runs/runbooks/suggest.ts';
import { breaker, fault, health, lag, noon, pool, snapshotWith } from '../../support/made-facts.ts';

const stamp = { source: 'bus', at: noon };

const ciRun = {
  kind: 'run' as const,
  repo: 'acme/shop',
  workflow: 'CI',
  branch: 'main',
  run: '1',
  isRequired: true,
};

/** For each kind: a `when`, a fact that meets it, and one that does not. */
const cases: { readonly [K in FactKind]: readonly [when: string, fits: AnyFact, fitsNot: AnyFact] } = {
  health: ['any(health | status = down)', health('api', { status: 'down' }), health('api')],
  breakers: ['any(breakers | state = open)', breaker('psp', { state: 'open' }), breaker('psp')],
  lag: ['any(lag | lag >= 1000)', lag('billing', { lag: 1000 }), lag('billing', { lag: 0 })],
  pools: [
    'any(pools | active = max and pending > 0)',
    pool('main', { active: 20, max: 20, pending: 3 }),
    pool('main', { active: 3, max: 20, pending: 0 }),
  ],
  workloads: [
    'any(workloads[kind = pod] | ready < wanted)',
    { ...stamp, kind: 'pod', namespace: '', name: 'a', owner: '', node: '', status: '', ready: 0, wanted: 1 },
    { ...stamp, kind: 'pod', namespace: '', name: 'a', owner: '', node: '', status: '', ready: 1, wanted: 1 },
  ],
  nodes: [
    'any(nodes | scheduling = cordoned and problems = DiskPressure)',
    { ...stamp, name: 'n-1', status: 'Ready', problems: ['DiskPressure'], isCordoned: true, roles: [] },
    { ...stamp, name: 'n-1', status: 'Ready', problems: ['DiskPressure'], isCordoned: false, roles: [] },
  ],
  alerts: [
    'alert(Down)',
    { ...stamp, name: 'Down', severity: 'page', state: 'firing', labels: {}, summary: '' },
    { ...stamp, name: 'Down', severity: 'page', state: 'silenced', labels: {}, summary: '' },
  ],
  sessions: [
    'any(sessions | blockedBy = 17)',
    {
      ...stamp,
      database: 'shop',
      pid: 4,
      user: 'a',
      state: 'active',
      waiting: '',
      blockedBy: [17],
      query: '',
    },
    { ...stamp, database: 'shop', pid: 4, user: 'a', state: 'active', waiting: '', blockedBy: [], query: '' },
  ],
  queues: [
    'any(queues | kind = dlq and depth > 0)',
    { ...stamp, name: 'orders-dlq', kind: 'dlq', depth: 1, deadLettersOf: ['orders'] },
    { ...stamp, name: 'orders-dlq', kind: 'dlq', depth: 0, deadLettersOf: ['orders'] },
  ],
  oncalls: [
    'any(oncalls | escalationLevel = 1 and name = Ana)',
    { ...stamp, name: 'Ana', policy: 'Platform', escalationLevel: 1, schedule: '' },
    { ...stamp, name: 'Ana', policy: 'Platform', escalationLevel: 2, schedule: '' },
  ],
  ci: [
    'any(ci | kind = run and branch = main and status = failure)',
    { ...stamp, ...ciRun, status: 'failure' },
    { ...stamp, ...ciRun, status: 'success' },
  ],
  dashboards: [
    'any(dashboards | tags = checkout)',
    { ...stamp, uid: 'a', name: 'Checkout', url: 'http://grafana/d/a', folder: '', tags: ['checkout'] },
    { ...stamp, uid: 'a', name: 'Checkout', url: 'http://grafana/d/a', folder: '', tags: [] },
  ],
};

const suggested = (when: string, seen: ReturnType<typeof snapshotWith>) => {
  const runbook: Runbook = {
    id: 'mend',
    title: 'Mend it',
    covers: [],
    when,
    params: [],
    diagnose: [],
    act: [],
    verify: [],
    position: { file: 'test.yaml', line: 1, col: 1 },
  };
  const [{ fits, why } = { fits: '', why: '' }] = suggestOnce([runbook], seen, noon);
  return { fits, why };
};

test.each(factKinds())(
  'a runbook about %s matches, does not match, and is unknown when its source is unreadable',
  (kind) => {
    const [when, fits, fitsNot] = cases[kind];
    expect(suggested(when, snapshotWith({ [kind]: [fits] }))).toMatchObject({ fits: 'yes' });
    expect(suggested(when, snapshotWith({ [kind]: [fitsNot] }))).toMatchObject({ fits: 'no' });
    const blind = { faults: [fault('unreachable', 'connection refused')] };
    expect(suggested(when, snapshotWith({ [kind]: [] }, blind))).toEqual({
      fits: 'unknown',
      why: expect.stringContaining('connection refused'),
    });
    // One matching fact decides despite the fault; a fact that does not match decides nothing.
    expect(suggested(when, snapshotWith({ [kind]: [fits] }, blind)).fits).toBe('yes');
    expect(suggested(when, snapshotWith({ [kind]: [fitsNot] }, blind)).fits).toBe('unknown');
    // Not read yet, stale, and provided by no source.
    expect(suggested(when, snapshotWith({}, { waiting: [kind] })).fits).toBe('unknown');
    expect(suggested(when, snapshotWith({ [kind]: [fits] }, { now: noon + 3_600_000 })).fits).toBe('unknown');
    expect(suggested(when, snapshotWith({})).fits).toBe('unknown');
  },
);
