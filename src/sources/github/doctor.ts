import { formatDuration } from '../../domain/text/duration.ts';
import { parseRetryAfter } from '../../platform/network/status.ts';
import { checkFinding, type Finding, type SignalRequest } from '../kit/contract/source.ts';
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
const operationNeeds = `operations also need ${needs.dispatch} (dispatch, rerun, cancel), ${needs.review} (approve), ${needs.issues} (issue), ${needs.pulls} (reviews). A missing one is reported when needed`;

/** Examines the repository: the token, its permissions, the rate limit, and every part that the profile reads. */
export const diagnoseGithub = async (
  client: GithubClient,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const feeds = new Set(signals.map(({ read }) => feedOfRead(githubReadSchema.parse(read))));
  const { source, config, repoPath } = client;
  const ok = (what: string): Finding => ({ source, ok: true, what });
  const attempt = async (
    path: string,
    work: () => Promise<readonly Finding[]>,
  ): Promise<readonly Finding[]> => [await checkFinding((error) => client.fault(path, error), work)].flat();
  const readable = (what: string, path: string, permission: string): Promise<readonly Finding[]> =>
    attempt(path, async () => {
      await client.json(path, signal, { needs: permission, isUrgent: true });
      return [ok(`${what}: readable (${permission})`)];
    });

  const repository = await attempt(repoPath, async () => {
    const answer = await client.probe(repoPath, signal);
    const error = client.errorOf(answer, 'metadata: read');
    if (error !== undefined) throw error;
    const body = answer.json();
    const branch = text(field(body, 'default_branch')) ?? 'unknown';
    const limit = client.rateLimit();
    const mayPush = field(field(body, 'permissions'), 'push');
    return [
      ok(
        `${text(field(body, 'full_name')) ?? config.repo} at ${client.endpoint.base}, default branch ${branch}`,
      ),
      ...tokenFindings(client, answer.headers),
      ...(limit === undefined
        ? []
        : [
            ok(
              `rate limit: ${rateLimitText(limit, client.wallNow())}. Polling takes about ${requestsPerHour(config)} an hour`,
            ),
          ]),
      ...(mayPush === false
        ? [ok('operations are not available: the user of the token has read access only')]
        : [ok(operationNeeds)]),
    ];
  });
  if (repository.some((finding) => !finding.ok)) return repository;

  const parts = await Promise.all([
    readable('runs', runsPath(client, undefined, { per_page: 1 }), needs.runs),
    ...(config.workflow ?? []).map((workflow) =>
      attempt(workflowPath(client, workflow), async () => {
        const body = await client.json(workflowPath(client, workflow), signal, {
          needs: needs.runs,
          isUrgent: true,
        });
        const state = text(field(body, 'state')) ?? 'unknown';
        return [
          state === 'active'
            ? ok(`workflow ${workflow}: active`)
            : {
                source,
                ok: false,
                what: `workflow ${workflow}: ${state}`,
                remedy: 'enable the workflow at GitHub',
              },
        ];
      }),
    ),
    readable('environments', environmentsPath(client), needs.environments),
    readable('deployments', deploymentsPath(client, 1), needs.deployments),
    readable('releases', releasesPath(client), needs.contents),
    ...(feeds.has('artifacts') ? [readable('artifacts', artifactsPath(client), needs.runs)] : []),
    ...(feeds.has('secrets') ? [readable('secrets', secretsPath(client), needs.secrets)] : []),
    ...(config.findings === undefined ? [] : (['code-scanning', 'dependabot'] as const)).map((of) =>
      attempt(findingsPath(client, of), async () => {
        const found = await readFindings(client, of, config.findings ?? 'high', signal);
        return [ok(found === undefined ? `${of}: not enabled` : `${of}: ${found.length} open findings`)];
      }),
    ),
  ]);
  return [...repository, ...parts.flat()];
};

/** Expiry of the token, and the scopes of a classic one. */
const tokenFindings = (
  { source, wallNow }: GithubClient,
  headers: Readonly<Record<string, string>>,
): readonly Finding[] => {
  const expiry = headers['github-authentication-token-expiration'];
  // '2026-04-01 08:00:00 UTC'
  const leftMs = expiry === undefined ? undefined : parseRetryAfter(expiry, wallNow());
  const scopes = headers['x-oauth-scopes'];
  return [
    ...(leftMs === undefined
      ? []
      : [
          leftMs > expiryWarningMs
            ? { source, ok: true, what: `the token expires in ${formatDuration(leftMs)}` }
            : {
                source,
                ok: false,
                what:
                  leftMs <= 0 ? 'the token has expired' : `the token expires in ${formatDuration(leftMs)}`,
                remedy: 'create a new token, and renew auth.bearer',
              },
        ]),
    ...(scopes === undefined || scopes === ''
      ? []
      : [{ source, ok: true, what: `classic token with ${scopes}` }]),
  ];
};
