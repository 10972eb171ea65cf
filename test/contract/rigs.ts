import type { SourceRig, Stage } from '../../src/testing/source-rig.ts';
import { actuatorRig } from './rigs/actuator.ts';
import { alertmanagerRig } from './rigs/alertmanager.ts';
import { awsStage } from './rigs/aws.ts';
import { dockerRig } from './rigs/docker.ts';
import { fileStage } from './rigs/file.ts';
import { githubRig } from './rigs/github.ts';
import { grafanaRig } from './rigs/grafana.ts';
import { hostStage } from './rigs/host.ts';
import { httpRig } from './rigs/http.ts';
import { kafkaStage } from './rigs/kafka.ts';
import { kubernetesRig } from './rigs/kubernetes.ts';
import { lokiRig } from './rigs/loki.ts';
import { mongoStage } from './rigs/mongodb.ts';
import { pagerdutyRig } from './rigs/pagerduty.ts';
import { postgresStage } from './rigs/postgres.ts';
import { prometheusRig } from './rigs/prometheus.ts';
import { promtextRig } from './rigs/promtext.ts';
import { redisStage } from './rigs/redis.ts';
import { scriptStage } from './rigs/script.ts';
import { slackRig } from './rigs/slack.ts';

/** One rig per source type that speaks HTTP. A registered type without a rig or a stage fails the suite. */
export const rigs: readonly SourceRig[] = [
  githubRig,
  actuatorRig,
  alertmanagerRig,
  dockerRig,
  grafanaRig,
  httpRig,
  kubernetesRig,
  lokiRig,
  pagerdutyRig,
  prometheusRig,
  promtextRig,
  slackRig,
];

/** Source types with their own wire in this process. */
export const stages: readonly Stage[] = [
  awsStage,
  fileStage,
  kafkaStage,
  mongoStage,
  postgresStage,
  redisStage,
];

/** Source types whose wire is a process: `test/e2e/contract` runs the same tests on them. */
export const processStages: readonly Stage[] = [hostStage, scriptStage];
