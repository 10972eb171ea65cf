import type { Checkout } from '../../model/checkout/checkout.ts';
import { commitsOf } from '../../model/checkout/commits.ts';
import { type Bench, type Ran, type Started, said, type Tool, unknownHere } from './ran.ts';

const runsShown = 5;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The newest runs of ci.yml, newest first: the newest fails where the build or a test does. */
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

/** The days behind `> N * 86400` of a filter for jq. */
const daysIn = (filter: string): number => Number(/> (\d+) \* 86400/.exec(filter)?.[1] ?? Number.NaN);

const answerTo = ({ args }: Started, { checkout, view }: Bench): Ran | undefined => {
  const line = args.join(' ');
  const now = view.clock.now() + view.clock.wallOffset();
  const json = (value: unknown): Ran => said(`${JSON.stringify(value)}\n`);
  if (/^workflow list --all --json name,state$/.test(line)) return json(workflows);
  if (/^workflow list --all --json name,state --jq /.test(line)) return said('0\n');
  if (/^run list --workflow=ci.yml --branch main --limit 5 --json [\w,]+$/.test(line))
    return json(runsOf(checkout, now));
  if (/^secret list --json name,updatedAt --jq /.test(line)) {
    const most = daysIn(args.at(-1) ?? '');
    return said(`${Object.values(checkout.secretDays).filter((days) => days > most).length}\n`);
  }
  if (line === 'secret list --json name,updatedAt')
    return json(
      Object.entries(checkout.secretDays).map(([name, days]) => ({
        name,
        updatedAt: new Date(now - days * dayMs).toISOString(),
      })),
    );
  if (/^api repos\/\{owner\}\/\{repo\}\/actions\/artifacts\?per_page=30 --jq /.test(line))
    return said('12\n');
  return undefined;
};

/** `gh`, as far as it tells of workflows, runs, artifacts and secrets of the repository. */
export const gh: Tool = (started, bench): Ran => answerTo(started, bench) ?? unknownHere(started);
