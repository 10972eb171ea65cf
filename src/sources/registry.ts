import { actuator } from './actuator/index.ts';
import { http } from './http/index.ts';
import type { SourceModule } from './source.ts';

/** Every source type; the only file that a new one edits. */
export const sourceModules: readonly SourceModule[] = [actuator, http];
