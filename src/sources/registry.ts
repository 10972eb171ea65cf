import { actuator } from './actuator/index.ts';
import { alertmanager } from './alertmanager/index.ts';
import { aws } from './aws/index.ts';
import { docker } from './docker/index.ts';
import { file } from './file/index.ts';
import { github } from './github/index.ts';
import { grafana } from './grafana/index.ts';
import { host } from './host/index.ts';
import { http } from './http/index.ts';
import { kafka } from './kafka/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { loki } from './loki/index.ts';
import { mongodb } from './mongodb/index.ts';
import { pagerduty } from './pagerduty/index.ts';
import { postgres } from './postgres/index.ts';
import { prometheus } from './prometheus/index.ts';
import { promtext } from './promtext/index.ts';
import { redis } from './redis/index.ts';
import { script } from './script/index.ts';
import { slack } from './slack/index.ts';
import type { SourceModule } from './source.ts';

/** All source types. A new one is added only here. */
export const sourceModules: readonly SourceModule[] = [
  actuator,
  alertmanager,
  aws,
  docker,
  file,
  github,
  grafana,
  host,
  http,
  kafka,
  kubernetes,
  loki,
  mongodb,
  pagerduty,
  postgres,
  prometheus,
  promtext,
  redis,
  script,
  slack,
];
