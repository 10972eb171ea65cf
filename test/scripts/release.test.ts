import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { buildDebian } from '../../scripts/release/debian.ts';
import { homebrewFormula } from '../../scripts/release/formula.ts';
import { scratchDir } from '../support/scratch-dir.ts';

test('the formula has each built target with its sum, and no other', () => {
  const file = (target: string, digit: string) => ({
    ...{ target, name: `opsdeck-${target}`, sha256: digit.repeat(64) },
  });
  const formula = homebrewFormula('1.2.3', 'https://example.com/opsdeck/1.2.3/', [
    file('darwin-arm64', 'a'),
    file('linux-x64', 'b'),
  ]);
  expect(formula).toContain(
    `  on_macos do\n    on_arm do\n      url "https://example.com/opsdeck/1.2.3/opsdeck-darwin-arm64"\n      sha256 "${'a'.repeat(64)}"\n    end\n  end\n`,
  );
  expect(formula).toContain(`sha256 "${'b'.repeat(64)}"`);
  expect(formula.match(/on_(?:arm|intel) do/g)).toHaveLength(2);
  // Each block that opens is closed.
  expect(formula.match(/(?:^class|\bdo$|^ *def )/gm)).toHaveLength(formula.match(/^ *end$/gm)?.length ?? 0);
});

const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0;

test.runIf(hasDpkg)('the Debian package is installed below an empty root, and its program starts', () => {
  const scratch = mkdtempSync(join(scratchDir(), 'opsdeck-release-'));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  const program = join(scratch, 'opsdeck-linux-x64');
  writeFileSync(program, '#!/bin/sh\necho 1.2.3\n');
  const path = buildDebian(
    program,
    'linux-x64',
    {
      version: '1.2.3',
      manual: '.TH OPSDECK 1\n',
      copyright: 'Apache\n',
      completions: { bash: 'complete\n', zsh: '#compdef opsdeck\n' },
    },
    scratch,
  );
  expect(path).toBe(join(scratch, 'opsdeck_1.2.3_amd64.deb'));
  const root = join(scratch, 'root');
  mkdirSync(join(root, 'var/lib/dpkg/updates'), { recursive: true });
  mkdirSync(join(root, 'var/lib/dpkg/info'));
  for (const name of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', name), '');
  const flags = [
    `--root=${root}`,
    '--force-depends',
    '--force-not-root',
    '--force-script-chrootless',
    '--no-triggers',
  ];
  execFileSync('dpkg', [...flags, '--log=/dev/null', '-i', path ?? ''], { stdio: 'ignore' });
  const installed = join(root, 'usr/bin/opsdeck');
  expect(statSync(installed).mode & 0o777).toBe(0o755);
  expect(execFileSync(installed, { encoding: 'utf8' })).toBe('1.2.3\n');
  expect(gunzipSync(readFileSync(join(root, 'usr/share/man/man1/opsdeck.1.gz'))).toString()).toBe(
    '.TH OPSDECK 1\n',
  );
  expect(readFileSync(join(root, 'usr/share/bash-completion/completions/opsdeck'), 'utf8')).toBe(
    'complete\n',
  );
  expect(
    buildDebian(
      program,
      'darwin-arm64',
      { version: '1', manual: '', copyright: '', completions: { bash: '', zsh: '' } },
      scratch,
    ),
  ).toBeUndefined();
});

test('the account of the pod only reads, and the container is confined', () => {
  const documents = parseAllDocuments(readFileSync('examples/in-cluster/opsdeck.yaml', 'utf8')).map(
    (document) => document.toJS() as { kind: string; rules?: { verbs: string[]; resources: string[] }[] },
  );
  const rules = documents.flatMap(({ rules: own = [] }) => own);
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch']));
  expect(rules.flatMap(({ resources }) => resources)).not.toContain('secrets');
  const deployment = documents.find(({ kind }) => kind === 'Deployment');
  const { spec } = (deployment as unknown as { spec: { template: { spec: Record<string, unknown> } } }).spec
    .template;
  expect(spec).toMatchObject({
    serviceAccountName: 'opsdeck',
    securityContext: { runAsNonRoot: true },
    containers: [{ securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true } }],
  });
  expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^USER 65532:65532$/m);
});
