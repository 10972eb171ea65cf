import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';

let workspace: Workspace;
let wire: LocalServer;
/** The configured log level; undefined: none. */
let level: string | undefined;

beforeEach(async () => {
  level = undefined;
  workspace = openWorkspace();
  wire = await localServer((request, response) => {
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (bytes) => {
        body += String(bytes);
      });
      request.on('end', () => {
        level = JSON.parse(body).configuredLevel ?? undefined;
        response.writeHead(204).end();
      });
    } else if (request.url?.includes('/loggers/') === true)
      response.end(
        JSON.stringify({
          ...(level === undefined ? {} : { configuredLevel: level }),
          effectiveLevel: level ?? 'INFO',
        }),
      );
    else response.writeHead(404).end('{}');
  });
  for (const [env, tier] of [
    ['here', 'production'],
    ['dev', 'dev'],
  ])
    await workspace.put(
      `profiles/${env}.yaml`,
      `opsdeck: 1
system: shop
env: ${env}
tier: ${tier}
sources: { bus: { type: actuator, service: bus, instances: { bus-0: "${wire.url}" } } }
runbooks:
  - id: talk
    title: Let it talk
    act: [{ id: a1, title: More words, use: bus.logger, with: { name: app, level: DEBUG } }]
    verify: none
`,
    );
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

const freeze = 'guard: { freeze: [{ from: 2020-01-01, to: 2120-01-01, why: sale }] }\n';

const last = ({ stdout }: Ended) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}');
const yes = ['--arm', 'INC-7', '--confirm', 'app', '--json'];
const posts = () => wire.asked.filter((line) => line.startsWith('POST')).length;

const talked = async (): Promise<string> => {
  const ended = await workspace.run(['run', 'talk', '--env', 'shop/here', ...yes]);
  expect(last(ended)).toMatchObject({ ending: 'recovered' });
  expect(level).toBe('DEBUG');
  return last(ended).run;
};

test('a run of an earlier process is undone through the same gates, and verified by the restored value', async () => {
  const run = await talked();
  const undo = ['run', '--undo', run, '--env', 'shop/here'];
  const refused = await workspace.run([...undo, '--json']);
  expect(refused.code).toBe(3);
  expect({ level, posts: posts() }).toEqual({ level: 'DEBUG', posts: 1 });
  expect((await workspace.run([...undo, '--dry-run'])).stdout).toContain('the previous value was captured');
  const undone = await workspace.run([...undo, ...yes]);
  expect(undone.code).toBe(0);
  expect(last(undone)).toMatchObject({ ending: 'recovered', why: 'restored: More words' });
  expect(level).toBeUndefined();
  const again = await workspace.run([...undo, ...yes]);
  expect(again.code).toBe(3);
  expect(last(again).why).toContain('app has changed since the run: expected DEBUG, found INFO (inherited)');
  expect(posts()).toBe(2);
});

longTest('an unknown run or one of another environment is refused, and nothing is executed', async () => {
  const run = await talked();
  for (const [args, words] of [
    [['run', '--undo', 'none', '--env', 'shop/here'], /cannot undo run none: not in the ledger/],
    [['run', '--undo', run, '--env', 'shop/dev'], /in shop\/dev: it ran in shop\/here/],
    [['run', 'talk', '--undo', run, '--env', 'shop/here'], /cannot combine --undo with a runbook or --param/],
    [['run', '--env', 'shop/here'], /missing required argument 'id'/],
  ] as const) {
    const ended = await workspace.run([...args, ...yes]);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(words);
  }
  expect(posts()).toBe(1);
});

longTest('a freeze refuses an undo until it is overridden with --override and a reason', async () => {
  const run = await talked();
  const file = `${workspace.home}/profiles/here.yaml`;
  await workspace.put('profiles/here.yaml', `${await readFile(file, 'utf8')}${freeze}`);
  const undo = ['run', '--undo', run, '--env', 'shop/here', ...yes];
  const refused = await workspace.run(undo);
  expect(last(refused)).toMatchObject({ ending: 'forbidden', why: expect.stringContaining('sale') });
  expect({ level, posts: posts() }).toEqual({ level: 'DEBUG', posts: 1 });
  const undone = await workspace.run([...undo, '--override', 'it floods the disk']);
  expect(last(undone)).toMatchObject({ ending: 'recovered' });
  expect(undone.stdout).toContain('"override":"it floods the disk"');
  expect(level).toBeUndefined();
});
