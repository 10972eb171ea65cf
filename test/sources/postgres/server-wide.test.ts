import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { postgresReads } from '../../../src/clients/postgres/reading.ts';
import { scramVerifier } from '../../../src/clients/postgres/scram-verifier.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { type Fixture, never, openFixture, outputLines } from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const execute = async (sql: string, more: object = {}) =>
  outputLines(await fixture.act(await fixture.plan('execute', { sql, transaction: false, ...more })));

describe('execute on the server', () => {
  test('VACUUM reports its completion, and runs outside a transaction', async () => {
    expect(await execute('VACUUM (ANALYZE)', { transaction: true })).toEqual([
      expect.stringMatching(/^not ok: .*VACUUM cannot run inside a transaction block/),
    ]);
    expect(await execute('VACUUM (ANALYZE)')).toEqual([expect.stringMatching(/^ok: done in/)]);
  });

  test("a database is renamed from another one, after closing the source's own sessions, if there are no other users", async () => {
    const rename = 'ALTER DATABASE shop RENAME TO shop_old';
    expect(await execute(rename)).toEqual([
      expect.stringMatching(/^not ok: .*current database cannot be renamed/),
    ]);
    await fixture.feed('sessions').read(never);
    expect(await execute(rename, { database: 'postgres' })).toEqual([
      expect.stringMatching(/^not ok: .*database "shop" is being accessed by other users/),
    ]);
    expect(await execute('CREATE DATABASE shop', { database: 'postgres' })).toEqual([
      expect.stringMatching(/^not ok: .*database "shop" already exists/),
    ]);
    expect(await execute('CREATE DATABASE other OWNER shop', { database: 'postgres' })).toEqual([
      expect.stringMatching(/^ok: /),
    ]);
    expect(await execute('ALTER DATABASE other RENAME TO another', { database: 'postgres' })).toEqual([
      expect.stringMatching(/^ok: /),
    ]);
    expect(await execute('ALTER DATABASE other RENAME TO third', { database: 'postgres' })).toEqual([
      expect.stringMatching(/^not ok: .*database "other" does not exist/),
    ]);
    // Earlier reads work again.
    expect((await fixture.feed('sessions').read(never)).faults).toEqual([]);
  });

  test('a target in another database is that database', async () => {
    const plan = await fixture.plan('execute', { sql: 'SELECT 1', database: 'postgres' });
    expect(plan.targets[0]).toMatchObject({ name: 'postgres', where: expect.stringMatching(/\/postgres$/) });
  });

  test('ALTER SYSTEM RESET is the undo', async () => {
    expect(await execute("ALTER SYSTEM SET work_mem = '8MB'")).toEqual([expect.stringMatching(/^ok: /)]);
    expect(await execute('ALTER SYSTEM RESET work_mem')).toEqual([expect.stringMatching(/^ok: /)]);
    expect(await execute('ALTER SYSTEM RESET no_such')).toEqual([
      expect.stringMatching(/unrecognized configuration parameter "no_such"/),
    ]);
  });
});

describe('password', () => {
  const place = async (text: string): Promise<string> => {
    const dir = await mkdtemp(join(tmpdir(), 'opsdeck-password-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await writeFile(join(dir, 'new'), text);
    return join(dir, 'new');
  };

  test('the verifier matches RFC 7677', async () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    expect(await scramVerifier('pencil', 4096, salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  test('the server stores exactly the sent verifier. The password is never shown, and then works for login', async () => {
    const file = await place('correct horse battery\n');
    const plan = await fixture.plan('password', { role: 'shop', file });
    expect(plan).toMatchObject({
      danger: 'disruptive',
      targets: [{ name: 'shop' }],
      calls: [{ line: `ALTER ROLE "shop" PASSWORD 'SCRAM-SHA-256…'` }],
      lost: expect.stringMatching(/^opsdeck does not keep the old password/),
    });
    expect(plan.objects[1]).toMatch(/^\d+ sessions of shop stay open\. .*: shop \d+$/);
    expect(await fixture.operation('password').permits?.(plan, never)).toMatchObject({ allowed: true });
    expect(await fixture.operation('password').recheck(plan, never)).toBeUndefined();
    const events = await fixture.act(plan);
    expect(outputLines(events)).toEqual(['ok: changed']);
    expect(JSON.stringify([plan, events])).not.toMatch(/correct horse|SCRAM-SHA-256\$4096/);

    const io = openReadIo(manualClock());
    onTestFinished(() => io.close());
    const url = plan.targets[0]?.where.replace('postgres://', 'postgres://shop@') ?? '';
    const asked = (password: string) =>
      io.open(postgresReads, { url, password }).ask({ text: '/* opsdeck:sql */ SELECT 1' }, never);
    expect((await asked('correct horse battery')).rowCount).toBe(1);
    await expect(asked('wrong')).rejects.toThrow(/authentication failed/);
  });

  test.each([
    ['\n', /is empty/],
    ['one\ntwo\n', /one line of printable ASCII/],
    ['pässwort\n', /printable ASCII/],
  ])('%j is not a valid password', async (text, why) => {
    await expect(fixture.plan('password', { role: 'shop', file: await place(text) })).rejects.toThrow(why);
  });

  test('an unknown role, and a missing file', async () => {
    const file = await place('q8-wholly-unlike-a-word\n');
    await expect(fixture.plan('password', { role: 'absent', file })).rejects.toThrow(/role absent not found/);
    await expect(fixture.plan('password', { role: 'shop', file: '/no/such' })).rejects.toThrow(
      /no such file/,
    );
  });
});

test('a statement declares its undo. The time in its texts is that of the plan, the same in all', async () => {
  const plan = await fixture.plan('execute', {
    sql: 'ALTER DATABASE "shop" RENAME TO "old_{time}"',
    database: 'postgres',
    absent: 'old_{time}',
    undo: { sql: 'ALTER DATABASE "old_{time}" RENAME TO "shop"', title: 'Give old_{time} its name back' },
  });
  const [, name = ''] = /RENAME TO "(old_\d{8}t\d{6}z)"/.exec(plan.calls[0]?.line ?? '') ?? [];
  expect(name).not.toBe('');
  expect(plan.lost).toBeUndefined();
  expect(fixture.operation('execute').undo?.(plan)).toEqual({
    use: 'pg.execute',
    with: { sql: `ALTER DATABASE "${name}" RENAME TO "shop"`, database: 'postgres', transaction: false },
    title: `Give ${name} its name back`,
    pins: 'nothing',
  });
});
