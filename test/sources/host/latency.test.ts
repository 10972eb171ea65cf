import { expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { host } from '../../../src/sources/host/index.ts';
import { runBatch } from '../../../src/sources/host/machine/command-batch.ts';
import type { Machine } from '../../../src/sources/host/machine/machine.ts';
import { never } from './hosts.ts';

/** A timer may fire this much early. */
const timerSlackMs = 5;

/** A client in place of ssh: waits before it runs the last word, which is the script for the machine. */
const slowLogin = (ms: number): readonly string[] => [
  process.execPath,
  '-e',
  `setTimeout(() => {
    const { spawnSync } = require('node:child_process');
    process.exit(spawnSync('sh', ['-c', process.argv.at(-1)], { stdio: 'inherit' }).status);
  }, ${ms});`,
  '--',
];

test('the latency of a host is that of its commands, without the login', async () => {
  const clock = systemClock();
  const loginMs = 400;
  const config = host.config.parse({ ssh: ['vm-1'], client: slowLogin(loginMs) });
  const source = await host.open({ id: 'hosts', env: 'production', config, signals: [] }, openReadIo(clock));
  const [feed] = source.feeds.filter(({ kind }) => kind === 'health');
  const began = clock.now();
  const reading = await feed?.read(never);
  const tookMs = clock.now() - began;
  const [row] = reading?.items ?? [];
  expect(row).toMatchObject({ service: 'hosts', status: 'up' });
  const { latencyMs } = row as { readonly latencyMs: number };
  expect(latencyMs).toBeLessThanOrEqual(tookMs - loginMs + timerSlackMs);
  expect(latencyMs).toBeGreaterThanOrEqual(0);
});

test('the latency is unknown, not negative, when the first output was read after the end', async () => {
  const io = openReadIo(systemClock());
  const here: Machine = {
    ...{ name: 'vm-1', address: '', isRoot: false, commandLine: (argv) => argv },
    program: (argv) => ({ argv }),
  };
  const batch = (times: { readonly latencyMs: number; readonly firstOutputMs: number }) =>
    runBatch(
      {
        outputMarker: 'mark',
        io: { ...io, run: async (program, signal) => ({ ...(await io.run(program, signal)), ...times }) },
      },
      here,
      [['true']],
      never,
    );
  expect((await batch({ latencyMs: 40, firstOutputMs: 25 })).latencyMs).toBe(15);
  expect(await batch({ latencyMs: 25, firstOutputMs: 40 })).not.toHaveProperty('latencyMs');
});
