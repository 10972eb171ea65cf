import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { until } from '../machine/until.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
import { acting, noted } from '../team/entries.ts';
import { asSuperuser, createMachines, freshTables, program } from '../team/stage.ts';

const server = underTest();
let machines = createMachines();
let proxy: Awaited<ReturnType<typeof openProxy>>;

beforeEach(async () => {
  machines = createMachines();
  proxy = await openProxy(server.port);
  machines.stack.defer(() => proxy.close());
  await freshTables();
});
afterEach(() => machines.stack.disposeAsync());

/** The login through the proxy. */
const throughProxy = () => ({
  url: program.url.replace(`:${server.port}/`, `:${new URL(proxy.origin).port}/`),
});
const shared = () => asSuperuser('SELECT run FROM opsdeck.ledger ORDER BY seq');
const counted = async () => Number((await asSuperuser('SELECT count(*) FROM opsdeck.ledger'))[0]);

describe('a network that is cut', () => {
  test.each(['refuse', 'silent'] as const)(
    'reading goes on, acting is refused, and both come back: %s',
    async (way) => {
      const state = await machines.open(await machines.dir(), { login: throughProxy() });
      const ledger = await state.openLedger();
      await ledger.append(noted('r-1', 'before'));
      await proxy.set(way);
      expect(await state.admission?.()).toMatchObject({
        is: 'refused',
        remedy: expect.stringContaining('--break-glass'),
      });
      expect(state.trouble()).toContain('nothing can be changed');
      await expect(ledger.append(acting('r-1'))).rejects.toThrow('state database');
      await expect(state.incidents.append('INC-1', 'ana', 1, () => [])).rejects.toThrow('state database');
      expect((await readLedger(state.dir)).map(({ entry }) => entry.run)).toEqual(['r-1']);
      await proxy.set('through');
      expect(await state.admission?.()).toMatchObject({ is: 'open' });
      expect(state.trouble()).toBeUndefined();
      await ledger.append(acting('r-1'));
      expect(await shared()).toEqual(['r-1', 'r-1']);
    },
  );

  test('what has happened meanwhile is kept, and joins the chain before the next record', async () => {
    const state = await machines.open(await machines.dir(), { login: throughProxy() });
    const ledger = await state.openLedger();
    await ledger.append(acting('r-1'));
    await proxy.set('refuse');
    await ledger.append(noted('r-1', 'the answer'));
    expect(await counted()).toBe(1);
    await proxy.set('through');
    await ledger.append(noted('r-2', 'later'));
    expect(await shared()).toEqual(['r-1', 'r-1', 'r-2']);
    expect(await verifyLedger(state.dir)).toMatchObject({ ok: true, count: 3 });
  });

  test('a started machine without the database shows what it received before', async () => {
    const dir = await machines.dir();
    const login = throughProxy();
    const before = await machines.open(dir, { login });
    await (await before.openLedger()).append(noted('r-1', 'known'));
    await before.close();
    await proxy.set('refuse');
    const state = await machines.open(dir, { login });
    await state.open({ follows: false });
    expect(await readLedger(state.dir)).toHaveLength(1);
    expect(state.trouble()).toContain('connection refused');
    expect(state.trouble()).not.toContain(new URL(program.url).password);
  });

  test('a server that crashes and recovers: nothing is lost, nothing is twice', async () => {
    const state = await machines.open(await machines.dir());
    const ledger = await state.openLedger();
    for (let n = 0; n < 5; n++) await ledger.append(noted('r-1', `before ${n}`));
    const [pid] = await asSuperuser(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'opsdeck' LIMIT 1",
    );
    // The server ends every session, and recovers from its log.
    process.kill(Number(pid), 'SIGKILL');
    for (let n = 0; n < 5; n++) await ledger.append(noted('r-1', `after ${n}`));
    await until('the server is back', () =>
      counted().then(
        () => true,
        () => false,
      ),
    );
    expect(await state.admission?.()).toMatchObject({ is: 'open' });
    const texts = (await readLedger(state.dir)).flatMap(({ entry }) =>
      entry.event === 'noted' ? [entry.text] : [],
    );
    expect(texts).toEqual(
      [0, 1, 2, 3, 4].map((n) => `before ${n}`).concat([0, 1, 2, 3, 4].map((n) => `after ${n}`)),
    );
    expect(await verifyLedger(state.dir)).toMatchObject({ ok: true, count: 10 });
  });
});

describe('break-glass', () => {
  const broken = { breakGlass: 'INC-7: the database is the incident' };

  test('is refused while the database is available', async () => {
    const state = await machines.open(await machines.dir(), broken);
    expect(await state.admission?.()).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('is available'),
    });
  });

  test('records on this machine, and joins the shared chain with its own hashes, once', async () => {
    const dir = await machines.dir();
    const login = throughProxy();
    const state = await machines.open(dir, { login });
    await (await state.openLedger()).append(noted('r-1', 'shared'));
    await proxy.set('refuse');
    const glass = await machines.open(dir, { login, ...broken });
    expect(await glass.admission?.()).toMatchObject({
      is: 'break-glass',
      why: expect.stringContaining('INC-7'),
    });
    const ledger = await glass.openLedger();
    const lease = await glass.locks.take(['target'], {
      who: 'ana',
      host: 'vm',
      run: 'r-2',
      runbook: 'b',
      at: 0,
    });
    expect(lease).toHaveProperty('release');
    await ledger.append(acting('r-2'));
    await ledger.append(noted('r-2', 'done'));
    const pending = join(state.dir, 'pending');
    const local = await readLedger(pending);
    expect(await counted()).toBe(1);
    await proxy.set('through');
    expect(await state.admission?.()).toMatchObject({ is: 'open' });
    // A process that was killed before it noted what it has merged does it again.
    await rm(join(pending, 'merged.json'));
    const again = await machines.open(dir, { login });
    expect(await again.admission?.()).toMatchObject({ is: 'open' });
    const records = await readLedger(again.dir);
    expect(records.map(({ entry }) => entry.run)).toEqual(['r-1', 'r-2', 'r-2']);
    expect(records.slice(1).map(({ merged }) => merged)).toEqual(
      local.map(({ seq, prev, hash }) => ({ seq, prev, hash })),
    );
    expect(records.slice(1).map(({ entry }) => entry)).toEqual(local.map(({ entry }) => entry));
    expect(await verifyLedger(again.dir)).toMatchObject({ ok: true, count: 3 });
  });

  test('a process killed while it merges: another one completes it, in order and without a copy', async () => {
    const dir = await machines.dir();
    await proxy.set('refuse');
    const login = throughProxy();
    const glass = await machines.open(dir, { login, ...broken });
    const ledger = await glass.openLedger();
    const records = 600;
    for (let n = 0; n < records; n++) await ledger.append(noted('r-1', `record ${n}`));
    await proxy.set('through');
    const worker = await machines.start(dir, { login });
    void worker.ask('append r-2 1').catch(() => {});
    await until('it merges', async () => (await counted()) > 0);
    worker.kill('SIGKILL');
    await worker.exited;
    const killedAt = await counted();
    const state = await machines.open(dir, { login });
    expect(await state.admission?.()).toMatchObject({ is: 'open' });
    expect(killedAt).toBeLessThan(records);
    const texts = (await readLedger(state.dir)).flatMap(({ entry }) =>
      entry.event === 'noted' && entry.run === 'r-1' ? [entry.text] : [],
    );
    expect(texts).toEqual(Array.from({ length: records }, (_, n) => `record ${n}`));
    expect(await verifyLedger(state.dir)).toMatchObject({ ok: true });
  });

  test('two machines that were broken at once merge at the same time: each in its own order, in one chain', async () => {
    const login = throughProxy();
    const dirs = [await machines.dir(), await machines.dir()];
    const before = await machines.open(dirs[0] ?? '', { login });
    await (await before.openLedger()).append(noted('r-0', 'shared'));
    await proxy.set('refuse');
    const written = await Promise.all(
      dirs.map(async (dir, machine) => {
        const glass = await machines.open(dir, { login, ...broken });
        const ledger = await glass.openLedger();
        for (let n = 0; n < 150; n++) await ledger.append(noted(`r-${machine + 1}`, `record ${n}`));
        return readLedger(join(glass.dir, 'pending'));
      }),
    );
    await proxy.set('through');
    const states = await Promise.all(dirs.map((dir) => machines.open(dir, { login })));
    expect(await Promise.all(states.map((state) => state.admission?.()))).toMatchObject([
      { is: 'open' },
      { is: 'open' },
    ]);
    expect(await counted()).toBe(301);
    for (const state of states) {
      await state.open({ follows: false });
      const records = await readLedger(state.dir);
      for (const [machine, own] of written.entries()) {
        const merged = records.filter(({ entry }) => entry.run === `r-${machine + 1}`);
        expect(merged.map((ledgerRecord) => ledgerRecord.merged)).toEqual(
          own.map(({ seq, prev, hash }) => ({ seq, prev, hash })),
        );
        expect(merged.map(({ entry }) => entry)).toEqual(own.map(({ entry }) => entry));
      }
      expect(await verifyLedger(state.dir)).toMatchObject({ ok: true, count: 301 });
    }
  });

  test('changed records of this machine are not merged', async () => {
    const dir = await machines.dir();
    const login = throughProxy();
    await proxy.set('refuse');
    const glass = await machines.open(dir, { login, ...broken });
    await (await glass.openLedger()).append(noted('r-1', 'true'));
    const path = join(glass.dir, 'pending', 'audit.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).replace('true', 'forged'));
    await proxy.set('through');
    const state = await machines.open(dir, { login });
    expect(await state.admission?.()).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('cannot be merged'),
    });
    expect(await counted()).toBe(0);
  });
});
