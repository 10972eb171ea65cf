import { syncLock } from '../../checkout-files.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import type { Advisory } from '../../model/checkout/spec.ts';
import { failed, type Ran, type Started, told } from './ran.ts';

const indexUpdated = '    Updating crates.io index\n';

/** `cargo update [--dry-run]`: what is older than what may be taken is locked anew. */
export const update = ({ args, cwd }: Started, checkout: Checkout): Ran => {
  const isDry = args.includes('--dry-run');
  const older = checkout.spec.dependencies.flatMap(({ name, newest }) => {
    const locked = checkout.locked.get(name) ?? newest;
    return locked === newest ? [] : [{ name, locked, newest }];
  });
  if (!isDry) {
    checkout.lock(older.map(({ name, newest }) => [name, newest]));
    syncLock(checkout, cwd);
  }
  const counted = `     Locking ${older.length} package${older.length === 1 ? '' : 's'} to latest compatible version${older.length === 1 ? '' : 's'}\n`;
  const lines = older.map(({ name, locked, newest }) => `    Updating ${name} v${locked} -> v${newest}\n`);
  const dry = isDry ? 'warning: not updating lockfile due to dry run\n' : '';
  return told(`${indexUpdated}${counted}${lines.join('')}${dry}`);
};

const reportOf = (checkout: Checkout, found: Advisory | undefined): string =>
  JSON.stringify({
    database: { 'advisory-count': 881, 'last-commit': null, 'last-updated': null },
    lockfile: { 'dependency-count': checkout.locked.size },
    settings: { target_arch: [], severity: null, ignore: [], informational_warnings: ['unmaintained'] },
    vulnerabilities: {
      found: found !== undefined,
      count: found === undefined ? 0 : 1,
      list:
        found === undefined
          ? []
          : [
              {
                advisory: { id: found.id, package: found.crate, title: found.title, date: found.date },
                versions: { patched: [`>=${found.patched}`], unaffected: [] },
                package: { name: found.crate, version: found.version },
              },
            ],
    },
    warnings: {},
  });

/** `cargo audit [--json]`: ends with 1 when it finds something. */
export const audit = ({ args }: Started, checkout: Checkout): Ran => {
  const found = checkout.vulnerable;
  if (args.includes('--json'))
    return { status: found === undefined ? 0 : 1, out: `${reportOf(checkout, found)}\n`, err: '' };
  const began = `    Fetching advisory database from \`https://github.com/RustSec/advisory-db.git\`\n      Loaded 881 security advisories (from /home/ops/.cargo/advisory-db)\n    Updating crates.io index\n    Scanning Cargo.lock for vulnerabilities (${checkout.locked.size} crate dependencies)\n`;
  if (found === undefined) return told(began);
  const lines = [
    `Crate:     ${found.crate}`,
    `Version:   ${found.version}`,
    `Title:     ${found.title}`,
    `Date:      ${found.date}`,
    `ID:        ${found.id}`,
    `URL:       https://rustsec.org/advisories/${found.id}`,
    `Solution:  Upgrade to >=${found.patched}`,
  ];
  return failed(1, `${began}error: 1 vulnerability found!\n`, `${lines.join('\n')}\n`);
};

/** `cargo deny check advisories`. */
export const deny = (_: Started, checkout: Checkout): Ran => {
  const found = checkout.vulnerable;
  if (found === undefined) return told('advisories ok\n');
  return failed(
    1,
    `error[vulnerability]: ${found.title}\n    ├ ID: ${found.id}\n    ├ Solution: Upgrade to >=${found.patched}\n\nadvisories FAILED\n`,
  );
};
