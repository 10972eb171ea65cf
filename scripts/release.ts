/**
 * `node scripts/release.ts --url ADDRESS [--dir DIR]`: writes what belongs beside the single files that `scripts/sea.ts` has built
 * into the directory: a Debian package for each Linux, the formula of Homebrew, the bill of materials, and SHA256SUMS of all of
 * them. ADDRESS: where the files are published. Nothing is sent.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildDebian } from './release/debian.ts';
import { homebrewFormula } from './release/formula.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const { values } = parseArgs({
  options: { url: { type: 'string' }, dir: { type: 'string', default: 'dist-sea' } },
});
const { url, dir } = values;

const stop = (why: string): never => {
  process.stderr.write(`release: ${why}\n`);
  process.exit(1);
};

const sha256 = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(join(dir, name)))
    .digest('hex');

if (url === undefined || !URL.canParse(url))
  stop('--url is missing: the address where the files are published');
const built = existsSync(dir)
  ? readdirSync(dir).filter((name) => /^opsdeck-(?:linux|darwin)-\w+$/.test(name))
  : [];
if (built.length === 0)
  stop(`no single file in ${dir}. Build them first: node scripts/sea.ts --target linux-x64`);

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const completion = (shell: string): string =>
  execFileSync(process.execPath, ['bin/opsdeck.js', 'completion', shell], { encoding: 'utf8' });
const files = built
  .sort()
  .map((name) => ({ name, target: name.replace('opsdeck-', ''), sha256: sha256(name) }));
const parts = {
  version,
  manual: readFileSync('man/opsdeck.1', 'utf8'),
  copyright: `${readFileSync('LICENSE', 'utf8')}\n${readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8')}`,
  completions: { bash: completion('bash'), zsh: completion('zsh') },
};
for (const { name, target } of files) buildDebian(join(dir, name), target, parts, dir);
writeFileSync(join(dir, 'opsdeck.rb'), homebrewFormula(version, url ?? '', files));
execFileSync(process.execPath, ['scripts/sbom.ts'], { stdio: 'ignore' });
copyFileSync('dist/sbom.cdx.json', join(dir, 'opsdeck.cdx.json'));

const published = readdirSync(dir).filter((name) => /^opsdeck[-_.]/.test(name));
writeFileSync(
  join(dir, 'SHA256SUMS'),
  published
    .sort()
    .map((name) => `${sha256(name)}  ${name}\n`)
    .join(''),
);
for (const name of [...published, 'SHA256SUMS']) process.stdout.write(`${join(dir, name)}\n`);
