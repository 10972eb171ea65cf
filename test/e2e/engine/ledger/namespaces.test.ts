import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import { verifyLedger } from '../../../../src/persistence/ledger/verify-ledger.ts';
import { targetLocks } from '../../../../src/platform/files/target-locks.ts';
import { entry, tempDir } from '../../../persistence/ledger/entries.ts';

const appender = new URL('./appender.ts', import.meta.url).pathname;
const holder = new URL('./lock-holder.ts', import.meta.url).pathname;

/** Runs a program in a pid namespace with its own /proc, like a container; host name and files are shared. */
const container = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc'];
const hasNamespaces = spawnSync('unshare', [...container, 'true']).status === 0;

const inContainer = (...argv: readonly string[]) =>
  spawn('unshare', [...container, process.execPath, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });

describe.skipIf(!hasNamespaces)('containers with a shared host name and state directory', () => {
  test('do not take over locks of each other: every record exists once', async () => {
    await using dir = await tempDir();
    const containers = ['a', 'b', 'c'].map((run) => inContainer(appender, dir.path, run, '40'));
    expect(await Promise.all(containers.map(async (byStdio) => (await once(byStdio, 'exit'))[0]))).toEqual([
      0, 0, 0,
    ]);
    expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 120, torn: [], behind: 0 });
  });

  test('a lock held by another container is not taken over, and the error has a remedy', async () => {
    await using dir = await tempDir();
    const byStdio = inContainer(holder, dir.path);
    await once(byStdio.stdout, 'data');
    const ledger = await openLedger(dir.path, { lockWaitMs: 30 });
    await expect(ledger.append(entry('r', 'line 1'))).rejects.toThrow(
      /audit\.lock is held by process \d+ on \S+\. Waited \d+ ms\. .*in another container.*. If the process has ended, remove \S+audit\.lock$/,
    );
    expect(await targetLocks(join(dir.path, 'locks')).holder(['api'])).toMatchObject({
      key: 'api',
      remedy: expect.stringContaining('in another container'),
    });
    const lockOwner = await readlink(join(dir.path, 'audit.lock'));
    await sleep(50);
    expect(await readlink(join(dir.path, 'audit.lock'))).toBe(lockOwner);
    byStdio.kill('SIGKILL');
    await once(byStdio, 'exit');
  });
});
