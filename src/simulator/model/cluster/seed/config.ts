import type { Ground } from '../ground.ts';
import { certificateFor } from './certificate.ts';
import { type SeedPlace, seedMeta } from './metadata.ts';
import { namespaceIn } from './workloads.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** ConfigMaps and Secrets, all in the services' namespace. */
export const seedConfig = ({ spec, env, shelves }: Ground, place: SeedPlace): void => {
  const namespace = namespaceIn(env.spec.name, spec.namespace);
  for (const [name, data] of Object.entries(spec.configMaps ?? {})) {
    const metadata = seedMeta(place, 'configmaps', name, namespace);
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    shelves.configmaps.put(object);
  }
  const secret = (name: string, type: string, data: Readonly<Record<string, string>>): void => {
    const metadata = seedMeta(place, 'secrets', name, namespace);
    const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)]));
    const object = { apiVersion: 'v1', kind: 'Secret', metadata, type, data: encoded };
    shelves.secrets.put(object);
  };
  for (const [name, data] of Object.entries(spec.secrets ?? {})) secret(name, 'Opaque', data);
  for (const [name, hosts] of Object.entries(spec.tlsSecrets ?? {})) {
    const { certificate, key } = certificateFor(hosts, place.createdAt);
    secret(name, 'kubernetes.io/tls', { 'tls.crt': certificate, 'tls.key': key });
  }
};

/** HorizontalPodAutoscalers as first deployed; what somebody added is gone. */
export const seedScalers = ({ spec, env, shelves }: Ground, place: SeedPlace): void => {
  const namespace = namespaceIn(env.spec.name, spec.namespace);
  for (const { metadata } of [...shelves.horizontalpodautoscalers.all()])
    shelves.horizontalpodautoscalers.remove(metadata.namespace, metadata.name);
  for (const { service, least, most, cpuPercent } of spec.scalers ?? []) {
    const object = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: seedMeta(place, 'horizontalpodautoscalers', service, namespace),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
        minReplicas: least,
        maxReplicas: most,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
          },
        ],
      },
      status: { currentReplicas: 0, desiredReplicas: 0, conditions: [] },
    };
    shelves.horizontalpodautoscalers.put(object);
  }
};
