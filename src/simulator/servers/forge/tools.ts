import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cargo } from './cargo.ts';
import { rsync, scp, sha256sum } from './copies.ts';
import { deployScript } from './deploy-script.ts';
import { gh } from './gh.ts';
import { git } from './git.ts';
import { failed, said, type Tool, told, unknownHere } from './ran.ts';
import { metricsReport, monitorHealth, monitorResources } from './scripts.ts';

/** `curl … URL[1-N]`: what that many requests at once are answered, one status a line. The stand-in asks by itself. */
const curl: Tool = (started) => {
  const { args } = started;
  const [, url = '', last = ''] = /^(http.*)\[1-(\d+)\]$/.exec(args.at(-1) ?? '') ?? [];
  if (url === '' || !args.includes('-Z') || !args.includes('%{http_code}\\n')) return unknownHere(started);
  const urls = Array.from({ length: Number(last) }, (_, index) => `${url}${index + 1}`);
  return { ...failed(0, ''), urls };
};

/** Nothing unsafe without its SAFETY comment: ripgrep ends with 1 when it finds nothing. */
const rg: Tool = ({ args }, { checkout }) =>
  args.some((arg) => /^-\w*P/.test(arg))
    ? checkout.trouble.unsafeAt === undefined
      ? failed(1, '')
      : said(`${checkout.trouble.unsafeAt}:    unsafe { std::ptr::read(slot) }\n`)
    : args.includes('unsafe')
      ? said(
          'crates/riptide-core/src/ring.rs:41:    // SAFETY: the index is masked\ncrates/riptide-core/src/ring.rs:42:    unsafe { self.slots.get_unchecked(index) }\n',
        )
      : failed(1, '');

const valgrind: Tool = (started) => {
  if (started.args[0] !== '--tool=massif') return unknownHere(started);
  writeFileSync(join(started.cwd, 'massif.out.4242'), 'desc: (none)\ncmd: ./target/release/riptide-api\n');
  return told('==4242== Massif, a heap profiler\n==4242== \n');
};

/** The programs and scripts of a checkout, by name. */
export const forgeTools: Readonly<Record<string, Tool>> = {
  cargo,
  curl,
  gh,
  git,
  rg,
  rsync,
  scp,
  sha256sum,
  valgrind,
  'deploy.sh': deployScript,
  'monitor_health.sh': monitorHealth,
  'monitor_resources.sh': monitorResources,
  'generate_metrics_report.sh': metricsReport,
};
