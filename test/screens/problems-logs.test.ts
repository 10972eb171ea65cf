import { expect, test } from 'vitest';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit } from './support/user.ts';

test('beside a problem, a wide screen has the log lines of its object, or of its consequences', async () => {
  const user = await openCockpit({ size: [200, 60], scene: shopWith(shopLines()) });
  await user.press('W');
  const rows = user.rows();
  const from = rows.findIndex((row) => row.includes('Log lines'));
  expect(rows[from]).toMatch(/Log lines(?: of the consequences)? .*level ≥ WARN, newest last/);
  expect(rows.slice(from + 1, from + 11).join('\n')).toMatch(/(?:WARN|ERROR) /);
});
