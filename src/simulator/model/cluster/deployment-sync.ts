import type { DeploymentObject, Pod, PodTemplate } from '../spec/cluster-objects.ts';
import { mainContainerOf } from '../spec/cluster-objects.ts';
import type { Release } from '../spec/release.ts';
import type { ClusterContext } from './state/cluster-context.ts';

const versionIn = (image: string): string => image.split(':').at(-1) ?? '';

const imageOf = ({ spec }: PodTemplate): string => spec.containers[0]?.image ?? '';

/** The template with another version of the service's own image. */
const withVersion = (template: PodTemplate, version: string): PodTemplate => ({
  ...template,
  spec: {
    ...template.spec,
    containers: template.spec.containers.map((container, index) =>
      index === 0 ? { ...container, image: container.image.replace(/[^:]*$/, version) } : container,
    ),
  },
});

/** Synchronizes the Deployment object of a service with the environment's model of it, in both directions. */
export class DeploymentSync {
  readonly service: string;
  readonly #namespace: string;
  readonly #releases = new Map<string, Release>();
  #replicas: number;
  #version: string;

  constructor(service: string, namespace: string, replicas: number, version: string) {
    this.service = service;
    this.#namespace = namespace;
    this.#replicas = replicas;
    this.#version = version;
  }

  /** The version that its pods run. */
  readonly releaseOf = (pod: Pod): Release => {
    const version = versionIn(mainContainerOf(pod).image);
    return this.#releases.get(version) ?? { version };
  };

  /** If both changed since the last step, the object's change wins. */
  sync({ env, shelves }: ClusterContext): void {
    const object = shelves.deployments.get(this.#namespace, this.service);
    const model = env.deployments.get(this.service);
    if (model === undefined) return;
    for (const release of [model.release, model.previous]) this.#releases.set(release.version, release);
    if (object === undefined) return;

    const desired = object.spec.replicas === this.#replicas ? model.replicas : object.spec.replicas;
    this.#replicas = desired;
    if (model.replicas !== desired) env.scale(this.service, desired);

    const shown = versionIn(imageOf(object.spec.template));
    const version = shown === this.#version ? model.release.version : shown;
    this.#version = version;
    if (model.release.version !== version) model.rollOut(this.#releases.get(version) ?? { version });

    const changed: DeploymentObject['spec'] = {
      ...object.spec,
      replicas: desired,
      template: shown === version ? object.spec.template : withVersion(object.spec.template, version),
    };
    if (desired === object.spec.replicas && shown === version) return;
    const generation = (object.metadata.generation ?? 1) + 1;
    shelves.deployments.put({ ...object, metadata: { ...object.metadata, generation }, spec: changed });
  }
}
