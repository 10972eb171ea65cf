import { formatDuration } from '../../domain/text/duration.ts';
import { parseRetryAfter } from '../../platform/network/status.ts';
import { type CheckResult, type DoctorCheck, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding, SignalRequest } from '../kit/contract/source.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { GithubClient } from './client.ts';
import { feedOfRead, githubReadSchema } from './config.ts';
import { readFindings } from './findings.ts';
import {
  artifactsPath,
  deploymentsPath,
  environmentsPath,
  findingsPath,
  needs,
  releasesPath,
  runsPath,
  secretsPath,
  workflowPath,
} from './paths.ts';
import { rateLimitText } from './rate-limit.ts';

/** A token that expires within this is reported. */
const expiryWarningMs = 14 * 86_400_000;

/** Requests per hour when nothing changes and no response is confirmed by 304. */
const requestsPerHour = ({
  every,
  workflow = [''],
  findings,
}: Pick<GithubClient['config'], 'every' | 'workflow' | 'findings'>): number => {
  const perHour = 3_600_000 / every;
  // Runs and a job list; environments, deployments and three statuses; both kinds of findings.
  return Math.ceil(perHour * (workflow.length + 1 + 5 / 2 + (findings === undefined ? 0 : 2 / 10)));
};

/** GitHub reports a missing write permission only in the response to a change. */
const operationNeeds = `operations also need ${needs.dispatch} (dispatch, rerun, cancel), ${needs.review} (approve), ${needs.issues} (issue), ${needs.pulls} (reviews). opsdeck reports a missing permission only when an operation needs it`;

/** Examines the repository: the token, its permissions, the rate limit, and every part that the profile reads. */
export const diagnoseGithub = (
  client: GithubClient,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const feeds = new Set(signals.map(({ read }) => feedOfRead(githubReadSchema.parse(read))));
  const { config } = client;
  const readable = (what: string, call: string, permission: string): DoctorCheck => ({
    call,
    run: async () => {
      await client.json(call, signal, { needs: permission, isUrgent: true });
      return `${what}: the token may read this (${permission})`;
    },
  });
  const checks: readonly DoctorCheck[] = [
    repositoryCheck(client),
    readable('runs', runsPath(client, undefined, { per_page: 1 }), needs.runs),
    ...(config.workflow ?? []).map((workflow) => workflowCheck(client, workflow)),
    readable('environments', environmentsPath(client), needs.environments),
    readable('deployments', deploymentsPath(client, 1), needs.deployments),
    readable('releases', releasesPath(client), needs.contents),
    ...(feeds.has('artifacts') ? [readable('artifacts', artifactsPath(client), needs.runs)] : []),
    ...(feeds.has('secrets') ? [readable('secrets', secretsPath(client), needs.secrets)] : []),
    ...(config.findings === undefined ? [] : (['code-scanning', 'dependabot'] as const)).map(
      (of): DoctorCheck => ({
        call: findingsPath(client, of),
        run: async () => {
          const found = await readFindings(client, of, config.findings ?? 'high', signal);
          return found === undefined ? `${of}: not enabled` : `${of}: ${found.length} open findings`;
        },
      }),
    ),
  ];
  return runChecks(client, checks, signal);
};

/** The repository and the token. Without them, no part is readable. */
const repositoryCheck = (client: GithubClient): DoctorCheck => ({
  call: client.repoPath,
  isGate: true,
  run: async (signal) => {
    const { config, repoPath } = client;
    const answer = await client.probe(repoPath, signal);
    const error = client.errorOf(answer, 'metadata: read');
    if (error !== undefined) throw error;
    const body = answer.json();
    const branch = text(field(body, 'default_branch')) ?? 'unknown';
    const limit = client.rateLimit();
    return [
      `${text(field(body, 'full_name')) ?? config.repo} at ${client.endpoint.base}, default branch ${branch}`,
      ...tokenResults(client, answer.headers),
      ...(limit === undefined
        ? []
        : [
            `rate limit: ${rateLimitText(limit, client.wallNow())}. Polling takes about ${requestsPerHour(config)} requests an hour`,
          ]),
      field(field(body, 'permissions'), 'push') === false
        ? 'operations are not available: the user of the token has read access only'
        : operationNeeds,
    ];
  },
});

const workflowCheck = (client: GithubClient, workflow: string): DoctorCheck => ({
  call: workflowPath(client, workflow),
  run: async (signal) => {
    const needed = { needs: needs.runs, isUrgent: true };
    const body = await client.json(workflowPath(client, workflow), signal, needed);
    const state = text(field(body, 'state')) ?? 'unknown';
    return state === 'active'
      ? `workflow ${workflow}: active`
      : lacking(`the workflow ${workflow} has the state ${state}`, 'enable the workflow at GitHub');
  },
});

/** Expiry of the token, and the scopes of a classic one. */
const tokenResults = (
  { wallNow }: GithubClient,
  headers: Readonly<Record<string, string>>,
): readonly CheckResult[] => {
  const expiry = headers['github-authentication-token-expiration'];
  // '2026-04-01 08:00:00 UTC'
  const leftMs = expiry === undefined ? undefined : parseRetryAfter(expiry, wallNow());
  const scopes = headers['x-oauth-scopes'] ?? '';
  return [
    ...(leftMs === undefined ? [] : [expiryResult(leftMs)]),
    ...(scopes === '' ? [] : [`the token is a classic token with the scopes ${scopes}`]),
  ];
};

const expiryResult = (leftMs: number): CheckResult => {
  const what = leftMs <= 0 ? 'the token has expired' : `the token expires in ${formatDuration(leftMs)}`;
  return leftMs > expiryWarningMs
    ? what
    : lacking(what, 'create a new token, and write the token to auth.bearer of the source');
};
