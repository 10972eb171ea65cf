import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { family } from './support/attack.ts';
import { hostileText } from './support/texts.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

/** Anything except text, line feeds, tabs, and the colors of opsdeck. */
const controlCharacters =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const namesProfile = (glob: string): string =>
  `opsdeck: 1
system: shop
env: dev
tier: dev
sources:
  app: { type: file, paths: ["${glob}"] }
signals:
  - { id: age, title: Newest, source: app, read: { newest: "${glob}", read: ageHours }, unit: h, crit: ">=0" }
  - { id: rows, title: Rows, source: app, read: { csv: "${glob}", column: seconds, fold: last }, unit: s }
`;

/** A file name with text, control characters, and a forged line. */
const fileName = fc
  .array(
    fc.oneof(
      hostileText,
      fc.constantFrom(
        '\n2026-03-04T10:00:00Z ERROR forged',
        '\u001b]52;c;ZXZpbA==\u0007',
        '..',
        '-rf',
        '$(id)',
        ' ',
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) =>
    Buffer.from(parts.join('').replaceAll(/[\0/]/g, '_').toWellFormed()).subarray(0, 90).toString(),
  )
  .map((name) => `x${name.replaceAll('\ufffd', '')}.log`);

family('file names', ({ attack }) => {
  attack('no file name controls the terminal or forges a line, in any command', {
    rounds: 4,
    inputs: fc.tuple(
      fc.uniqueArray(fileName, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(['logs'], ['logs', '--anonymize'], ['logs', '--json'], ['check'], ['doctor']),
    ),
    defense: async (args: readonly string[], _names: readonly string[]) =>
      workspace.run([...args, '--env', 'dev']),
    sabotaged: async (_args, given) => ({
      code: 0,
      tookMs: 0,
      stderr: '',
      stdout: `${given.join('\n')}\n\u001b[2J`,
    }),
    holds: async ([given, args], run) => {
      await rm(workspace.path('names'), { recursive: true, force: true });
      for (const name of given)
        await workspace.put(`names/${name}`, '2026-03-04T10:00:01Z INFO order stored\n');
      await workspace.put('profiles/dev.yaml', namesProfile('../names/*.log'));
      const { stdout, stderr } = await run(args, given);
      expect(stdout + stderr).not.toMatch(controlCharacters);
      expect(stdout + stderr).not.toMatch(/^2026-03-04T10:00:00Z ERROR forged/m);
      return given.length;
    },
  });
});

describe('names that control the terminal or forge a line', () => {
  const osc = '\u001b]52;c;ZXZpbA==\u0007';
  const names = [
    `a${osc}.log`,
    'b\n2026-03-04T10:00:00Z ERROR forged.log',
    'c\r\u009b2Jc.log',
    'd\u202egol.log',
    'e\u2028f.log',
    'g\u001b[8mh.log',
  ];
  test.each([
    { args: ['logs'] },
    { args: ['logs', '--anonymize'] },
    { args: ['logs', '--json'] },
    { args: ['logs', '--json', '--share'] },
    { args: ['logs', '--tail', '1'] },
    { args: ['logs', '--of', `nothing${osc}`] },
    { args: ['check'] },
    { args: ['check', '--json'] },
    { args: ['doctor'] },
    { args: ['validate'] },
  ])('$args', async ({ args }) => {
    for (const name of names) await workspace.put(name, `2026-03-04T10:00:01Z INFO order ${osc}stored\n`);
    await workspace.put('profiles/dev.yaml', namesProfile('../*.log'));
    const given = args[0] === 'validate' ? [] : ['--env', 'dev'];
    const { stdout, stderr } = await workspace.run([...args, ...given]);
    expect(stdout + stderr).not.toBe('');
    expect(stdout).not.toMatch(controlCharacters);
    expect(stderr).not.toMatch(controlCharacters);
    expect(stdout + stderr).not.toMatch(/^2026-03-04T10:00:00Z ERROR forged/m);
    if (args[0] === 'logs' && args.length === 1)
      expect(stdout.trimEnd().split('\n')).toHaveLength(names.length);
  });
});
