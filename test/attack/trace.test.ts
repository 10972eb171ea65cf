import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { localServer } from '../support/local-server.ts';
import { known, type Planted, planted, tag } from './support/planted.ts';
import { shopWorkspace } from './support/shop-workspace.ts';

const workspace = shopWorkspace();

const traceText = (): Promise<string> => readFile(workspace.path('a.trace'), 'utf8');

/** A system with secrets in everything that a trace may repeat: stream names, faults, responses, titles, values. */
const prepare = async (url: string): Promise<readonly Planted[]> => {
  const all = planted(100);
  await workspace.put(`token=${tag(900)}x.log`, `${all.map(({ line }) => line).join('\n')}\n`);
  await workspace.putProfile(
    `  app: { type: file, paths: ["../*.log"] }
  api: { type: http, url: "${url}", auth: { bearer: "${known}" }, checks: [{ service: api, path: "/health?access_token=${tag(901)}" }] }
  off: { type: http, url: "http://zoe:${tag(902)}pw@127.0.0.1:9", checks: [{ service: off, path: / }] }
signals:
  - { id: text, source: api, read: { json: api, path: text }, crit: "= bad" }
logs: { views: [{ name: all }] }
runbooks:
  - id: ask
    title: Ask
    params: { key: { type: string } }
    diagnose: [{ id: d1, title: "Look with password=${tag(903)}", use: api.request, with: { method: GET, path: "/echo/\${param.key}" } }]
    act: [{ id: a1, title: "Send password=${tag(904)}", use: api.request, with: { method: POST, path: /act }, danger: safe }]
    verify: [{ id: v1, that: text = ok, within: 1s }]
`,
  );
  return all;
};

const secretTags = (all: readonly Planted[]): readonly string[] => [
  'TAG0TAG',
  ...[900, 901, 902, 903, 904, 905, 906].map(tag),
  ...all.filter(({ is }) => is === 'secret').map((currentPlanted) => currentPlanted.tag),
];

test('a trace contains no secret from reads, rejections, plans, requests or responses', async () => {
  await using server = await localServer((request, response) => {
    response.statusCode = request.url?.startsWith('/act') === true ? 500 : 200;
    const { authorization = '' } = request.headers;
    response.end(
      JSON.stringify({ text: `password=${tag(905)}`, error: `${authorization} ${request.url} ${known}` }),
    );
  });
  const all = await prepare(server.url);
  const traced = ['--env', 'dev', '--trace', 'a.trace'];
  await workspace.run(['check', ...traced]);
  await workspace.run(['logs', '--view', 'all', '--json', ...traced]);
  const param = ['--param', `key=api_key=${tag(906)}`];
  await workspace.run(['run', 'ask', '--diagnose', ...param, '--confirm', 'api', ...traced]);
  const text = await traceText();
  // The trace covers all of it.
  for (const what of ['poll-end', 'verdict', 'stream-close', 'first-line', 'planned', 'diagnosed', 'ended'])
    expect(text).toContain(`"${what}"`);
  expect(secretTags(all).filter((secretTag) => text.includes(secretTag))).toEqual([]);
  expect(text).not.toContain(known);
});

test('with --share, host and stream names are aliases in a trace, too', async () => {
  await using server = await localServer((_, response) =>
    response.end(JSON.stringify({ leader: `${tag(1)}.db.acme.net` })),
  );
  await workspace.put(`${tag(2)}@acme.net.log`, '10:00 INFO x\n');
  await workspace.putProfile(
    `  api: { type: http, url: "${server.url}", checks: [{ service: api, path: / }] }
  app: { type: file, paths: ["../*.log"] }
signals: [{ id: leader, source: api, read: { json: api, path: leader }, crit: "= none" }]
`,
  );
  const traced = ['--env', 'dev', '--trace', 'a.trace'];
  const names = (text: string): readonly string[] => [1, 2].map(tag).filter((part) => text.includes(part));
  await workspace.run(['check', ...traced]);
  await workspace.run(['logs', '--source', 'app', ...traced]);
  expect(names(await traceText())).toEqual([1, 2].map(tag));
  await workspace.run(['check', '--share', '--env', 'dev', '--trace', 'b.trace']);
  await workspace.run(['logs', '--source', 'app', '--share', '--json', '--env', 'dev', '--trace', 'b.trace']);
  const shared = await readFile(workspace.path('b.trace'), 'utf8');
  expect(shared).toContain('"poll-end"');
  expect(names(shared)).toEqual([]);
});
