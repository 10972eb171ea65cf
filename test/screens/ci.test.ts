import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { CiRow } from '../../src/kinds/ci/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const minute = 60_000;

const row = (workflow: string, more: Partial<CiRow> = {}): CiRow => ({
  source: 'gh',
  at: noon - 3000,
  kind: 'run',
  repo: 'acme/shop',
  workflow,
  branch: 'main',
  run: '42',
  number: 7,
  attempt: 1,
  displayTitle: 'Retry orders',
  status: 'success',
  isRequired: true,
  event: 'push',
  actor: 'ana',
  sha: 'a1b2c3d4e5f6',
  startedAt: noon - 30 * minute,
  seconds: 190,
  ...more,
});

const failed = row('CI', { status: 'failure', failedStep: 'test / Run tests', actor: 'bob' });
const approval = row('Deploy', {
  kind: 'approval',
  environment: 'production',
  status: 'waiting',
  run: '43',
  waitsFor: ['ana', 'team ops'],
});
const gate = row('CI', { kind: 'gate', gate: 'OWASP', status: 'missing', run: '' });
const deployed = row('deploy', { kind: 'deployment', environment: 'staging', run: '9001' });

interface Given {
  readonly rows?: readonly CiRow[];
  readonly faults?: readonly Fault[];
}

const factsOf = ({ rows = [], faults = [] }: Given): FactsStore => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { gh: { type: 'github', kinds: ['ci'] } } }),
  );
  learn(store, feedInfo('gh/runs', 'ci'), { items: rows, faults }, noon - 3000);
  return store;
};

const look = async (
  given: Given,
  keys = ':ci enter',
  size: readonly [number, number] = [120, 36],
): Promise<User> => {
  const user = await openCockpit({
    size,
    scene: { facts: factsOf(given), cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  for (const key of keys.split(' ')) await (key.startsWith(':') ? user.type(key) : user.press(key));
  return user;
};

describe('CI', () => {
  test('shows failures first, then what waits, with branch, age, duration, who and the failed step', async () => {
    const user = await look({ rows: [row('Nightly'), deployed, approval, gate, failed] });
    expect(user.rowWith('✗ failure')).toMatch(/✗ failure +CI +run +main +30m +3m10s +bob +test \/ Run tests/);
    expect(user.rowWith('▲ waiting')).toMatch(/production +approval +main .*waits for ana, team ops/);
    expect(user.rowWith('missing')).toMatch(/\? missing +OWASP +gate +main/);
    const text = user.rows();
    const at = (word: string): number => text.findIndex((line) => line.includes(word));
    expect(at('✗ failure')).toBeLessThan(at('▲ waiting'));
    expect(at('▲ waiting')).toBeLessThan(at('● success'));
  });

  longTest('a run in progress after a failure stays critical, and says both', async () => {
    const again = row('CI', { status: 'in_progress', lastStatus: 'failure' });
    const user = await look({ rows: [again] });
    expect(user.rowWith('failed, in progress')).toMatch(/✗ failed, in progress +CI/);
  });

  test('a failure on another branch is a warning', async () => {
    const user = await look({
      rows: [row('CI', { status: 'failure', branch: 'release/2', isRequired: false })],
    });
    expect(user.rowWith('failure')).toMatch(/▲ failure +CI +run +release\/2/);
  });

  test('d requests the jobs and the log of the run', async () => {
    const user = await look({ rows: [failed] }, ':ci enter d');
    expect(user.rows().join('\n')).toContain('DESCRIBE  run 42 · gh');
  });

  longTest('a gate without a job has no run to describe', async () => {
    const user = await look({ rows: [gate] }, ':ci enter');
    await user.press('d');
    expect(user.rows().join('\n')).toContain('this row does not belong to a run: choose a run');
  });

  longTest('an opened row shows commit, title and address', async () => {
    const user = await look(
      { rows: [{ ...failed, url: 'https://github.com/acme/shop/actions/runs/42' }] },
      ':ci enter enter',
    );
    const text = user.rows().join('\n');
    expect(text).toContain('main · a1b2c3d · Retry orders · took 3m10s');
    expect(text).toContain('https://github.com/acme/shop/actions/runs/42');
  });

  longTest('a denied source names the permission', async () => {
    const denied = fault(
      'denied',
      'GET https://api.github.com/x: answered 403 Forbidden: Resource not accessible',
      'gh',
    );
    const user = await look({
      faults: [{ ...denied, remedy: 'grant the token the repository permission actions: read' }],
    });
    expect(user.rows().join('\n')).toContain('grant the token the repository permission actions: read');
  });

  longTest('a system without CI says so, and the overview has no such pane', async () => {
    const user = await openCockpit({ size: [120, 36], scene: shop() });
    expect(user.rows().join('\n')).not.toContain(' CI ');
    await user.type(':ci');
    await user.press('enter');
    expect(user.rowWith('Not configured: no source provides workflow runs')).toBeTruthy();
  });

  test('the filter takes fields of the kind', async () => {
    const user = await look({ rows: [row('Nightly'), failed, approval] });
    await user.press('/');
    await user.type('kind=approval');
    await user.press('enter');
    expect(user.rows().filter((line) => /(?:failure|success|waiting) +\S/.test(line))).toHaveLength(1);
  });

  for (const size of [
    [80, 24],
    [200, 60],
  ] as const)
    longTest(`fits ${size.join('x')}`, async () => {
      const user = await look({ rows: [failed, approval, gate] }, ':ci enter', size);
      expect(user.rowWith('✗ failure')).toMatch(/✗ failure +CI +.*main/);
      expect(Math.max(...user.rows().map((line) => line.length))).toBeLessThanOrEqual(size[0]);
    });
});
