import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';

let workspace: Workspace;
let wire: LocalServer;
let restarted = false;

/** Pages of two instances, and of a third service that is always well. */
const pages: Readonly<Record<string, () => string>> = {
  '/a': () => 'pool_waiting 0\n',
  '/b': () => `pool_waiting ${restarted ? 0 : 9}\n`,
  '/other': () => 'other_up 1\n',
};

beforeEach(async () => {
  restarted = false;
  workspace = openWorkspace();
  wire = await localServer((request, response) => {
    const page = pages[request.url ?? ''];
    if (request.method === 'POST') restarted = true;
    const isUp = page !== undefined || request.method === 'POST' || restarted;
    response
      .writeHead(isUp ? 200 : 503, { 'content-type': page === undefined ? 'application/json' : 'text/plain' })
      .end(page?.() ?? '{}');
  });
  await workspace.put(
    'profiles/here.yaml',
    `opsdeck: 1
system: shop
env: here
tier: dev
sources:
  api: { type: http, url: "${wire.url}", every: 1s, timeout: 3s, checks: [{ service: api, path: /healthz }] }
  pages: { type: promtext, service: shop, every: 5s, urls: { shop-a: "${wire.url}/a", shop-b: "${wire.url}/b" } }
  other: { type: promtext, url: "${wire.url}/other", every: 5s }
signals:
  - { id: waiting, title: Waiting, source: pages, read: { metric: pool_waiting }, crit: ">5", for: 40s }
  - { id: total, title: All waiting, read: { of: { w: sum.waiting }, calc: 2 * w }, crit: ">5" }
  - { id: sum.waiting, title: Sum, source: pages, read: { metric: pool_waiting, fold: sum } }
  - { id: other, title: Other service, source: other, read: { metric: other_up }, crit: "<1", noData: crit }
runbooks:
  - id: restart
    title: Restart the service
    when: any(health | status = down)
    act:
      - { id: a1, title: Restart it, use: api.request, danger: disruptive, with: { method: POST, path: /restart } }
    verify:
      - { id: v1, title: It is up, that: 'all(health[service = api] | status = up)', within: 5s }
`,
  );
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

test('findings of a second instance and of a calculated signal are read again, and a signal that nothing reads is no new one', async () => {
  const ended = await workspace.run(['run', 'restart', '--env', 'shop/here', '--json', '--confirm', 'api']);
  const last = JSON.parse(ended.stdout.trimEnd().split('\n').at(-1) ?? '{}');
  expect({ code: ended.code, ending: last.ending, incident: last.incident }).toEqual({
    code: 0,
    ending: 'recovered',
    incident: {
      ...{ state: 'all-clear', began: 3, remaining: 0, unknown: 0, arisen: 0, worst: [] },
      values: [
        { object: 'Waiting instance=shop-b', before: '9', after: '0', level: 'ok' },
        { object: 'All waiting instance=shop-b', before: '18', after: '0', level: 'ok' },
        { object: 'health api', before: 'down', after: 'up', level: 'ok' },
      ],
    },
  });
});
