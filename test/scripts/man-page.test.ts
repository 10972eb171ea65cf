import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { manPage } from '../../scripts/pages/man-page.ts';
import { declaredProgram } from '../../src/cli/program.ts';

const page = manPage();

test('has every command and every option of the help', () => {
  const program = declaredProgram();
  for (const command of program.commands)
    expect(page).toContain(`.SS ${command.name()}`.replaceAll('-', '\\-'));
  for (const option of [program, ...program.commands].flatMap((command) => command.options))
    if (!option.hidden) expect(page).toContain((option.long ?? option.flags).replaceAll('-', '\\-'));
});

test('every line that begins with a dot is a known request', () => {
  const requests = page.split('\n').flatMap((line) => /^[.'](\S*)/.exec(line)?.[1] ?? []);
  expect(new Set(requests)).toEqual(new Set(['\\"', 'TH', 'SH', 'SS', 'B', 'TP', 'PP', 'nf', 'fi']));
});

const groff = spawnSync('groff', ['--version']);

test.runIf(groff.error === undefined)('groff formats it without a warning', () => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tutf8'], { input: page, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/opsdeck check --env production/);
});
