import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Part, partsOf } from '../e2e/docs/support/page.ts';
import { enter, esc } from '../support/cockpit-verbs.ts';
import { openCockpit } from './cockpit.ts';

const bytes: Readonly<Record<string, string>> = { enter, esc };

test('the keys of docs/tutorial.md resolve the incident', async () => {
  const parts = partsOf(await readFile('docs/tutorial.md', 'utf8'));
  const tables = parts.filter((part): part is Extract<Part, { kind: 'keys' }> => part.kind === 'keys');
  await using cockpit = await openCockpit('demo/production', 'dependency-down');
  for (const { press, see } of tables.flatMap(({ rows }) => rows)) {
    for (const typed of press) await cockpit.keys(...(bytes[typed] === undefined ? typed : [bytes[typed]]));
    for (const text of see)
      await cockpit.pty.until(
        (screen) => screen.join('\n').replaceAll(/ +/g, ' ').includes(text),
        `after ${press.join(' ')}: ${text}`,
      );
    await cockpit.reads();
  }
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});
