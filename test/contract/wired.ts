import type { SourceModule } from '../../src/sources/kit/contract/source.ts';
import type { FailureMode } from '../../src/testing/failure-modes.ts';
import type { Stage, Wire } from '../../src/testing/source-rig.ts';
import { type OpenedRig, openRig as openOnWire } from '../../src/testing/source-rig.ts';
import { sourceModules } from '../support/source-modules.ts';

export { jsonText, type OpenedRig, secret } from '../../src/testing/source-rig.ts';

export const moduleOf = (type: string): SourceModule => {
  const module = sourceModules.find((sourceModule) => sourceModule.type === type);
  if (module === undefined) throw new Error(`no source type "${type}" in src/sources/registry.ts`);
  return module;
};

/** Opens the registered source of a stage on its wire. */
export const openWired = <M extends FailureMode, W extends Wire<M>>(
  stage: Stage<M, W>,
): Promise<OpenedRig<W>> => openOnWire(stage, moduleOf(stage.rig.type));
