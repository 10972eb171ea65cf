/** `npm run wasm`: builds each WebAssembly text file of the product into the TypeScript module that holds its bytes. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watModule } from './wasm/wat-module.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

for (const path of ['src/logs/following/plain-bytes.wat', 'src/logs/ring/text-search.wat']) {
  const out = path.replace(/\.wat$/, '-wasm.ts');
  await writeFile(out, await watModule(await readFile(path, 'utf8'), basename(path)));
  console.log(out);
}
