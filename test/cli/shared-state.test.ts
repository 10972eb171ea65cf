import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checklistFile } from '../../src/persistence/checklists/checklist-file.ts';
import { incidentFiles } from '../../src/persistence/incidents/incident-files.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { stateAddress } from '../../src/persistence/team/database/address.ts';
import type { Ended } from '../simulation/simulation.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { shopProfile } from '../support/shop-profile.ts';

/** Nothing listens on port 1: the database is unavailable. */
const url = 'postgres://opsdeck@127.0.0.1:1/opsdeck';
const shown = '127.0.0.1:1/opsdeck';
const as = (text: string): string => text;

const checklists = `checklists:
  - id: daily
    title: Daily checks
    schedule: { every: daily, at: "10:00" }
    items: [{ id: review, title: Alerts are reviewed, mode: human }]
schedule: { tz: UTC }
`;

let workspace: Workspace;
/** The copy of the state database, as this machine has received it. */
let copy: string;

beforeEach(async () => {
  workspace = openWorkspace();
  copy = join(workspace.stateDir, 'team', stateAddress({ url }).id);
  const api = 'http://127.0.0.1:1';
  await workspace.put('profiles/shared.yaml', shopProfile(api, `state: ${url}\n${checklists}`, 'shared'));
  await workspace.put('profiles/own.yaml', shopProfile(api, checklists, 'own'));
  const declare = (dir: string, env: string, title: string): Promise<string> =>
    incidentFiles(dir, as).declare('ana@vm-1', workspace.clock.wallNow(), {
      ...{ event: 'declared', system: 'shop', env, title, severity: '', reason: '' },
      ...{ impact: '', services: '', commander: 'ana@vm-1' },
    });
  await declare(copy, 'shared', 'Orders fail everywhere');
  await declare(workspace.stateDir, 'own', 'A problem of this machine');
});
afterEach(() => workspace[Symbol.asyncDispose]());

const shared = (...args: readonly string[]): Promise<Ended> =>
  workspace.run([...args, '--env', 'shop/shared']);
const localIncidents = (): Promise<readonly string[]> => readdir(join(workspace.stateDir, 'incidents'));

describe('opsdeck incident', () => {
  test('reads the copy of the state database of its environment, and says that it may be old', async () => {
    const { code, stdout, stderr } = await shared('incident', 'list');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Orders fail everywhere') });
    expect(stdout).not.toContain('of this machine');
    expect(stderr).toContain(shown);
    expect(stderr).toContain(
      'opsdeck shows what this machine has received so far, and nothing can be changed',
    );
    expect((await shared('incident', 'show', 'INC-1')).stdout).toContain('title      Orders fail everywhere');
  });

  longTest('without an environment lists those of this machine, and names where others are', async () => {
    const { code, stdout, stderr } = await workspace.run(['incident', 'list']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('of this machine') });
    expect(stdout).not.toContain('everywhere');
    expect(stderr).toContain(
      'incidents of shop/shared are in the state database. To read them, add --env shop/shared',
    );
    const other = await workspace.run(['incident', 'list', '--env', 'shop/own']);
    expect([other.stdout, other.stderr]).toEqual([expect.stringContaining('of this machine'), '']);
  });

  test.each([
    [['declare', '--title', 'Another one']],
    [['note', 'pool exhausted']],
    [['ack', 'INC-1']],
    [['status', 'INC-1', 'resolved', '--override', 'the service was moved']],
  ])(
    '%j is not stored while the state database is unavailable, and not on this machine instead',
    async (argv) => {
      const before = await localIncidents();
      const { code, stdout, stderr } = await shared('incident', ...argv);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /cannot (?:store the change in the state database|add to INC-1): the state database 127\.0\.0\.1:1\/opsdeck: /,
      );
      expect(stderr).not.toContain('internal error');
      expect(await localIncidents()).toEqual(before);
      expect((await incidentFiles(copy, as).read()).incidents.map(({ timeline }) => timeline.length)).toEqual(
        [1],
      );
    },
  );

  test('is not stored on this machine when the address of the state database has no value', async () => {
    const unset = shopProfile('http://127.0.0.1:1', 'state: "${env:NO_SUCH_STATE}"\n', 'unset');
    await workspace.put('profiles/unset.yaml', unset);
    const { code, stderr } = await workspace.run([
      ...['incident', 'declare', '--title', 'Lost', '--env', 'shop/unset'],
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('NO_SUCH_STATE') });
    expect(await localIncidents()).toHaveLength(1);
  });
});

describe('opsdeck audit', () => {
  const record = async (dir: string, run: string): Promise<void> => {
    const time = workspace.clock.wallNow();
    const entry = { event: 'noted', run, at: time, text: `text of ${run}` } as const;
    const who = { user: 'ana', host: 'vm-1', pid: 1 };
    const ledger = await openLedger(dir);
    await ledger.append({ at: time, who, system: 'shop', env: 'shared', entry });
  };

  test('reads the ledger of the team with --env, and that of the state directory without', async () => {
    await record(copy, 'r-shared');
    await record(workspace.stateDir, 'r-local');
    expect((await shared('audit', 'show')).stdout).toContain('text of r-shared');
    expect((await shared('audit', 'show')).stdout).not.toContain('r-local');
    expect((await shared('audit', 'export')).stdout).toContain('text of r-shared');
    expect((await workspace.run(['audit', 'show'])).stdout).toContain('text of r-local');
    expect((await workspace.run(['audit', 'show', '--env', 'shop/own'])).stdout).toContain(
      'no matching runs',
    );
  });

  longTest('verify says by its exit code that a copy was not compared with its database', async () => {
    await record(copy, 'r-shared');
    const verified = await shared('audit', 'verify');
    expect({ code: verified.code, stdout: verified.stdout }).toEqual({
      code: 3,
      stdout: expect.stringMatching(/^1 record verified. Last hash /),
    });
    const alone = await workspace.run(['--state-dir', copy, 'audit', 'verify']);
    expect([alone.code, alone.stdout, alone.stderr]).toEqual([0, verified.stdout, '']);
  });
});

describe('opsdeck checklist', () => {
  const occurrence = '2026-03-03';

  test('shows the history that the team has, and stores no tick while the database is unavailable', async () => {
    await checklistFile(copy, as).append({
      ...{ system: 'shop', env: 'shared', list: 'daily', occurrence, who: 'ben@vm-2', is: 'end' },
      at: Date.parse('2026-03-03T10:05:00Z'),
      items: [{ item: 'review', title: 'Alerts are reviewed', state: 'done', why: '' }],
    });
    const history = await shared('checklist', 'daily', '--history');
    expect(history.stdout).toContain('by ben@vm-2 2026-03-03T10:05:00.000Z');
    expect(history.stderr).toContain('nothing can be changed');
    const own = await workspace.run(['checklist', 'daily', '--history', '--env', 'shop/own']);
    expect(own.stdout).not.toContain('ben@vm-2');
    const { code, stderr } = await shared('checklist', 'daily', '--tick', 'review');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('cannot store the change') });
    expect(
      (await checklistFile(copy, as).read({ system: 'shop', env: 'shared', isDrill: false })).records,
    ).toHaveLength(1);
  });
});

describe('opsdeck state', () => {
  test.each(['status', 'migrate'])('%s names the database that it cannot reach', async (action) => {
    const { code, stdout, stderr } = await shared('state', action);
    expect({ code, text: stdout + stderr }).toEqual({ code: 3, text: expect.stringContaining(`${shown}: `) });
  });
});
