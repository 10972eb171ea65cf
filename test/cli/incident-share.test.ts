import { expect, test } from 'vitest';
import { openWorkspace } from '../simulation/workspace.ts';
import { shopProfile } from '../support/shop-profile.ts';

test('--share masks the names that the profile lists in every report of an incident', async () => {
  await using workspace = openWorkspace();
  const sections = 'share: { names: [Globex] }\n';
  await workspace.put('profiles/here.yaml', shopProfile('http://127.0.0.1:9', sections, 'here', 'dev'));
  const incident = (...args: readonly string[]) => workspace.run(['incident', ...args, '--env', 'shop/here']);
  await incident('declare', '--title', 'Globex is down', '--timeout', '100ms');
  await incident('note', 'Globex called');
  expect((await incident('show')).stdout).toContain('Globex');
  for (const report of ['list', 'show', 'handover', 'post-mortem']) {
    const { stdout } = await incident(report, '--share');
    expect(stdout).toContain('INC-1');
    expect(stdout, report).not.toContain('Globex');
  }
});
