import { hash } from '../../model/chance.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import { commitsOf } from '../../model/checkout/commits.ts';
import { failed, type Ran, said, type Tool } from './ran.ts';

/** The commit at HEAD, which moves with each commit that is made. */
const headOf = ({ spec, committed }: Checkout): string =>
  hash(`${commitsOf(spec)[0]?.sha} ${committed}`)
    .toString(16)
    .padStart(8, '0')
    .repeat(5);

/** `git describe --exact-match`: a release has its tag, and a commit behind it has none. */
const exactly = (tag: string, { spec, committed }: Checkout): Ran => {
  if (committed === 0 && tag === `v${spec.version}`) return said(`${tag}\n`);
  return failed(128, `fatal: no tag exactly matches '${spec.commits.length}f2c1'\n`);
};

/** `git diff --exit-code`: 1 where a tracked file differs from what is committed. */
const uncommittedIn = ({ trouble }: Checkout): Ran =>
  trouble.uncommitted === undefined
    ? said('')
    : failed(1, '', ` ${trouble.uncommitted} | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n`);

/** git-secrets: 1 where it finds one, with the line. */
const secretsIn = ({ trouble }: Checkout): Ran =>
  trouble.secretIn === undefined
    ? said('')
    : failed(1, `${trouble.secretIn}:API_KEY = "****"\n\n[ERROR] Matched one or more prohibited patterns\n`);

/** `git notes`: another paragraph for the note of HEAD, or what it says. */
const noted = (ref: string, more: string | undefined, { notes }: Checkout): Ran => {
  const known = notes.get(ref);
  if (more !== undefined) {
    notes.set(ref, known === undefined ? `${more}\n` : `${known}\n${more}\n`);
    return said('');
  }
  return known === undefined ? failed(1, 'error: no note found for object HEAD.\n') : said(known);
};

/** `git`, as far as it tells where a checkout stands. */
export const git: Tool = ({ args }, { checkout }): Ran => {
  const commits = commitsOf(checkout.spec);
  const [head] = commits;
  const line = args.join(' ');
  const count = /^log --oneline -(\d+)$/.exec(line)?.[1];
  if (count !== undefined)
    return said(
      commits
        .slice(0, Number(count))
        .map(({ sha, subject }) => `${sha} ${subject}\n`)
        .join(''),
    );
  const [, notes, action] = /^notes --ref=(\S+) (append|show)/.exec(line) ?? [];
  if (notes !== undefined) return noted(notes, action === 'append' ? (args[4] ?? '') : undefined, checkout);
  const tag = /^describe --tags --exact-match --match (\S+) HEAD$/.exec(line)?.[1];
  if (tag !== undefined) return exactly(tag, checkout);
  const answers: Readonly<Record<string, Ran>> = {
    'rev-parse HEAD': said(`${headOf(checkout)}\n`),
    'diff --exit-code --stat HEAD --': uncommittedIn(checkout),
    'describe --tags --always': said(`v${checkout.spec.version}\n`),
    'diff --stat main..HEAD': said(
      ' crates/riptide-api/src/routes/events.rs | 14 ++++++++------\n 1 file changed, 8 insertions(+), 6 deletions(-)\n',
    ),
    'diff --stat -- Cargo.lock': said(
      checkout.spec.dependencies.every(({ name, locked }) => checkout.locked.get(name) === locked)
        ? ''
        : ' Cargo.lock | 4 ++--\n 1 file changed, 2 insertions(+), 2 deletions(-)\n',
    ),
    'rev-parse --short HEAD': said(`${head?.sha ?? ''}\n`),
    'status --porcelain': said(''),
    'secrets --scan': secretsIn(checkout),
  };
  const [verb = ''] = args;
  return answers[line] ?? failed(1, `git: '${verb}' is not a git command. See 'git --help'.\n`);
};
