import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { watModule } from '../../scripts/wasm/wat-module.ts';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.wat'))
  .map((path) => `src/${path}`);

test('the repository has WebAssembly sources', () => expect(sources).not.toEqual([]));

test.each(sources)('the embedded bytes are the build of %s', async (path) => {
  const built = await watModule(readFileSync(path, 'utf8'), basename(path));
  const embedded = readFileSync(path.replace(/\.wat$/, '-wasm.ts'), 'utf8');
  // The formatter may break lines differently.
  const plain = (text: string): string => text.replaceAll(/\s+/g, ' ');
  expect(plain(embedded), 'run: npm run wasm').toBe(plain(built));
});
