import type { Millis } from '../../domain/base/fault.ts';
import type { RecentChange } from '../../domain/facts/journal.ts';
import { isFailedCi } from '../../kinds/ci/status.ts';
import type { Source } from '../kit/contract/source.ts';
import type { GithubClient } from './client.ts';
import { readDeploymentStatus, readDeployments } from './deployments.ts';
import { type CiDeployment, type GithubRelease, listOf, parseRelease } from './parse.ts';
import { deploymentStatusPath, deploymentsPath, needs, releasesPath } from './paths.ts';

/** Deployments whose status is read: one request each. */
const maxStatuses = 20;

/** The service that deployments of a config change, as in `dependencies`. */
const serviceOf = ({ config: { service, repo } }: Pick<GithubClient, 'config'>): string =>
  service ?? repo.split('/').at(-1) ?? repo;

/** '4f1c2aa of main to production by ana: success': whether it was deployed says the state. */
const deploymentText = (
  { sha, ref, environment, actor }: Pick<CiDeployment, 'sha' | 'ref' | 'environment' | 'actor'>,
  state: string,
): string => `${sha.slice(0, 7)} of ${ref} to ${environment}${actor === '' ? '' : ` by ${actor}`}: ${state}`;

/** The releases that were published since a time. */
const releaseChanges = (
  client: GithubClient,
  releases: readonly GithubRelease[],
  since: Millis,
): readonly RecentChange[] =>
  releases.flatMap(({ tag, actor, isDraft, isPrerelease, publishedAt }): readonly RecentChange[] => {
    const time = publishedAt === undefined ? undefined : client.toClock(publishedAt);
    if (isDraft || time === undefined || time < since) return [];
    return [
      {
        at: time,
        kind: 'event',
        level: 'ok',
        what: `release ${serviceOf(client)}`,
        change: `${isPrerelease ? 'pre-release' : 'release'} ${tag} published by ${actor}`,
      },
    ];
  });

/** The deployments and releases that GitHub has recorded. */
export const githubChanges =
  (client: GithubClient): NonNullable<Source['recentChanges']> =>
  async (since, signal) => {
    const changes: RecentChange[] = [];
    let call = deploymentsPath(client, 50);
    try {
      for (const deployment of (await readDeployments(client, signal)).slice(0, maxStatuses)) {
        const time = deployment.createdAt === undefined ? undefined : client.toClock(deployment.createdAt);
        if (time === undefined || time < since) continue;
        call = deploymentStatusPath(client, deployment.id);
        const { state = 'pending' } = (await readDeploymentStatus(client, deployment, signal)) ?? {};
        const hasFailed = isFailedCi({ status: state });
        changes.push({
          at: time,
          // A failed deployment leaves the previous release: there is nothing that a rollback would take back.
          kind: hasFailed ? 'event' : 'rollout',
          level: hasFailed ? 'warn' : 'ok',
          what: `deployment ${serviceOf(client)}`,
          change: deploymentText(deployment, state),
        });
      }
      call = releasesPath(client);
      const releases = listOf(await client.json(call, signal, { needs: needs.contents })).map(parseRelease);
      changes.push(...releaseChanges(client, releases, since));
      return { changes: changes.toSorted((a, b) => a.at - b.at), faults: [] };
    } catch (error) {
      return { changes: changes.toSorted((a, b) => a.at - b.at), faults: [client.fault(call, error)] };
    }
  };
