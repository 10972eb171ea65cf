import { dayMs } from '../../../domain/duration.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import { commitsOf } from '../../model/checkout/checkout.ts';
import { fnv1a } from '../../model/seeded-random.ts';
import {
  type Tool,
  type ToolContext,
  type ToolInvocation,
  type ToolResult,
  toolFailed,
  toolOk,
  unsupportedInvocation,
} from './tool.ts';

const runsShown = 5;
const hourMs = 3_600_000;

/** Runs of ci.yml, newest first. The newest fails if the build or a test fails. */
const runsOf = ({ spec, trouble }: Checkout, now: number): readonly unknown[] => {
  const { compileError, staleCache, failingTest } = trouble;
  const isBroken = (compileError ?? staleCache ?? failingTest) !== undefined;
  return commitsOf(spec)
    .slice(0, runsShown)
    .map(({ sha, subject }, index) => ({
      conclusion: index === 0 && isBroken ? 'failure' : 'success',
      createdAt: new Date(now - (index + 1) * 5 * hourMs).toISOString(),
      displayTitle: subject,
      headBranch: 'main',
      headSha: sha,
      status: 'completed',
      workflowName: 'ci',
    }));
};

const workflows = ['ci', 'api-validation', 'release'].map((name) => ({ name, state: 'active' }));

/** Number of days in `> N * 86400` of a jq filter. */
const daysIn = (filter: string): number => Number(/> (\d+) \* 86400/.exec(filter)?.[1] ?? Number.NaN);

const answerTo = ({ args }: ToolInvocation, { checkout, view }: ToolContext): ToolResult | undefined => {
  const line = args.join(' ');
  const now = view.clock.now() + view.clock.wallOffset();
  const json = (value: unknown): ToolResult => toolOk(`${JSON.stringify(value)}\n`);
  if (/^workflow list --all --json name,state$/.test(line)) return json(workflows);
  if (/^workflow list --all --json name,state --jq /.test(line)) return toolOk('0\n');
  if (/^run list --workflow=ci.yml --branch main --limit 5 --json [\w,]+$/.test(line))
    return json(runsOf(checkout, now));
  if (/^secret list --json name,updatedAt --jq /.test(line)) {
    const most = daysIn(args.at(-1) ?? '');
    return toolOk(`${Object.values(checkout.secretDays).filter((days) => days > most).length}\n`);
  }
  if (line === 'secret list --json name,updatedAt')
    return json(
      Object.entries(checkout.secretDays).map(([name, days]) => ({
        name,
        updatedAt: new Date(now - days * dayMs).toISOString(),
      })),
    );
  if (/^api repos\/\{owner\}\/\{repo\}\/actions\/artifacts\?per_page=30 --jq /.test(line))
    return toolOk('12\n');
  return undefined;
};

/** `gh` for workflows, runs, artifacts and secrets of the repository. */
export const gh: Tool = (started, bench): ToolResult =>
  answerTo(started, bench) ?? unsupportedInvocation(started);

/** Commit hash of HEAD, which changes with every commit. */
const headOf = ({ spec, committed }: Checkout): string =>
  fnv1a(`${commitsOf(spec)[0]?.sha} ${committed}`)
    .toString(16)
    .padStart(8, '0')
    .repeat(5);

/** `git describe --exact-match`: a release has a tag, a later commit does not. */
const exactly = (tag: string, { spec, committed }: Checkout): ToolResult => {
  if (committed === 0 && tag === `v${spec.version}`) return toolOk(`${tag}\n`);
  return toolFailed(128, `fatal: no tag exactly matches '${spec.commits.length}f2c1'\n`);
};

/** `git diff --exit-code`: 1 if a tracked file has uncommitted changes. */
const uncommittedIn = ({ trouble }: Checkout): ToolResult =>
  trouble.uncommitted === undefined
    ? toolOk('')
    : toolFailed(1, '', ` ${trouble.uncommitted} | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n`);

/** git-secrets: 1 if it finds a secret, with its line. */
const secretsIn = ({ trouble }: Checkout): ToolResult =>
  trouble.secretIn === undefined
    ? toolOk('')
    : toolFailed(
        1,
        `${trouble.secretIn}:API_KEY = "****"\n\n[ERROR] Matched one or more prohibited patterns\n`,
      );

/** `git notes`: adds a paragraph to the note of HEAD, or prints it. */
const noted = (ref: string, more: string | undefined, { notes }: Checkout): ToolResult => {
  const known = notes.get(ref);
  if (more !== undefined) {
    notes.set(ref, known === undefined ? `${more}\n` : `${known}\n${more}\n`);
    return toolOk('');
  }
  return known === undefined ? toolFailed(1, 'error: no note found for object HEAD.\n') : toolOk(known);
};

/** `git`, for the state of a checkout. */
export const git: Tool = ({ args }, { checkout }): ToolResult => {
  const commits = commitsOf(checkout.spec);
  const [head] = commits;
  const line = args.join(' ');
  const count = /^log --oneline -(\d+)$/.exec(line)?.[1];
  if (count !== undefined)
    return toolOk(
      commits
        .slice(0, Number(count))
        .map(({ sha, subject }) => `${sha} ${subject}\n`)
        .join(''),
    );
  const [, notes, action] = /^notes --ref=(\S+) (append|show)/.exec(line) ?? [];
  if (notes !== undefined) return noted(notes, action === 'append' ? (args[4] ?? '') : undefined, checkout);
  const tag = /^describe --tags --exact-match --match (\S+) HEAD$/.exec(line)?.[1];
  if (tag !== undefined) return exactly(tag, checkout);
  const answers: Readonly<Record<string, ToolResult>> = {
    'rev-parse HEAD': toolOk(`${headOf(checkout)}\n`),
    'diff --exit-code --stat HEAD --': uncommittedIn(checkout),
    'describe --tags --always': toolOk(`v${checkout.spec.version}\n`),
    'diff --stat main..HEAD': toolOk(
      ' crates/riptide-api/src/routes/events.rs | 14 ++++++++------\n 1 file changed, 8 insertions(+), 6 deletions(-)\n',
    ),
    'diff --stat -- Cargo.lock': toolOk(
      checkout.spec.dependencies.every(({ name, locked }) => checkout.locked.get(name) === locked)
        ? ''
        : ' Cargo.lock | 4 ++--\n 1 file changed, 2 insertions(+), 2 deletions(-)\n',
    ),
    'rev-parse --short HEAD': toolOk(`${head?.sha ?? ''}\n`),
    'status --porcelain': toolOk(''),
    'secrets --scan': secretsIn(checkout),
  };
  const [verb = ''] = args;
  return answers[line] ?? toolFailed(1, `git: '${verb}' is not a git command. See 'git --help'.\n`);
};
