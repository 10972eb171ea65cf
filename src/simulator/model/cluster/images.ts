import type { ClusterSpec } from './spec.ts';

/** Why an image cannot be pulled, in containerd's words; undefined: it can. Of a service any numbered version is there. */
export const pullFault = (spec: ClusterSpec, image: string): string | undefined => {
  const [name = '', tag = ''] = image.split(/:(?=[^/:]*$)/);
  const ownService = Object.keys(spec.services).some((service) => name === `${spec.registry}/${service}`);
  const known = [
    ...(spec.statefulSets ?? []),
    ...Object.values(spec.daemonSets ?? {}),
    ...(spec.cronJobs ?? []),
  ].some((other) => other.image === image);
  if (known || (ownService && /^\d+(\.\d+)+$/.test(tag))) return undefined;
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
};
