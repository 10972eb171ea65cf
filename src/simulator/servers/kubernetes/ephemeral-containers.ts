import { defined } from '../../../domain/base/defined.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { ApiError, invalidObject } from './patch/api-error.ts';
import { isJsonList, isJsonObject, isSameJson, type Json, type JsonObject } from './patch/json.ts';
import type { ResourceRoute } from './patch/resources.ts';

const field = 'spec.ephemeralContainers';

const part = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, key) => (isJsonObject(inner) ? inner[key] : undefined), value);

const objectsAt = (value: Json, ...path: readonly string[]): readonly JsonObject[] => {
  const items = part(value, ...path);
  return isJsonList(items) ? items.filter(isJsonObject) : [];
};

const ephemeralOf = (pod: Json): readonly JsonObject[] => objectsAt(pod, 'spec', 'ephemeralContainers');

const namesIn = (items: readonly JsonObject[]): readonly string[] => items.map(({ name }) => String(name));

interface Cause {
  readonly field: string;
  readonly message: string;
  readonly reason: string;
}

const forbidden = (place: string, why: string): Cause => ({
  field: place,
  message: `Forbidden: ${why}`,
  reason: 'FieldValueForbidden',
});

/** Fields that only regular containers have. Source: pkg/apis/core/validation, allowedEphemeralContainerFields. */
const regularFields = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'ports', 'resources'];

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || isSameJson(value, {}) || isSameJson(value, []);

/** Problems of one ephemeral container. Source: pkg/apis/core/validation, validateEphemeralContainers. */
const causesOf = (container: JsonObject, index: number, regular: readonly string[]): readonly Cause[] => {
  const { name, image, targetContainerName: target } = container;
  const place = `${field}[${index}]`;
  const required = (key: string): Cause => ({
    field: `${place}.${key}`,
    message: 'Required value',
    reason: 'FieldValueRequired',
  });
  return [
    ...(typeof name === 'string' && name !== '' ? [] : [required('name')]),
    ...(typeof image === 'string' && image !== '' ? [] : [required('image')]),
    ...(regular.includes(String(name))
      ? [
          {
            field: `${place}.name`,
            message: `Duplicate value: ${JSON.stringify(name)}`,
            reason: 'FieldValueDuplicate',
          },
        ]
      : []),
    ...(target === undefined || regular.includes(String(target))
      ? []
      : [
          {
            field: `${place}.targetContainerName`,
            message: `Not found: ${JSON.stringify(target)}`,
            reason: 'FieldValueNotFound',
          },
        ]),
    ...regularFields
      .filter((key) => !isEmpty(container[key]))
      .map((key) => forbidden(`${place}.${key}`, 'cannot be set for an Ephemeral Container')),
  ];
};

/** Defaults that the server sets on a new container. */
const withDefaults = (container: JsonObject): JsonObject => ({
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: /:(?!latest$)[\w.-]+$|@/.test(String(container.image)) ? 'IfNotPresent' : 'Always',
  ...container,
});

/** Requirements of the Pod Security level `restricted` that a container does not meet. Source: Pod Security Standards. */
const podSecurityProblems = ({ name, securityContext }: JsonObject): readonly string[] => {
  const context = securityContext ?? {};
  const of = `container "${String(name)}" must set securityContext.`;
  const seccomp = part(context, 'seccompProfile', 'type');
  return [
    ...(part(context, 'allowPrivilegeEscalation') === false
      ? []
      : [`allowPrivilegeEscalation != false (${of}allowPrivilegeEscalation=false)`]),
    ...(isSameJson(part(context, 'capabilities', 'drop'), ['ALL'])
      ? []
      : [`unrestricted capabilities (${of}capabilities.drop=["ALL"])`]),
    ...(part(context, 'runAsNonRoot') === true
      ? []
      : [`runAsNonRoot != true (pod or ${of}runAsNonRoot=true)`]),
    ...(seccomp === 'RuntimeDefault' || seccomp === 'Localhost'
      ? []
      : [`seccompProfile (pod or ${of}seccompProfile.type to "RuntimeDefault" or "Localhost")`]),
  ];
};

/** Throws a `403` where the namespace enforces the level `restricted`, and an added container does not meet it. */
const admit = (cluster: Cluster, { namespace, name }: ResourceRoute, added: readonly JsonObject[]): void => {
  const labels = cluster.shelves.namespaces.get(undefined, namespace ?? '')?.metadata.labels;
  if (labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted') return;
  const problems = added.flatMap(podSecurityProblems);
  if (problems.length > 0)
    throw new ApiError(
      403,
      'Forbidden',
      `pods "${name}" is forbidden: violates PodSecurity "restricted:latest": ${problems.join(', ')}`,
      { ...defined({ name }), kind: 'pods' },
    );
};

/**
 * The object after a patch: of a pod, ephemeral containers are added through their subresource, which changes nothing else. Those that exist
 * cannot be changed or removed. Throws a `422`. Source: pkg/apis/core/validation, ValidatePodEphemeralContainersUpdate.
 */
export const checkPodUpdate = (cluster: Cluster, route: ResourceRoute, before: Json, after: Json): Json => {
  const { of, name = '', subresource } = route;
  if (of.plural !== 'pods') return after;
  const old = ephemeralOf(before);
  const now = ephemeralOf(after);
  const invalid = (causes: readonly Cause[]): ApiError => invalidObject(of, name, causes);
  if (subresource !== 'ephemeralcontainers') {
    if (isSameJson([...old], [...now])) return after;
    throw invalid([
      forbidden('spec', 'pod updates may not change fields other than `spec.containers[*].image`'),
    ]);
  }
  if (part(before, 'metadata', 'annotations', 'kubernetes.io/config.mirror') !== undefined)
    throw invalid([forbidden('', 'static pods do not support ephemeral containers')]);
  const regular = namesIn([
    ...objectsAt(before, 'spec', 'containers'),
    ...objectsAt(before, 'spec', 'initContainers'),
  ]);
  const added = now.filter((container) => !namesIn(old).includes(String(container.name)));
  const causes = [
    ...now.flatMap((container, index) => causesOf(container, index, regular)),
    ...old.flatMap((container): readonly Cause[] => {
      const match = now.find((candidate) => candidate.name === container.name);
      const which = `existing ephemeral containers ${JSON.stringify(container.name)} may not be`;
      if (match === undefined) return [forbidden(field, `${which} removed`)];
      return isSameJson(container, match) ? [] : [forbidden(field, `${which} changed`)];
    }),
  ];
  if (causes.length > 0) throw invalid(causes);
  admit(cluster, route, added);
  const ephemeralContainers = now.map((each) => (added.includes(each) ? withDefaults(each) : each));
  const whole = isJsonObject(before) ? before : {};
  const spec = isJsonObject(whole.spec) ? whole.spec : {};
  return { ...whole, spec: { ...spec, ephemeralContainers } };
};
