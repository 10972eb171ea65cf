import { parseYamlDocuments } from '../../../domain/yaml/bounded-yaml.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { releaseSecret, releaseSecretName, storedRelease } from '../../model/cluster/state/helm-releases.ts';
import { rfc3339Seconds, stableUuid } from '../../model/cluster/state/names.ts';
import { changeRecorderFor } from '../http/simulator-context.ts';
import type { SimulatedTool, StandInOutput } from '../http/stand-in-programs.ts';
import type { ApiContext, KubeRequest } from './api-context.ts';
import { apiVersionOf, parseResourceRoute, resourceKinds } from './patch/resources.ts';
import { patchObject } from './patch-object.ts';

const failed = (why: string): StandInOutput => ({ status: 1, err: `Error: ${why}\n` });

/** Applies the objects of a manifest, as a patch of those that exist. */
const applyManifest = (cluster: Cluster, manifest: string, namespace: string): void => {
  for (const document of parseYamlDocuments(manifest)) {
    const body = JSON.stringify(document.toJS());
    const { apiVersion, kind, metadata } = JSON.parse(body);
    const of = resourceKinds.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
    if (of === undefined) continue;
    const root = of.group === '' ? ['api', of.version] : ['apis', of.group, of.version];
    const path = [...root, 'namespaces', namespace, of.plural, metadata.name];
    const route = parseResourceRoute(path);
    const contentType = 'application/strategic-merge-patch+json';
    const query = new URLSearchParams();
    const ask: KubeRequest = {
      ...{ method: 'PATCH', path, query, body, contentType },
      ...{ accept: '', agent: 'helm', user: 'admin' },
    };
    if (route !== undefined) patchObject(cluster, route, ask);
  }
};

/** Restores a revision as a new one. Source: helm.sh/helm, pkg/action/rollback.go. */
const rollBack = (cluster: Cluster, release: string, wanted: number, namespace: string): StandInOutput => {
  const { secrets } = cluster.shelves;
  const own = secrets
    .list()
    .flatMap((secret) => {
      const content = storedRelease(secret);
      return content?.name === release && content.namespace === namespace ? [{ secret, content }] : [];
    })
    .toSorted((a, b) => b.content.version - a.content.version);
  const [newest] = own;
  const target = own.find(({ content }) => content.version === wanted);
  if (newest === undefined) return failed('release: not found');
  if (target === undefined) return failed(`release has no ${wanted} version`);
  applyManifest(cluster, target.content.manifest, namespace);
  for (const { secret, content } of own)
    if (content.info.status === 'deployed') {
      const info = { ...content.info, status: 'superseded' };
      secrets.put(releaseSecret(secret.metadata, { ...content, info }, cluster.now));
    }
  const version = newest.content.version + 1;
  const name = releaseSecretName(release, version);
  const metadata = {
    ...{ name, namespace, uid: stableUuid(`${namespace}/${name}`), resourceVersion: '' },
    creationTimestamp: rfc3339Seconds(cluster.now),
  };
  const info = { status: 'deployed', description: `Rollback to ${wanted}` };
  secrets.put(releaseSecret(metadata, { ...target.content, version, info }, cluster.now));
  return { status: 0, out: 'Rollback was a success! Happy Helming!\n' };
};

/** `helm rollback RELEASE REVISION` with the options that name the cluster, which must be this one. */
export const helmTool =
  (seat: ApiContext, server: string): SimulatedTool =>
  (args) => {
    const [verb, release = '', revision = '', ...options] = args;
    const optionOf = (name: string): string | undefined =>
      options.includes(name) ? options[options.indexOf(name) + 1] : undefined;
    if (verb !== 'rollback') return failed(`the simulator does not have helm ${verb}`);
    if (optionOf('--kube-apiserver') !== server) return failed('Kubernetes cluster unreachable');
    changeRecorderFor(seat.view, 'helm')(`helm ${args.join(' ')}`);
    return rollBack(seat.cluster(), release, Number(revision), optionOf('--namespace') ?? 'default');
  };
