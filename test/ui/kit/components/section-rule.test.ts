import { expect, test } from 'vitest';
import { renderSectionRule } from '../../../../src/ui/kit/components/section-rule.ts';
import { lineToText, lineWidth, type StyledLine } from '../../../../src/ui/kit/text/line.ts';

const pen = { ascii: false, ellipsis: '…' };
const run = (text: string): StyledLine => [{ text, role: 'bold' }];
const look = { weight: 'thin', focused: 'focus', hasSides: true } as const;

test.each([40, 60])('the title and the note of a section are in its rule, %i cells wide', (width) => {
  const rule = { title: run('Suggested runbooks'), note: run('2 of 9 match'), look, role: 'rule' } as const;
  const line = renderSectionRule(pen, rule, width);
  expect(lineWidth(line)).toBe(width);
  expect(lineToText(line)).toMatch(/^─ Suggested runbooks ─+ 2 of 9 match ─$/);
});

test('while production is armed it is double, and in ASCII another character', () => {
  const rule = { title: run('Next'), note: [], look: { ...look, weight: 'double' }, role: 'warn' } as const;
  expect(lineToText(renderSectionRule(pen, rule, 20))).toMatch(/^═ Next ═+$/);
  expect(lineToText(renderSectionRule({ ...pen, ascii: true }, rule, 20))).toMatch(/^= Next =+$/);
});
