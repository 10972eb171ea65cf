import { expect, test } from 'vitest';
import { unsafeItems } from '../../../src/runs/runbooks/argv/unsafe-items.ts';
import { textsOfSpec } from '../../../src/runs/runbooks/argv/value-texts.ts';
import { codeForms, dataForms } from './support/argv-forms.ts';
import { toolCodeForms, toolDataForms } from './support/argv-forms-of-tools.ts';

const code = [...codeForms, ...toolCodeForms];
const data = [...dataForms, ...toolDataForms];

/** Places a parameter at the `X` of a command. */
const argvOf = (form: string): readonly string[] =>
  form
    .split(' ')
    .map((item) =>
      item.replace(/(?<![A-Za-z])X(?![A-Za-z])|(?<=^-[A-Za-z]{1,3})X$|\bX\b/, () => '${param.x}'),
    );

/** Returns whether a word of letters is refused: a value that is no option. */
const isRefused = (form: string): boolean =>
  unsafeItems(argvOf(form), () => textsOfSpec({ name: 'x', type: 'string', pattern: '[a-z]+' })).length > 0;

test('no value is code, a program, or a configuration with commands', () => {
  expect(code.length).toBeGreaterThan(2300);
  expect(code.filter((form) => !isRefused(form))).toEqual([]);
});

test('a value in a command of everyday work is accepted', () => {
  expect(data.length).toBeGreaterThan(750);
  expect(data.filter(isRefused)).toEqual([]);
});
