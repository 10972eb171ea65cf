import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { type Cockpit, endedIn, readMs } from '../support/cockpit-verbs.ts';
import { launcher } from './pty.ts';

/** Timeout for an expected screen: the simulator uses the real clock, and runbooks wait for its services. */
const timeoutMs = 75_000;

/** Opens an environment in a real terminal, on the real clock, with an active incident in its simulator. */
export const openCockpit = async (env: string, incident: string): Promise<Cockpit> => {
  const state = await mkdtemp(join(tmpdir(), 'opsdeck-incident-'));
  const args = ['--env', env, '--rehearse', incident, '--state-dir', state];
  const pty = openPtyTerminal([process.execPath, launcher, ...args], {
    columns: 120,
    rows: 40,
    env: { XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state },
  });
  const ledger = (): Promise<string> => readFile(join(state, 'audit.jsonl'), 'utf8');
  return {
    pty,
    sees: (text) =>
      pty.until((screen) => text.test(screen.join('\n')), `waiting for ${String(text)}`, timeoutMs),
    keys: async (...keys) => {
      for (const key of keys) {
        const before = pty.screen().join('\n');
        pty.press(key);
        await pty.until((screen) => screen.join('\n') !== before, `a reaction to ${JSON.stringify(key)}`);
      }
    },
    reads: () => sleep(readMs),
    ledger,
    ended: async () => endedIn(await ledger()),
    [Symbol.asyncDispose]: async () => {
      await pty[Symbol.asyncDispose]();
      await rm(state, { recursive: true, force: true });
    },
  };
};
