import type { ClusterSpec } from '../spec/cluster.ts';

const toolImage = /^(?:docker\.io\/)?(?:library\/)?(?:busybox|alpine)(?::[\w.-]+)?$/;

/**
 * containerd's reason why an image cannot be pulled; undefined if it can. Any numbered version of a service exists, and some
 * tools of Docker Hub.
 */
export const pullFault = (spec: ClusterSpec, image: string): string | undefined => {
  const [name = '', tag = ''] = image.split(/:(?=[^/:]*$)/);
  const ownService = Object.keys(spec.services).some((service) => name === `${spec.registry}/${service}`);
  const known = [
    ...(spec.statefulSets ?? []),
    ...Object.values(spec.daemonSets ?? {}),
    ...(spec.cronJobs ?? []),
  ].some((other) => other.image === image);
  if (toolImage.test(image) || known || (ownService && /^\d+(\.\d+)+$/.test(tag))) return undefined;
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
};
