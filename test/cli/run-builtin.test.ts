import { expect, test } from 'vitest';
import { openWorkspace } from '../simulation/workspace.ts';
import { localServer } from '../support/local-server.ts';

const profile = (url: string): string => `opsdeck: 1
system: shop
env: here
tier: dev
sources:
  am: { type: alertmanager, url: "${url}" }
`;

const firing = [
  {
    labels: { alertname: 'HighLag', severity: 'warning' },
    annotations: {},
    startsAt: '2026-03-04T10:13:42Z',
    status: { state: 'active', silencedBy: [], inhibitedBy: [] },
  },
];

test('lists and runs the built-in silence runbook without a terminal', async () => {
  await using workspace = openWorkspace();
  await using wire = await localServer((request, response) => {
    const body = request.url?.startsWith('/api/v2/alerts') ? firing : [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  await workspace.put('profiles/here.yaml', profile(wire.url));
  const listed = await workspace.run(['runbooks', '--env', 'shop/here', '--json']);
  expect(listed.stdout).toContain('"silence-alert"');
  const given = ['alert=HighLag', 'for=2h', 'reason=a change'].flatMap((text) => ['--param', text]);
  const { stdout, stderr, code } = await workspace.run([
    ...['run', 'silence-alert', '--env', 'shop/here', '--dry-run'],
    ...given,
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: 'opsdeck: profile profiles/here.yaml\n' });
  expect(stdout).toContain('POST');
  expect(stdout).toContain('HighLag');
});
