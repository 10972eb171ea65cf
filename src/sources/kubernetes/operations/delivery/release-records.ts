import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import { apiResources, listPath, objectPath } from '../../api/api-resources.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import type { KubeParts } from '../../api/parts.ts';
import { parseReleaseRevision, type ReleaseRevision, releaseQuery } from '../../delivery/helm.ts';
import { parseReleaseContent, type ReleaseContent } from '../../delivery/release-content.ts';
import { fieldDiff, helmValuesKind } from '../write/field-diff.ts';
import { describeLocation, unreadablePlanError } from '../write/find-object.ts';

/** Path of the Secrets of one release. */
export const releaseHistoryPath = (namespace: string, release: string): string => {
  const { labelSelector, fieldSelector } = releaseQuery;
  const query = { labelSelector: `${labelSelector},name=${release}`, fieldSelector };
  return `${listPath(apiResources.secret, namespace)}?${new URLSearchParams(query).toString()}`;
};

/** Name of the Secret of one revision. Source: helm.sh/helm, pkg/storage, makeKey. */
export const revisionSecret = (release: string, version: number): string =>
  `sh.helm.release.v1.${release}.v${version}`;

/** Path of the Secret of one revision. */
export const revisionPath = (namespace: string, release: string, version: number): string =>
  objectPath(apiResources.secret, namespace, revisionSecret(release, version));

/** The revisions in a list of Secrets, newest first. Throws WireError. */
export const revisionsIn = (
  { client }: Pick<KubeParts, 'client'>,
  body: unknown,
): readonly ReleaseRevision[] =>
  parseListChunk(body)
    .items.map((raw) => parseReleaseRevision(raw, client.toClock))
    .toSorted((a, b) => b.version - a.version);

/** The revisions of a release that exists, newest first, without their content. */
export interface ReleaseRevisions {
  readonly newest: ReleaseRevision;
  readonly all: readonly ReleaseRevision[];
  readonly where: string;
}

/** Reads the revisions of a release. Throws WireError; PlanError if the release does not exist. */
export const readRevisions = async (
  parts: KubeParts,
  namespace: string,
  release: string,
  signal: AbortSignal,
): Promise<ReleaseRevisions> => {
  const path = releaseHistoryPath(namespace, release);
  const body = await parts.client.getMetadata(path, signal).catch((error: unknown) => {
    throw unreadablePlanError(parts, path, error);
  });
  const all = revisionsIn(parts, body);
  const where = await describeLocation(parts.client, namespace, signal);
  const [newest] = all;
  if (newest === undefined)
    throw new PlanError(
      'not-applicable',
      `Helm release ${release} not found in ${where}: check the name and the namespace`,
    );
  return { newest, all, where };
};

/** Reads the content of one revision. Throws WireError. */
export const readRevisionContent = async (
  { client }: Pick<KubeParts, 'client'>,
  { namespace, name, version }: Pick<ReleaseRevision, 'namespace' | 'name' | 'version'>,
  signal: AbortSignal,
): Promise<ReleaseContent> =>
  parseReleaseContent(await client.get(revisionPath(namespace, name, version), signal));

/** The differences of the charts and of the given values, one line per value. Secret values are not shown. */
export const contentDiff = (before: ReleaseContent, after: ReleaseContent): readonly string[] => {
  const comparable = ({ chart, appVersion, values }: ReleaseContent): unknown => ({
    ...{ kind: helmValuesKind, chart, appVersion, values },
  });
  return fieldDiff(comparable(before), comparable(after));
};

/** A revision with its content. */
export interface ReleaseRecord {
  readonly revision: ReleaseRevision;
  readonly content: ReleaseContent;
}

/** True: a rollback from one to the other would change nothing but the number. */
const isSame = (one: ReleaseContent, other: ReleaseContent): boolean =>
  one.manifest === other.manifest && contentDiff(one, other).length === 0;

/** Returns the reason why a rollback cannot restore a revision; undefined if it can. */
export const rollbackProblem = (
  newest: ReleaseRecord,
  { revision, content }: ReleaseRecord,
): string | undefined => {
  const { version, status } = revision;
  if (version === newest.revision.version) return 'the newest revision';
  if (!/^(?:deployed|superseded)$/.test(status)) return `never deployed (${status})`;
  if (newest.revision.status === 'deployed' && isSame(newest.content, content))
    return 'the same chart, values and objects as the newest revision';
  return undefined;
};

/**
 * Returns the reason why the newest revision does not restore an earlier one; undefined if it does. Helm copies the objects of
 * the earlier revision, and names it. Source: helm.sh/helm, pkg/action/rollback.go.
 */
export const restoreProblem = (
  { revision: { version, status }, content }: ReleaseRecord,
  restored: { readonly version: number; readonly content: ReleaseContent },
): string | undefined => {
  const { description, manifest } = content;
  const words = oneLine(description, 200);
  if (description !== `Rollback to ${restored.version}`)
    return `revision ${version} is not a rollback to revision ${restored.version}${words === '' ? '' : ` (${words})`}`;
  if (manifest !== restored.content.manifest)
    return `the objects of revision ${version} are not those of revision ${restored.version}`;
  if (status !== 'deployed') return `revision ${version} is ${status}`;
  return undefined;
};
