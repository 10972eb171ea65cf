import { z } from 'zod';
import { defined } from '../../../../domain/base/defined.ts';
import { notApplicable } from '../../../../domain/runbooks/operation.ts';
import { joinFirst } from '../../../../domain/text/count-text.ts';
import { formatArgv } from '../../../../domain/text/format.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import type { Right } from '../../../kit/contract/access-review.ts';
import type { PlanDraft } from '../../../kit/operations/define-operation.ts';
import { apiResources, findApiResource, objectPath } from '../../api/api-resources.ts';
import { getIfExists } from '../../api/client.ts';
import type { KubeParts } from '../../api/parts.ts';
import { rfc3339Text } from '../../delivery/delivery-summary.ts';
import { isInterrupted, isPending, type ReleaseRevision } from '../../delivery/helm.ts';
import { requireAccess } from '../write/admission.ts';
import { rolloutImpact } from '../write/blast-radius.ts';
import { resolveNamespace, rightTo } from '../write/find-object.ts';
import { rolloutInterruption } from '../write/interruption.ts';
import { zRights } from '../write/write-planner.ts';
import { deliveryEffects } from './delivery-target.ts';
import { findHelm, rollbackArgv } from './helm-program.ts';
import {
  type ManifestChange,
  manifestChanges,
  parseReleaseManifest,
  releaseObjectText,
  workloadsAmong,
} from './release-manifest.ts';
import {
  contentDiff,
  type ReleaseRecord,
  type ReleaseRevisions,
  readRevisionContent,
  readRevisions,
  rollbackProblem,
} from './release-records.ts';

/** The parameters of a rollback. */
interface RollbackParams {
  readonly release: string;
  readonly revision: number;
  readonly namespace?: string;
}

/** The record of a plan for its execution. */
const zRollbackRecord = z.object({
  namespace: z.string(),
  argv: z.array(z.string()),
  /** Number of the newest revision before. */
  newest: z.int(),
  follow: z.array(z.object({ object: z.string(), path: z.string() })),
  rights: zRights,
  undo: z
    .object({ use: z.string(), title: z.string(), with: z.record(z.string(), z.unknown()) })
    .exactOptional(),
});

type RollbackRecord = z.infer<typeof zRollbackRecord>;

/** Parses the record of a plan. Throws when it was not made by this operation. */
export const parseRollbackRecord = (earlier: unknown): RollbackRecord => zRollbackRecord.parse(earlier);

/** The newest revision, which must not change between the preview and the rollback. */
export const revisionPin = ({ version, status, created }: ReleaseRevision): string =>
  `revision ${version}, ${status} since ${rfc3339Text(created) ?? 'an unknown time'}`;

/** Finds the revision to restore. Throws PlanError with the rule and what to do. */
const findRevision = (
  { newest, all }: ReleaseRevisions,
  { release, revision }: RollbackParams,
  now: number,
): ReleaseRevision => {
  const refuse = (why: string) => notApplicable(`release ${release} is not rolled back: ${why}`);
  if (/^uninstall/.test(newest.status))
    throw refuse(`the release is ${newest.status}: install the release again (helm upgrade --install)`);
  // Helm itself starts a rollback beside a running upgrade.
  if (isPending(newest) && !isInterrupted(newest, now))
    throw refuse(
      `revision ${newest.version} is ${newest.status}: wait for the end of that operation of Helm. After 10 minutes it counts as interrupted`,
    );
  if (all.length === 1)
    throw refuse(`revision ${newest.version} is the only one: correct the values or the chart, and upgrade`);
  const found = all.find(({ version }) => version === revision);
  const numbers = all.map(({ version }) => version).filter((version) => version !== newest.version);
  if (found === undefined)
    throw refuse(`revision ${revision} does not exist: choose one of ${numbers.join(', ')}`);
  return found;
};

const chartText = ({ revision, content: { chart, appVersion } }: ReleaseRecord): string =>
  [`revision ${revision.version}`, chart, appVersion === '' ? '' : `app version ${appVersion}`]
    .filter((part) => part !== '')
    .join(', ');

const maxObjects = 8;

const changesText = (does: ManifestChange['does'], changes: readonly ManifestChange[]): readonly string[] => {
  const names = changes
    .filter((change) => change.does === does)
    .map(({ object }) => releaseObjectText(object));
  return names.length === 0 ? [] : [`the rollback ${does} ${joinFirst(names, maxObjects)}`];
};

/** The verbs that Helm needs for an object. */
const verbs = { creates: 'create', changes: 'patch', deletes: 'delete' } as const;

/** Permissions for the records of Helm and for the objects that change; those of unknown kinds are found by Helm itself. */
const neededRights = (namespace: string, changes: readonly ManifestChange[]): readonly Right[] => {
  const secrets = ['get', 'create', 'update'].map((verb) => ({
    ...{ verb, group: '', resource: apiResources.secret.plural, namespace },
  }));
  const objects = changes.flatMap(({ does, object }) => {
    const kind = findApiResource(object.kind);
    if (kind === undefined || kind.group !== object.group) return [];
    const place = kind.isNamespaced ? object.namespace : '*';
    return [rightTo(verbs[does], { kind, namespace: place, name: object.name })];
  });
  return [...secrets, ...objects];
};

/** The state of the newest revision, where Helm has not finished it. */
const unfinishedText = ({ revision, content }: ReleaseRecord): readonly string[] => {
  if (revision.status === 'deployed') return [];
  const why = isPending(revision)
    ? 'its operation was most likely interrupted, and Helm refuses the next upgrade until a rollback'
    : oneLine(content.description, 200);
  return [`${revisionPin(revision)}${why === '' ? '' : `: ${why}`}`];
};

const fluxLabel = 'helm.toolkit.fluxcd.io/name';

/** Plans the rollback of a release. Throws WireError, PlanError. */
export const planReleaseRollback = async (
  parts: KubeParts,
  params: RollbackParams,
  signal: AbortSignal,
): Promise<PlanDraft> => {
  const { client, source } = parts;
  const { release, revision } = params;
  const namespace = await resolveNamespace(parts, params.namespace, signal);
  const known = await readRevisions(parts, namespace, release, signal);
  const { newest, where } = known;
  const chosen = findRevision(known, params, client.now());
  const [was, is] = await Promise.all(
    [newest, chosen].map(async (record) => ({
      revision: record,
      content: await readRevisionContent(parts, record, signal),
    })),
  );
  if (was === undefined || is === undefined) throw new Error('internal error: both revisions are read');
  const problem = rollbackProblem(was, is);
  if (problem !== undefined)
    throw notApplicable(
      `release ${release} is not rolled back: revision ${revision} is ${problem}. Choose another one (releaseRevisions lists them)`,
    );
  const helm = await findHelm(parts);
  if (helm === undefined)
    throw notApplicable(
      `${parts.config.helm ?? 'helm'} is not installed on this machine: install Helm (https://helm.sh/docs/intro/install), or set helm: of the source`,
    );
  const changes = manifestChanges(
    parseReleaseManifest(was.content.manifest, namespace),
    parseReleaseManifest(is.content.manifest, namespace),
  );
  const written = changes.filter(({ does }) => does !== 'deletes').map(({ object }) => object);
  const workloads = workloadsAmong(written);
  const follow = workloads.flatMap((workload) => {
    const kind = findApiResource(workload.kind);
    const path = kind === undefined ? '' : objectPath(kind, workload.namespace, workload.name);
    return path === '' ? [] : [{ object: releaseObjectText(workload), path }];
  });
  const rights = neededRights(namespace, changes);
  const [allowed, argv, live] = await Promise.all([
    Promise.all(rights.map((right) => requireAccess(client, right, signal))),
    rollbackArgv(parts, helm, { namespace, release, revision }, signal),
    Promise.all(
      follow.map(async ({ object, path }) => ({
        ...{ object, rollsOut: true, before: { raw: await getIfExists(client, path, signal) } },
      })),
    ),
  ]);
  const line = formatArgv(argv);
  const reach = rolloutImpact(live);
  const interrupts = rolloutInterruption(live);
  const deleted = changes.some(({ does }) => does === 'deletes');
  const undo =
    newest.status === 'deployed'
      ? {
          use: `${source}.releaseRollback`,
          with: { release, namespace, revision: newest.version },
          title: `Roll release ${release} back to revision ${newest.version}`,
        }
      : undefined;
  const record: RollbackRecord = {
    ...{ namespace, argv: [...argv], newest: newest.version, follow, rights: [...rights] },
    ...defined({ undo }),
  };
  return {
    targets: [{ name: release, uid: `${namespace}/${release}`, saw: revisionPin(newest), where }],
    calls: [{ line, command: line, target: 0 }],
    objects: [
      `release ${release} goes from ${chartText(was)} to the content of ${chartText(is)}, as a new revision`,
      ...unfinishedText(was),
      ...(['changes', 'creates', 'deletes'] as const).flatMap((does) => changesText(does, changes)),
      workloads.length === 0
        ? 'no Deployment, StatefulSet or DaemonSet of the release differs'
        : `rolls out ${workloads.map((workload) => `${releaseObjectText(workload)} in ${workload.namespace}`).join(', ')}`,
      'Helm runs the rollback hooks of the chart. A field that was changed by hand stays, if both revisions have the same value for it',
      ...(is.content.manifest.includes(fluxLabel)
        ? ['Flux manages this release, and upgrades the release again: suspend its HelmRelease first']
        : []),
      'the data of volumes and database migrations are not rolled back',
      `allowed: ${[...new Set(allowed)].join(', ')}`,
    ],
    changes: contentDiff(was.content, is.content),
    ...(undo === undefined
      ? { lost: `there is no undo: revision ${newest.version} was never deployed, so nothing can restore it` }
      : {}),
    ...(deleted ? { danger: 'destructive' as const } : {}),
    ...defined({ reach, interrupts }),
    effects: deliveryEffects(workloads),
    earlier: record,
  };
};
