import { PlanError } from '../../../domain/plan-error.ts';
import { field, list, text } from '../../wire-value.ts';
import type { KubeClient } from '../client.ts';
import { type Kind, kindNamed, rootOf } from '../kinds.ts';
import { ifThere } from './drift.ts';
import type { Manifest } from './manifests.ts';

/** The kind of a manifest and where the API keeps it: a known one, or what the API says of itself. Throws WireError, PlanError. */
export const servedKind = async (
  client: KubeClient,
  { apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>,
  signal: AbortSignal,
): Promise<Kind> => {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const known = kindNamed(kind);
  if (known !== undefined && known.group === group) return { ...known, version };
  const resources = field(await ifThere(client, rootOf({ group, version }), signal), 'resources');
  const found = list(resources).find(
    (one) => text(field(one, 'kind')) === kind && text(field(one, 'name'))?.includes('/') === false,
  );
  const plural = text(field(found, 'name'));
  if (plural === undefined)
    throw new PlanError('failed', `this API serves no ${kind} of ${apiVersion}: is its CRD installed?`);
  const isNamespaced = field(found, 'namespaced') === true;
  return { word: kind.toLowerCase(), kind, plural, group, version, short: [], isNamespaced };
};
