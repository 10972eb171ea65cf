import { expect, test } from 'vitest';
import { declaredProgram } from '../../src/cli/program.ts';

test('descriptions break lines only after sentences, because help is wrapped to the width of the terminal', () => {
  const broken = declaredProgram().commands.flatMap((command) =>
    [...command.description().matchAll(/[^\n]*[^\n.:;)]\n(?=\S)/g)].map(
      ([line]) => `${command.name()}: ${line.trimEnd()}`,
    ),
  );
  expect(broken).toEqual([]);
});
