import { actuator } from './actuator/index.ts';
import { alertmanager } from './alertmanager/index.ts';
import { file } from './file/index.ts';
import { http } from './http/index.ts';
import { prometheus } from './prometheus/index.ts';
import { promtext } from './promtext/index.ts';
import { script } from './script/index.ts';
import type { SourceModule } from './source.ts';

/** Every source type; the only file that a new one edits. */
export const sourceModules: readonly SourceModule[] = [
  actuator,
  alertmanager,
  file,
  http,
  prometheus,
  promtext,
  script,
];
