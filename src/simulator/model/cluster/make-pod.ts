import type { Ground } from './ground.ts';
import { ownerOf, stamp, suffixOf, uidOf } from './names.ts';
import type { KubeObject, Labels, Pod, PodTemplate } from './objects.ts';

const ownerWord: Readonly<Record<string, string>> = {
  ReplicaSet: 'replicaset-controller',
  StatefulSet: 'statefulset-controller',
  DaemonSet: 'daemonset-controller',
  Job: 'job-controller',
};

export interface PodWish {
  readonly owner: KubeObject;
  readonly template: PodTemplate;
  /** Absent: the owner's, with five characters that chance gives. */
  readonly name?: string;
  readonly nodeName?: string;
  readonly labels?: Labels;
}

/** Creates a pod from a template, as its controller does; its kubelet takes it up with the next step of time. */
export const makePod = (ground: Ground, { owner, template, name, nodeName, labels }: PodWish): void => {
  const podName = name ?? `${owner.metadata.name}-${suffixOf(ground.chance)}`;
  const { metadata } = template;
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName,
      ...(name === undefined ? { generateName: `${owner.metadata.name}-` } : {}),
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      uid: uidOf(`pod/${owner.metadata.uid}/${podName}/${ground.now}/${ground.chance()}`),
      resourceVersion: '',
      creationTimestamp: stamp(ground.now),
      labels: { ...metadata?.labels, ...labels },
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ownerReferences: [ownerOf(owner)],
    },
    spec: {
      restartPolicy: 'Always',
      ...template.spec,
      ...(nodeName === undefined ? {} : { nodeName }),
    },
    status: { phase: 'Pending', conditions: [], qosClass: 'Burstable' },
  };
  ground.shelves.pods.put(pod);
  ground.say(owner, {
    type: 'Normal',
    reason: 'SuccessfulCreate',
    message: `Created pod: ${podName}`,
    by: ownerWord[owner.kind] ?? 'controller',
  });
};
