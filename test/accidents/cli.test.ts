import { afterEach, beforeEach, expect } from 'vitest';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { shopProfile } from '../support/shop-profile.ts';
import { accident } from './table.ts';

let workspace: Workspace;
let wire: LocalServer;

beforeEach(async () => {
  workspace = openWorkspace();
  wire = await localServer((_, response) => void response.end('{}'));
  const step = (id: string, danger: string) =>
    `{ id: ${id}, title: ${id}, use: api.request, danger: ${danger}, with: { method: POST, path: /${id} } }`;
  const book = (danger: string) =>
    `  - { id: ${danger}, title: ${danger}, act: [${step(danger, danger)}], verify: none }`;
  await workspace.put(
    'profiles/here.yaml',
    shopProfile(
      wire.url,
      `runbooks:\n${['safe', 'disruptive', 'destructive'].map(book).join('\n')}\n`,
      'here',
      'production',
    ),
  );
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await wire[Symbol.asyncDispose]();
});

const posts = (): readonly string[] => wire.asked.filter((line) => line.startsWith('POST'));

accident('read-only flags', async () => {
  for (const id of ['safe', 'disruptive', 'destructive'])
    for (const flags of [
      [],
      ['--confirm', 'api'],
      ['--confirm', 'api', '--json'],
      ['--arm', 'INC-7'],
      ['--arm', ' ', '--confirm', 'api'],
      ['--set', 'tier=dev', '--confirm', 'api'],
      ['--rehearse', '--confirm', 'api'],
      ['--share', '--confirm', 'api'],
      ['--undo', 'x', '--confirm', 'api'],
    ]) {
      const ended = await workspace.run([
        'run',
        ...(flags.includes('--undo') ? [] : [id]),
        '--env',
        'shop/here',
        ...flags,
      ]);
      expect(ended.code, [id, ...flags].join(' ')).not.toBe(0);
    }
  expect(posts()).toEqual([]);
});

accident('terminal closed', async () => {
  const running = workspace.start([
    'run',
    'disruptive',
    '--env',
    'shop/here',
    '--json',
    '--arm',
    'INC-7',
    '--confirm',
    'api',
  ]);
  await running.printed(/"event":"window"/);
  // A closed terminal sends SIGHUP, which interrupts the command (test/e2e/cli/run.test.ts).
  running.interrupt();
  const { code } = await running.ended();
  expect(code).not.toBe(0);
  expect(posts()).toEqual([]);
  const entries = (await readLedger(workspace.stateDir)).map(({ entry }) => entry);
  expect(entries.at(-1)).toMatchObject({ event: 'ended', ending: 'cancelled', sent: [] });
});
