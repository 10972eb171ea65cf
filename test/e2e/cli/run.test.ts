import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';
import { shopProfile } from '../../support/shop-profile.ts';
import { type Ended, openSandbox, type Sandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
let server: LocalServer;
let restarted = false;

beforeEach(async () => {
  restarted = false;
  sandbox = await openSandbox();
  server = await localServer((request, response) => {
    restarted ||= request.method === 'POST';
    response.writeHead(restarted ? 200 : 503).end('{}');
  });
});
afterEach(async () => {
  await sandbox[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const runbooks = `runbooks:
  - id: restart
    title: Restart the service
    act:
      - { id: a1, title: Restart it, use: api.request, danger: disruptive, with: { method: POST, path: /restart } }
    verify:
      - { id: v1, title: It is up, that: all(health | status = up), within: 20s }
`;
const profile = (tier: string): Promise<void> =>
  sandbox.put('profiles/here.yaml', shopProfile(server.url, runbooks, 'here', tier));
const args = ['run', 'restart', '--env', 'shop/here', '--json', '--arm', 'INC-7', '--confirm', 'api'];
const posts = (): readonly string[] => server.asked.filter((line) => line.startsWith('POST'));
const events = ({ stdout }: Ended): readonly { readonly event: string; readonly ending?: string }[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test.each(['SIGINT', 'SIGHUP'] as const)(
  '%s in the cancel window: exits 130 and sends nothing',
  async (signal) => {
    await profile('production');
    const running = sandbox.start(args);
    await running.printed(/"window"/);
    running.child.kill(signal);
    const ended = await running.ended;
    expect(ended.code).toBe(130);
    expect(events(ended).at(-1)).toMatchObject({ event: 'ended', ending: 'cancelled', sent: [] });
    expect(posts()).toEqual([]);
    const entries = (await readLedger(sandbox.stateDir)).map(({ entry }) => entry);
    expect(entries.at(-1)).toMatchObject({ event: 'ended', ending: 'cancelled', sent: [] });
  },
);

test('repeated signals during a call: exits 130 and reports the sent call', async () => {
  await server[Symbol.asyncDispose]();
  server = await localServer((request, response) => {
    if (request.method !== 'POST') response.writeHead(503).end('{}');
  });
  await profile('dev');
  const running = sandbox.start(args);
  await running.printed(/"acting"/);
  await server.arrived(server.asked.length + 1);
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) running.child.kill(signal);
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  expect(events(ended).at(-1)).toMatchObject({
    ending: 'cancelled',
    sent: [expect.stringContaining('/restart')],
  });
  await server.drained();
});

test('a reader that closes the pipe does not stop a run', async () => {
  await profile('production');
  const running = sandbox.start(args);
  await running.printed(/"window"/);
  running.child.stdout?.destroy();
  expect((await running.ended).code).toBe(0);
  expect(posts()).toEqual(['POST /restart']);
});

test('audit verify checks the ledger of an earlier process', async () => {
  await profile('dev');
  expect((await sandbox.run(args)).code).toBe(0);
  const verified = await sandbox.run(['audit', 'verify']);
  expect(verified).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+ records verified. Last hash [0-9a-f]{64}\n$/),
  });
});
