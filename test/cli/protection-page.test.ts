import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openSimulation } from '../simulation/simulation.ts';

test('the refusal on the page about protection is what opsdeck prints', async () => {
  const page = readFileSync('docs/protection.md', 'utf8');
  const [, command = '', example = '', code = ''] =
    /^\$ opsdeck (.+?); echo "exit \$\?"\n(.*?)^exit (\d+)$/ms.exec(page) ?? [];
  await using simulation = openSimulation();
  const ended = await simulation.run(command.split(' '));
  const [profile, ...printed] = example.trimEnd().split('\n');
  expect(ended.stderr.trimEnd()).toBe(profile);
  expect(ended.stdout.trimEnd().replace(/, run \w+:/, ', run …:')).toBe(printed.join('\n'));
  expect(ended.code).toBe(Number(code));
});
