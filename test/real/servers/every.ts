import { alertmanager } from './alertmanager.ts';
import { dockerCompose } from './docker-compose.ts';
import { dockerd } from './dockerd.ts';
import { elasticmq } from './elasticmq.ts';
import { kafka4, kafka39 } from './kafka.ts';
import { kafkaCluster } from './kafka-cluster.ts';
import { kubeControlPlane } from './kube-control-plane.ts';
import { kubeNode } from './kube-node.ts';
import { loki } from './loki.ts';
import { mongoJavaServer } from './mongo-java-server.ts';
import { mongosh } from './mongosh.ts';
import { moto } from './moto.ts';
import { nodeExporter } from './node-exporter.ts';
import { nodeReleases } from './node-release.ts';
import { postgres } from './postgres.ts';
import { prometheus } from './prometheus.ts';
import { redis } from './redis.ts';
import type { RealServer } from './server.ts';
import { spring4, spring35 } from './spring.ts';
import { sshd } from './sshd.ts';
import { incidentDatabase, stateDatabase } from './state-database.ts';
import { systemdHost } from './systemd-host.ts';

/** All real servers in start order: Prometheus last of its group, because its configuration lists the others; long suites before short ones. */
export const realServers: readonly RealServer[] = [
  nodeExporter,
  spring35,
  spring4,
  alertmanager,
  prometheus,
  kubeControlPlane,
  kubeNode,
  postgres,
  stateDatabase,
  incidentDatabase,
  dockerd,
  dockerCompose,
  systemdHost,
  kafka4,
  kafka39,
  kafkaCluster,
  ...nodeReleases,
  sshd,
  loki,
  redis,
  mongoJavaServer,
  mongosh,
  moto,
  elasticmq,
];
