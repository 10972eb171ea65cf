import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { shopWorkspace } from './support/shop-workspace.ts';

const workspace = shopWorkspace();

/** A key whose lines are tagged: no other text has these letters. */
const pem = [
  '-----BEGIN PRIVATE KEY-----',
  'TAG1TAGADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKjA',
  'TAG2TAGYjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYE',
  'TAG3TAG=',
  '-----END PRIVATE KEY-----',
];
const tagged = /TAG\dTAG/;

const prepare = async (): Promise<void> => {
  const lines = ['10:00:00 INFO before', ...pem, '10:00:02 INFO after'];
  await workspace.put('app.log', `${lines.join('\n')}\n`);
  await workspace.put('db.log', `${lines.map((line) => `10:00:01 INFO ${line}`).join('\n')}\n`);
  await workspace.put('profiles/dump.sh', `#!/bin/sh\n${lines.map((line) => `echo '${line}'`).join('\n')}\n`);
  await workspace.putProfile(
    `  app: { type: file, paths: ["../*.log"] }
  one: { type: file, paths: ["../app.log"] }
  prefixed: { type: file, paths: ["../db.log"] }
  sc: { type: script, checks: [{ service: x, run: ["true"], parse: exit }] }
runbooks:
  - id: dump
    diagnose: [{ id: d1, title: Look, use: sc.exec, danger: read, with: { argv: [sh, dump.sh] } }]
    act: [{ id: a1, title: Dump, use: sc.exec, danger: safe, with: { argv: [sh, dump.sh] } }]
    verify: none
`,
  );
};

test.each([[[]], [['--json']], [['--share']]])(
  'a private key in the output of a program is in neither run %j, nor the ledger, nor its export',
  async (flags) => {
    await prepare();
    const run = await workspace.run(['run', 'dump', '--env', 'dev', '--diagnose', ...flags]);
    expect(run.stdout).toContain('private key');
    expect(run.stdout).toContain('10:00:02 INFO after');
    expect(run.stdout + run.stderr).not.toMatch(tagged);
    expect(await readFile(`${workspace.stateDir}/audit.jsonl`, 'utf8')).not.toMatch(tagged);
    const exported = await workspace.run(['audit', 'export']);
    expect(exported.stdout).toContain('private key');
    expect(exported.stdout).not.toMatch(tagged);
  },
);

test.each([[['--json']], [['--share']], [['--anonymize']], [['--json', '--records']], [[]]])(
  'a private key is in no lines of logs %j, and every line is there',
  async (flags) => {
    await prepare();
    const { stdout, code } = await workspace.run(['logs', '--env', 'dev', '--source', 'app', ...flags]);
    expect(code).toBe(0);
    expect(stdout).toContain('private key');
    expect(stdout).toContain('INFO after');
    expect(stdout).not.toMatch(tagged);
    if (!flags.includes('--records')) expect(stdout.trim().split('\n')).toHaveLength(14);
  },
);

test.each(['one', 'prefixed'])(
  'a private key is not in the lines of the file of %s alone',
  async (source) => {
    await prepare();
    const logs = (...flags: readonly string[]) =>
      workspace.run(['logs', '--env', 'dev', '--source', source, ...flags]);
    for (const flags of [[], ['--tail', 'all'], ['--include', '.'], ['--exclude', 'nothing']]) {
      const { stdout } = await logs(...flags);
      expect(stdout.trim().split('\n')).toHaveLength(7);
      expect(stdout).toContain('private key');
      expect(stdout).toContain('INFO after');
      expect(stdout).not.toMatch(tagged);
    }
    // A text of the key is found nowhere: a match would reveal a part of it.
    expect((await logs('--count', '--include', 'TAG')).stdout).toBe('0\n');
    expect((await logs('--include', 'TAG')).stdout).toBe('');
  },
);
