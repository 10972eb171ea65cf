import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const loops = /^```yaml\nrunbooks:\n( {2}- id: prepare-rush\n[\s\S]*?)^```$/m;

test('docs/reference/runbooks.md shows the shipped runbook prepare-rush', async () => {
  const shown = loops.exec(await readFile('docs/reference/runbooks.md', 'utf8'))?.[1] ?? 'none is shown';
  expect(await readFile('profiles/demo/runbooks.yaml', 'utf8')).toContain(shown);
});
