import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { features } from '../../../src/ui/app/features.ts';
import { bindingGroups } from '../../../src/ui/shell/keys/resolve-bindings.ts';

test('a text names the default key that its binding has', () => {
  const keysOf = new Map(
    bindingGroups(features).flatMap(({ bindings }) => bindings.map(({ id, keys }) => [id, keys])),
  );
  const named = globSync('src/ui/**/*.{ts,tsx}').flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /boundKey\([^()]*?(?:\([^()]*\))?[^()]*?,\s*'([\w.-]+)',\s*'([^']+)'/g,
      ),
    ].map(([, id = '', key = '']) => ({ file, id, key })),
  );
  expect(named.length).toBeGreaterThan(50);
  for (const { file, id, key } of named) expect(keysOf.get(id), `${file}: ${id}`).toContain(key);
});
