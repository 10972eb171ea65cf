/**
 * `npm run sbom`: writes dist/sbom.cdx.json, the bill of materials (CycloneDX) of every package of the lockfile, as npm tells it. The same
 * lockfile gives the same file: what differs from call to call (a serial number, the time) is left out. Packages that are only
 * used to build and test have the property `cdx:npm:package:development`.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { reproducible } from './sbom/reproducible.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const { stdout } = await promisify(execFile)('npm', words, { maxBuffer: 64 * 1024 * 1024 });
const { name } = JSON.parse(await readFile('package.json', 'utf8'));
await mkdir('dist', { recursive: true });
await writeFile('dist/sbom.cdx.json', `${JSON.stringify(reproducible(JSON.parse(stdout), name), null, 2)}\n`);
console.log('dist/sbom.cdx.json');
