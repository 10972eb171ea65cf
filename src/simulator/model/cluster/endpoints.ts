import type { Ground } from './ground.ts';
import { ownerOf, stamp, uidOf } from './names.ts';
import type { KubeObject, Labels, Pod } from './objects.ts';

/** What the model reads of a Service. */
export interface ServiceObject extends KubeObject {
  readonly spec: {
    readonly selector?: Labels;
    readonly ports: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: number;
    }[];
  };
}

const endpointOf = (pod: Pod) => {
  const ready = pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return {
    addresses: [pod.status.podIP ?? ''],
    conditions: { ready: ready && !terminating, serving: ready, terminating },
    nodeName: pod.spec.nodeName,
    targetRef: {
      kind: 'Pod',
      name: pod.metadata.name,
      namespace: pod.metadata.namespace,
      uid: pod.metadata.uid,
    },
  };
};

/** Writes which pods a Service leads to. */
export const keepEndpoints = (ground: Ground, service: ServiceObject): void => {
  const { name, namespace, uid } = service.metadata;
  const selector = Object.entries(service.spec.selector ?? {});
  const pods = ground.shelves.pods
    .list()
    .filter(
      (pod) =>
        pod.metadata.namespace === namespace &&
        pod.status.podIP !== undefined &&
        selector.every(([key, value]) => pod.metadata.labels?.[key] === value),
    );
  const slice = `${name}-${uidOf(`slice/${uid}`).slice(0, 5)}`;
  const known = ground.shelves.endpointslices.get(namespace, slice);
  ground.shelves.endpointslices.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: known?.metadata ?? {
      name: slice,
      ...(namespace === undefined ? {} : { namespace }),
      uid: uidOf(`endpointslice/${uid}`),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: stamp(ground.now),
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [ownerOf(service)],
    },
    addressType: 'IPv4',
    endpoints: pods.map(endpointOf),
    ports: service.spec.ports.map(({ name: port, targetPort, port: number }) => ({
      name: port ?? '',
      port: targetPort ?? number,
      protocol: 'TCP',
    })),
  });
};
