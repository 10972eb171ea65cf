import { createInterface } from 'node:readline';
import { openStateTransport } from '../../../src/doors/state-transport.ts';
import { createTeamState } from '../../../src/persistence/team-state.ts';
import type { TargetLease } from '../../../src/platform/files/target-locks.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { actsAmong } from '../../../src/runs/context/check-parts.ts';
import { acting, noted } from './entries.ts';

/**
 * A separate process on a state database, as opsdeck is one. Reads a command per line and answers each with a JSON line:
 * `append RUN COUNT`, `take RUN KEY…`, `held`, `act RUN`, `act-within RUN LIMIT`, `release`.
 */
const [config = '{}'] = process.argv.slice(2);
const clock = systemClock();
const transport = openStateTransport(clock);
const state = await createTeamState({ mask: (text) => text, clock, transport, ...JSON.parse(config) });
const ledger = await state.openLedger();
let lease: TargetLease | undefined;

const answers: Readonly<Record<string, (args: readonly string[]) => Promise<unknown>>> = {
  append: async ([run = '', count = '0']) => {
    for (let n = 1; n <= Number(count); n++) await ledger.append(noted(run, `record ${n}`));
    return { appended: Number(count) };
  },
  take: async ([run = '', ...keys]) => {
    const note = { who: run, host: 'vm', run, runbook: 'restart', at: 0 };
    const got = await state.locks.take(keys, note);
    if (!('release' in got)) return { heldBy: got.note?.run };
    lease = got;
    return { tokens: got.tokens };
  },
  held: async () => ({ held: await lease?.held() }),
  act: async ([run = '']) => {
    await ledger.append(acting(run), lease);
    return { acted: true };
  },
  'act-within': async ([run = '', limit = '0']) => {
    await ledger.append(acting(run), lease, async (newest) => {
      const count = actsAmong(newest);
      const { at } = await count({
        ...{ system: 'shop', env: 'production', drill: false },
        ...{ now: Date.now(), perMs: 600_000 },
      });
      return at.length < Number(limit) ? undefined : `${at.length} of ${limit} used`;
    });
    return { acted: true };
  },
  release: async () => {
    await lease?.release();
    return { released: true };
  },
};

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', ...args] = line.split(' ');
  say(await answers[name]?.(args).catch((error: unknown) => ({ error: String(error) })));
}
await state.close();
process.exit(0);
