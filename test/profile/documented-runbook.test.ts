import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const loops = /^```yaml\nrunbooks:\n( {2}- id: prepare-rush\n[\s\S]*?)^```$/m;

test('the runbook that docs/reference/runbooks.md shows is the one that is shipped and tried', async () => {
  const shown = loops.exec(await readFile('docs/reference/runbooks.md', 'utf8'))?.[1] ?? 'none is shown';
  expect(await readFile('profiles/demo/runbooks.yaml', 'utf8')).toContain(shown);
});
