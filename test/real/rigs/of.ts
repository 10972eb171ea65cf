import type { Address } from '../servers/server.ts';
import type { RealRig } from '../stage.ts';
import { actuatorRig } from './actuator.ts';
import { alertmanagerRig } from './alertmanager.ts';
import { httpRig } from './http.ts';
import { lokiRig } from './loki.ts';
import { nodePageRig } from './node-page.ts';
import { prometheusRig } from './prometheus.ts';
import { springPageRig } from './spring-page.ts';

/** Source types that read this kind of server. */
export const rigsOf = ({ kind }: Address): readonly RealRig[] => {
  switch (kind) {
    case 'spring':
      return [actuatorRig, httpRig, springPageRig];
    case 'node-exporter':
      return [nodePageRig];
    case 'prometheus':
      return [prometheusRig()];
    case 'alertmanager':
      return [alertmanagerRig];
    case 'loki':
      return [lokiRig];
    case 'kubernetes':
    case 'kube-node':
    case 'mongodb':
    case 'mongosh':
    case 'postgres':
    case 'state-database':
    case 'incident-database':
    case 'redis':
    case 'kafka':
    case 'kafka-cluster':
    case 'docker':
    case 'docker-compose':
    case 'host':
    case 'sshd':
    case 'moto':
    case 'elasticmq':
    case 'node-release':
      return [];
  }
};
