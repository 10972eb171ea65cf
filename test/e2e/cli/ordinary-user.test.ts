import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launcher } from '../pty.ts';

/** The user id of `nobody`, who owns no file. */
const nobody = 65_534;

const asNobody = (argv: readonly string[], dir: string) =>
  spawnSync(
    'setpriv',
    [
      `--reuid=${nobody}`,
      `--regid=${nobody}`,
      '--clear-groups',
      'env',
      '-i',
      `HOME=${dir}`,
      `TMPDIR=${dir}`,
      ...argv,
    ],
    { encoding: 'utf8', cwd: '/', timeout: 60_000 },
  );

/** Only root may become another user, who must be able to read the program. */
const isPossible = asNobody([process.execPath, launcher, '--version'], '/').status === 0;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'opsdeck-ordinary-'));
  chmodSync(dir, 0o777);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const stateDir = (mode: number, owner: number): string => {
  const path = mkdtempSync(join(dir, 'state-'));
  chownSync(path, owner, owner);
  chmodSync(path, mode);
  return path;
};

test.skipIf(!isPossible).each([
  ['one that it may only read', 0o500, nobody, /permission denied \(EACCES\)/],
  ['one of another user', 0o755, 0, /permission denied \(EACCES\)/],
  ['one that every user may write', 0o777, 0, /is world-writable. Run chmod o-w /],
])(
  'an ordinary user with a state directory such as %s sends nothing, and the reason is named',
  (_, mode, owner, why) => {
    const path = stateDir(mode, owner);
    const run = [
      'run',
      'set-log-level-bus',
      '--env',
      'demo/local',
      '--param',
      'level=DEBUG',
      '--param',
      'logger=x',
    ];
    const { status, stdout, stderr } = asNobody(
      [process.execPath, launcher, ...run, '--state-dir', path],
      dir,
    );
    const text = `${stdout}${stderr}`;
    expect(text).toMatch(why);
    expect(text).toContain('FAILED: stopped: the ledger cannot be written');
    expect(status).toBe(2);
  },
  90_000,
);

test.skipIf(!isPossible)(
  'such a user reads, whatever the state directory is',
  () => {
    const args = ['runbooks', '--env', 'demo/local', '--state-dir', stateDir(0o500, nobody)];
    const { status, stdout } = asNobody([process.execPath, launcher, ...args], dir);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('close-breaker') });
  },
  90_000,
);
